import { describe, expect, it } from 'vitest'
import { addLocal, delivered, dropCopy, merge, removeLocal, setLocal, turnStart, unsentLast, type Entry, type Message } from '../src'

const message = (seq: number, sender: Message['sender'], text: string, more = {}): Message =>
  ({ seq, id: `ms_${seq}`, sender, type: 'text', text, created_at: null, ...more }) as Message
const local = (clientId: string, labelled = false) => ({ clientId, state: 'sending' as const, labelled })
const texts = (entries: Entry[]) => entries.map((e) => e.message.text)

describe('the timeline', () => {
  it('keeps the order of the server whatever the order of arrival', () => {
    const entries = merge(merge([], [message(3, 'bot', 'c')]), [message(1, 'citizen', 'a'), message(2, 'bot', 'b')])
    expect(texts(entries)).toEqual(['a', 'b', 'c'])
  })

  it('begins for an elder at his last words, and at those that called a person while he waits for one or talks with one', () => {
    const queued = message(4, 'system', '排队', { type: 'handoff', state: 'queued' })
    const entries = merge([], [message(1, 'citizen', '多少钱'), message(2, 'bot', '40元'), message(3, 'citizen', '转人工'), queued, message(5, 'citizen', '在吗')])
    expect((['bot', 'queue', 'agent', 'closed'] as const).map((owner) => turnStart(entries, owner))).toEqual([4, 2, 2, 4])
    expect([turnStart([], 'queue'), turnStart(entries.slice(0, 3), 'agent')]).toEqual([0, 2])
  })

  it('has words before their answer though the history comes after both, and knows them when they are shown back', () => {
    const answered = delivered(addLocal([], local('c1', true), '确认', ''), 'c1', [message(7, 'bot', '约好了')])
    const whole = unsentLast(merge(answered, [message(1, 'citizen', '你好'), message(2, 'bot', '您好')]))
    expect(texts(whole)).toEqual(['你好', '您好', '确认', '约好了'])
    expect(texts(merge(whole, [message(6, 'system', '提醒'), message(5, 'citizen', '/confirm')]))).toEqual(['你好', '您好', '确认', '提醒', '约好了'])
  })

  it('shows a message once, however often it comes', () => {
    const once = merge([], [message(1, 'bot', 'a')])
    expect(merge(once, [message(1, 'bot', 'a')])).toHaveLength(1)
  })

  it('recognises the citizen’s own words when the server shows them back, and keeps their key', () => {
    const before = addLocal([], local('c1'), '你好', '')
    const after = merge(before, [message(1, 'citizen', '你好')])
    expect(after).toHaveLength(1)
    expect(after[0]).toMatchObject({ key: 'c1', message: { seq: 1 }, local: { state: 'sent' } })
  })

  it('keeps the label of a button although the server words it otherwise', () => {
    const after = merge(addLocal([], local('c1', true), '帮我填表', ''), [message(1, 'citizen', '[按钮]')])
    expect(texts(after)).toEqual(['帮我填表'])
  })

  it('trusts the client message id above the words', () => {
    let entries = addLocal([], local('c1'), '好的', '')
    entries = addLocal(entries, local('c2'), '好的', '')
    entries = merge(entries, [message(1, 'citizen', '好的', { client_message_id: 'c2' })])
    expect(entries.find((e) => e.key === 'c2')?.message.seq).toBe(1)
    expect(entries.find((e) => e.key === 'c1')?.message.seq).toBe(0)
  })

  it('takes words said on another device as a new message', () => {
    const entries = merge(addLocal([], local('c1'), '甲', ''), [message(1, 'citizen', '乙')])
    expect(entries).toHaveLength(2)
  })

  it('never binds a message that is still waiting for the network', () => {
    const waiting = setLocal(addLocal([], local('c1', true), '甲', ''), 'c1', { state: 'queued' })
    expect(merge(waiting, [message(1, 'citizen', '甲')])).toHaveLength(2)
  })

  it('puts answers behind the question they answer', () => {
    const asked = addLocal(merge([], [message(1, 'bot', 'hello')]), local('c1'), 'question', '')
    const answered = merge(asked, [message(3, 'bot', 'answer')])
    expect(texts(merge(answered, [message(2, 'citizen', 'question')]))).toEqual(['hello', 'question', 'answer'])
  })

  it('drops its own copy of what the history already shows, once the answer tells', () => {
    const history = merge([], [message(1, 'citizen', '你好'), message(2, 'bot', '您好')])
    const resumed = addLocal(history, local('c1'), '你好', '')
    expect(texts(dropCopy(resumed, 'c1', [message(2, 'bot', '您好')]))).toEqual(['你好', '您好'])
  })

  it('keeps its own words when the answer belongs to a message still to come', () => {
    const history = merge([], [message(1, 'citizen', '你好'), message(2, 'bot', '您好')])
    const resumed = addLocal(history, local('c1'), '你好', '')
    expect(dropCopy(resumed, 'c1', [message(4, 'bot', '又见面了')])).toHaveLength(3)
  })

  it('does not drop a delivered message when its copy is discarded', () => {
    const delivered = merge(addLocal([], local('c1'), 'a', ''), [message(1, 'citizen', 'a')])
    expect(removeLocal(delivered, 'c1')).toHaveLength(1)
  })
})
