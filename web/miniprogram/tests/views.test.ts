import { coveredValue, shownValue, type Entry, type FormField, type Message } from '@bangban/shared'
import { describe, expect, it } from 'vitest'
import * as cards from '../../mock/src/cards.mjs'
import { fieldView, kindOf } from '@/cards/fields'
import { guidePage } from '@/cards/guide_page'
import { agentAt, shownAt } from '@/cards/shown'
import { changesOf, rowsOf, type Row } from '@/core/rows'
import { translator } from '@/core/words'
import guide from '../../mock/data/guide.json'

const t = translator('zh-Hans')
const field = (more: Partial<FormField>): FormField => ({ name: 'f', label: 'F', type: 'text', value: null, source: null, locked: false, required: true, error: null, ...more })
const entry = (seq: number, message: object, more: Partial<Entry> = {}): Entry => {
  const full = { seq, id: `ms_${seq}`, sender: 'bot', created_at: `2026-11-03T09:${String(seq).padStart(2, '0')}:00+08:00`, ...message } as Message
  return { key: full.id, order: seq, message: full, ...more }
}
const said = (seq: number, text: string) => entry(seq, { type: 'text', text, sender: 'citizen' })
const reader = { script: 'zh-Hans' as const, elder: false }

describe('values', () => {
  it('are said in the reader’s words', () => {
    expect(shownValue(field({ type: 'select', value: 'm', options: [{ value: 'm', label: '男' }] }), t)).toBe('男')
    expect(shownValue(field({ type: 'yes_no', value: false }), t)).toBe('否')
    expect(shownValue(field({ type: 'date', value: '2026-03-09' }), t)).toBe('2026年3月9日')
    expect(shownValue(field({ type: 'image', value: 'up_1' }), t)).toBe('已上传')
    expect(shownValue(field({ value: '' }), t)).toBe('')
  })

  it('hide the birthday of an identity number where others may look', () => {
    expect(coveredValue(field({ type: 'id_number', value: '440106199003071234' }), t)).toBe('440106********1234')
  })

  it('have the input that fits them', () => {
    const options = Array.from({ length: 5 }, (_, i) => ({ value: `${i}`, label: `${i}` }))
    expect(kindOf(field({ type: 'select', options }))).toBe('picker')
    expect(kindOf(field({ type: 'select', options: options.slice(0, 4) }))).toBe('radio')
    expect([kindOf(field({ type: 'address' })), kindOf(field({ type: 'date' })), kindOf(field({ type: 'email' }))]).toEqual(['area', 'date', 'line'])
    expect(fieldView(field({ type: 'id_number' }), '', '', t)).toMatchObject({ input: 'idcard', help: '18 位公民身份号码', index: -1 })
    expect(fieldView(field({ source: 'ocr' }), 'x', '不对', t).source).toBeNull()
  })
})

describe('what a card is told of the conversation', () => {
  const talk = [entry(1, cards.handoff('connected', { agent: '陈静' })), entry(2, cards.guide()), entry(3, cards.situation()), said(4, '已满16周岁'), entry(5, cards.text('好', 'agent'))]
  it('is what was chosen, whether a question follows, and who talks', () => {
    expect(shownAt(talk, 1, reader, 'bot', {})).toMatchObject({ asks: true, chosen: '已满16周岁', settled: false })
    expect(shownAt(talk, 4, reader, 'bot', {})).toMatchObject({ asks: false, chosen: '' })
    expect(agentAt(talk, 4)).toBe('陈静')
  })

  it('is what the card above offers already', () => {
    const held = [entry(1, cards.appointment('held')), entry(2, cards.hello())]
    expect(shownAt(held, 1, reader, 'bot', {}).offered).toContain('confirm_slot')
  })
})

describe('the rows of the conversation', () => {
  const talk = [said(1, '甲'), entry(2, cards.text('乙')), entry(30, cards.text('丙')), said(31, '丁'), entry(32, cards.text('戊'))]
  const rows = (options = {}) => rowsOf(talk, { t, ...reader, owner: 'bot', names: {}, earlier: false, now: new Date('2026-11-03T03:00:00Z'), ...options })

  it('name who speaks once, and the time after a pause', () => {
    expect(rows().rows.map((r) => r.who)).toEqual(['', '帮办助手', '帮办助手', '', '帮办助手'])
    expect(rows().rows.map((r) => r.time)).toEqual(['09:01', '', '09:30', '', ''])
  })

  it('begin with an elder’s last words, until he asks for more', () => {
    expect(rows({ elder: true })).toMatchObject({ hidden: 3 })
    expect(rows({ elder: true }).rows.map((r) => r.text)).toEqual(['丁', '戊'])
    expect(rows({ elder: true, earlier: true }).rows).toHaveLength(5)
  })

  it('keep his place in the queue before an elder’s eyes while he waits, whatever he says meanwhile', () => {
    const waiting = [said(1, '甲'), said(2, '转人工'), entry(3, cards.handoff('queued', { position: 2 })), said(4, '在吗')]
    const shown = rowsOf(waiting, { t, ...reader, elder: true, owner: 'queue', names: {}, earlier: false })
    expect(shown.rows.map((r) => r.message?.type ?? r.text)).toEqual(['转人工', 'handoff', '在吗'])
  })

  it('say how the sending stands', () => {
    const failed = { ...said(9, '甲'), local: { clientId: 'c', state: 'failed' as const, labelled: false, error: '换个说法' } }
    expect(rowsOf([failed], { t, ...reader, owner: 'bot', names: {}, earlier: false }).rows[0]).toMatchObject({ failed: true, state: '换个说法', again: '重发' })
  })

  it('are told to the page only where they differ', () => {
    const before = rows().rows
    const after = before.map((r, i) => (i === 4 ? { ...r, text: '改' } : r))
    const more: Row[] = [...after, { ...after[4]!, key: 'new' }]
    expect(Object.keys(changesOf(before, more))).toEqual(['rows[4]', 'rows[5]'])
    expect(changesOf(before, before)).toEqual({})
    expect(changesOf(before, after.slice(1))).toEqual({ rows: after.slice(1) })
  })
})

describe('a whole guide', () => {
  it('has its sections in reading order, with the cases in words', () => {
    const view = guidePage(guide as never, t)
    expect(view.sections[0]?.id).toBe('conditions')
    const when = view.sections.flatMap((s) => s.facts).map((f) => f.when).filter(Boolean)
    expect(when.length).toBeGreaterThan(0)
    expect(view.sections.flatMap((s) => s.facts).every((f) => f.text)).toBe(true)
  })
})
