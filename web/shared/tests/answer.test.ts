import { describe, expect, it } from 'vitest'
import { answerParts } from '../src'

describe('the words of an answer', () => {
  it('give up their heading, their cases and their citation', () => {
    const parts = answerParts('身份证补领·收费\n工本费：40元/证\n[要不要临时证？要]临时证：10元/证\n邮寄：到付\n（依据：《居民身份证法》、某指南（某网站））')
    expect(parts).toEqual({
      name: '身份证补领',
      lines: [
        { when: '', text: '工本费：40元/证' },
        { when: '要不要临时证？要', text: '临时证：10元/证' },
        { when: '', text: '邮寄：到付' },
      ],
      cited: '依据：《居民身份证法》、某指南（某网站）',
    })
  })

  it('give up their citation in either script', () => {
    expect(answerParts('身份證補領·收費\n40元/證\n（依據：《居民身份證法》）')).toMatchObject({ name: '身份證補領', cited: '依據：《居民身份證法》' })
  })

  it('keep the number of a step that holds only in a case', () => {
    expect(answerParts('补领·办理流程\n1. 申请\n2. [要临时证？要]一并提出').lines).toEqual([
      { when: '', text: '1. 申请' },
      { when: '要临时证？要', text: '2. 一并提出' },
    ])
  })

  it('stay whole where they have none of these', () => {
    expect(answerParts('没有公布。')).toEqual({ name: '', lines: [{ when: '', text: '没有公布。' }], cited: '' })
    expect(answerParts('第一行\n第二行').lines).toEqual([{ when: '', text: '第一行\n第二行' }])
  })
})
