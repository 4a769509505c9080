import { describe, expect, it } from 'vitest'
import { chunks, clock, conditionNeeds, day, leadOf, moment } from '../src'
import simplified from '../src/locale/zh-Hans.json'
import traditional from '../src/locale/zh-Hant.json'

describe('the lead of a message', () => {
  it('is what stands before the list that a card shows itself', () => {
    expect(leadOf('请问？\n（说明）\n1. 是\n2. 不是', ['是', '不是'])).toBe('请问？\n（说明）')
    expect(leadOf('请打分：\n5 非常满意\n4 满意', ['非常满意', '满意'])).toBe('请打分：')
  })

  it('keeps sentences that only begin with a number', () => {
    expect(leadOf('3 个工作日办好。', ['是'])).toBe('3 个工作日办好。')
  })
})

describe('text', () => {
  it('makes telephone numbers and addresses tappable, but not amounts and identity numbers', () => {
    const kinds = (text: string) => chunks(text).filter((c) => c.kind !== 'text').map((c) => c.value)
    expect(kinds('打12345或020-83133333，见 https://a.cn/b。')).toEqual(['12345', '020-83133333', 'https://a.cn/b'])
    expect(kinds('收费12345元，编号440106199003071234')).toEqual([])
  })
})

describe('time', () => {
  it('is that of Asia/Shanghai wherever the phone is', () => {
    expect(clock('2026-11-02T20:05:00Z')).toBe('04:05')
    expect(day('2026-11-02T20:05:00Z', new Date('2026-01-01'))).toBe('11月3日 周二')
    expect(moment('2027-01-01T09:00:00+08:00', new Date('2026-01-01'))).toBe('2027年1月1日 周五 09:00')
  })
})

describe('a condition', () => {
  const situations = [{ id: 'age16', ask: '满16了吗', options: [{ id: 'adult', label: '已满16周岁' }, { id: 'minor', label: '未满16周岁' }] }]
  it('is said with the labels of the answers it needs', () => {
    expect(conditionNeeds({ age16: 'minor' }, situations)).toEqual([{ ask: '满16了吗', labels: ['未满16周岁'] }])
    expect(conditionNeeds({ all: [{ age16: ['adult', 'minor'] }] }, situations)?.[0]?.labels).toHaveLength(2)
  })
  it('is not guessed at when it is more than that', () => {
    expect(conditionNeeds({ not: { age16: 'minor' } }, situations)).toBeNull()
    expect(conditionNeeds({ unknown: 'x' }, situations)).toBeNull()
  })
})

describe('the catalogues', () => {
  it('have the same words in both scripts', () => {
    const keys = (o: object, at = ''): string[] => Object.entries(o).flatMap(([k, v]) => (typeof v === 'object' && v ? keys(v, `${at}${k}.`) : [at + k]))
    expect(keys(traditional).sort()).toEqual(keys(simplified).sort())
  })
})
