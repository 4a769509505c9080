import { ApiError, type Message, type Session } from '@bangban/shared'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Chat } from '@/core/chat'
import { Draft } from '@/core/draft'
import { Poller } from '@/core/poller'
import { Notices } from '@/core/notices'
import { Settings } from '@/core/settings'
import { SessionKeeper } from '@/core/session'
import { clock, day, isMorning } from '@/core/time'
import { translator } from '@/core/words'
import { Http } from '@/platform/http'
import { askForNotices } from '@/platform/notify'
import { phoneStore } from '@/platform/store'
import { phone } from './phone'

const t = translator('zh-Hans')
const message = (seq: number, more = {}) => ({ seq, id: `ms_${seq}`, type: 'text', sender: 'bot', text: String(seq), created_at: null, ...more }) as Message
const visitor: Session = { session_id: 's', token: 'visitor', citizen: { verified: false, display_name: '访客' } }

describe('the network', () => {
  const http = new Http({ base: 'http://127.0.0.1:8000', token: () => 'tk', language: () => 'zh-Hant' })

  it('carries the token, the script and the query', async () => {
    phone.network = () => ({ status: 200, data: { ok: true } })
    await http.json('GET', '/api/x', { query: { after: 3, wait: undefined, q: '证' } })
    expect(phone.asked[0]).toMatchObject({ path: '/api/x?after=3&q=%E8%AF%81', header: { Authorization: 'Bearer tk', 'Accept-Language': 'zh-Hant' } })
  })

  it('turns a refusal into its sentence, and silence into status 0', async () => {
    phone.network = () => ({ status: 429, data: { error: { code: 'a.b', message: '慢一点', fields: { x: 'y' } } }, header: { 'Retry-After': '7' } })
    await expect(http.json('GET', '/')).rejects.toMatchObject({ status: 429, code: 'a.b', message: '慢一点', fields: { x: 'y' }, retryAfterSeconds: 7 })
    phone.network = () => Promise.reject(new Error('down'))
    await expect(http.json('GET', '/')).rejects.toMatchObject({ status: 0, temporary: true })
  })

  it('takes a page of a proxy for no answer', async () => {
    phone.network = () => ({ status: 200, data: '<html>' })
    await expect(http.json('GET', '/')).rejects.toMatchObject({ status: 0, code: 'client.bad_response' })
  })
})

describe('the session', () => {
  const keeper = (openSession: (o: object) => Promise<Session>, code: string | null = 'c') =>
    new SessionKeeper({ api: { openSession, demoCitizens: () => Promise.resolve([]) }, store: phoneStore, loginCode: () => Promise.resolve(code) })

  it('signs in with the code of WeChat where the gateway offers that', async () => {
    const open = vi.fn().mockResolvedValue({ ...visitor, token: 'wechat' })
    const session = keeper(open)
    await session.start()
    expect(open.mock.calls).toEqual([[{ wechat_code: 'c' }]])
    expect(session.token).toBe('wechat')
  })

  it('is a visitor’s where the gateway knows no such field, or WeChat gives no code', async () => {
    const open = vi.fn().mockRejectedValueOnce(new ApiError(422, 'system.invalid')).mockResolvedValue(visitor)
    await keeper(open).start()
    expect(open.mock.calls).toEqual([[{ wechat_code: 'c' }], [{}]])
    phone.reset()
    open.mockClear()
    await keeper(open, null).start()
    expect(open.mock.calls).toEqual([[{}]])
  })

  it('tries a refused code anew with the next one, and goes on unknown where WeChat holds the account', async () => {
    const open = vi.fn().mockRejectedValueOnce(new ApiError(401, 'miniprogram.login_code')).mockResolvedValue({ ...visitor, token: 'wechat' })
    const session = keeper(open)
    await session.start()
    expect(open.mock.calls).toEqual([[{ wechat_code: 'c' }], [{ wechat_code: 'c' }]])
    expect([session.token, session.wechat]).toEqual(['wechat', true])
    phone.reset()
    const twice = vi.fn().mockRejectedValue(new ApiError(401, 'miniprogram.login_code'))
    await expect(keeper(twice).start()).rejects.toMatchObject({ status: 401 })
    expect(twice).toHaveBeenCalledTimes(2)
    const held = vi.fn().mockRejectedValueOnce(new ApiError(403, 'miniprogram.blocked')).mockResolvedValue(visitor)
    const unknown = keeper(held)
    await unknown.start()
    expect([held.mock.calls.at(-1), unknown.wechat]).toEqual([[{}], false])
  })

  it('is not made a visitor’s by a gateway that is busy', async () => {
    const open = vi.fn().mockRejectedValue(new ApiError(503, 'x'))
    await expect(keeper(open).start()).rejects.toMatchObject({ status: 503 })
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('is not opened for somebody who has not agreed, or has left meanwhile', async () => {
    const open = vi.fn().mockResolvedValue(visitor)
    const unasked = new SessionKeeper({ api: { openSession: open, demoCitizens: vi.fn() }, store: phoneStore, loginCode: () => Promise.resolve('c'), allowed: () => false })
    await expect(unasked.start()).rejects.toMatchObject({ code: 'client.not_agreed' })
    expect(open).not.toHaveBeenCalled()
    let give: (session: Session) => void = () => undefined
    const session = keeper(() => new Promise((done) => (give = done)), null)
    for (const act of [() => session.start(), () => session.become('zhang-wei')]) {
      const coming = act()
      await vi.waitFor(() => give !== undefined && expect(session.token).toBeNull(), 20_000)
      await new Promise((done) => setTimeout(done))
      session.leave()
      give({ ...visitor, token: 'late' })
      await expect(coming).rejects.toMatchObject({ code: 'client.left' })
      expect([session.token, phone.storage.session]).toEqual([null, undefined])
    }
  })

  it('asks for one new token, however many want one', async () => {
    const open = vi.fn().mockResolvedValue(visitor)
    const session = keeper(open)
    await Promise.all([session.renew(), session.renew(), session.start()])
    expect(open).toHaveBeenCalledTimes(1)
    await session.renew()
    expect(open).toHaveBeenCalledTimes(2)
  })

  it('is remembered, and what a visitor began comes along to who he turns out to be', async () => {
    const open = vi.fn().mockResolvedValue(visitor)
    await keeper(open, null).start()
    const again = keeper(open, null)
    await again.start()
    expect(open).toHaveBeenCalledTimes(1)
    expect(again.fresh).toBe(false)
    await again.become('zhang-wei')
    expect(open).toHaveBeenLastCalledWith({ sandbox_citizen: 'zhang-wei', visitor_token: 'visitor' })
  })
})

describe('with time standing still', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('messages are asked for after the last one, and waited for only when the way is open', async () => {
    const asked: [number, number][] = []
    const answers = [[message(1), message(2)], [message(3)]]
    const poll = (after: number, wait: number) => {
      asked.push([after, wait])
      const next = answers.shift()
      return next ? Promise.resolve(next) : new Promise<Message[]>(() => undefined)
    }
    const seen: number[] = []
    const poller = new Poller({ poll, onMessages: (list) => seen.push(...list.map((m) => m.seq)), onLink: () => undefined, onUnauthorized: () => undefined })
    poller.start(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toEqual([[0, 0], [2, 25], [3, 25]])
    expect(seen).toEqual([1, 2, 3])
    poller.stop()
  })

  it('a line that is down is tried again more and more slowly', async () => {
    const poll = vi.fn().mockRejectedValue(new ApiError(0, 'x'))
    const links: string[] = []
    const poller = new Poller({ poll, onMessages: () => undefined, onLink: (link) => links.push(link), onUnauthorized: () => undefined })
    poller.start(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(poll.mock.calls.length).toBeGreaterThan(3)
    expect(poll.mock.calls.length).toBeLessThan(10)
    expect(links.at(-1)).toBe('offline')
    poller.stop()
    const before = poll.mock.calls.length
    await vi.advanceTimersByTimeAsync(120_000)
    expect(poll.mock.calls.length).toBe(before)
  })

  it('a call that is stopped says nothing more, whatever it answers', async () => {
    let answer: (list: Message[]) => void = () => undefined
    const abort = vi.fn()
    const seen = vi.fn()
    const poller = new Poller({ poll: (_a, _w, started) => (started({ abort }), new Promise((done) => (answer = done))), onMessages: seen, onLink: () => undefined, onUnauthorized: () => undefined })
    poller.start(0)
    poller.stop()
    answer([message(1)])
    await vi.advanceTimersByTimeAsync(1)
    expect(abort).toHaveBeenCalledTimes(1)
    expect(seen).not.toHaveBeenCalled()
  })

  it('what is tapped before there is a session waits for it, is shown once, and a second tap on its way is the same', async () => {
    const reply = { messages: [message(2)], conversation: { id: 'c', owner: 'bot' as const, version: 1 }, outcome: null }
    const send = vi.fn().mockResolvedValue(reply)
    const hang = () => new Promise<Message[]>(() => undefined)
    const chat = new Chat({ api: { send, messages: vi.fn().mockResolvedValueOnce([]).mockImplementation(hang), upload: vi.fn() }, store: phoneStore, session: { renew: vi.fn(), token: 'tk' } })
    chat.tap({ label: '帮我填表', payload: '/start_form' })
    chat.tap({ label: '帮我填表', payload: '/start_form' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(send).not.toHaveBeenCalled()
    await chat.start()
    await vi.advanceTimersByTimeAsync(1)
    expect(send).toHaveBeenCalledTimes(1)
    expect(chat.visible.map((e) => e.message.text)).toEqual(['帮我填表', '2'])
    chat.tap({ label: '帮我填表', payload: '/start_form' }) // answered: now it is another
    await vi.advanceTimersByTimeAsync(1)
    expect(send).toHaveBeenCalledTimes(2)
    chat.sleep()
  })

  it('a token that is no longer good is changed for another, and what was being said is not lost', async () => {
    const session = { token: 'old', renew: vi.fn(() => new Promise<void>((done) => setTimeout(() => ((session.token = 'new'), done()), 10))) }
    const { renew } = session
    const reply = { messages: [message(2)], conversation: { id: 'c', owner: 'bot' as const, version: 1 }, outcome: null }
    const send = vi.fn().mockRejectedValueOnce(new ApiError(401, 'x')).mockResolvedValue(reply)
    const hang = () => new Promise<Message[]>(() => undefined)
    const messages = vi.fn().mockResolvedValueOnce([]).mockImplementation(hang)
    const chat = new Chat({ api: { send, messages, upload: vi.fn() }, store: phoneStore, session })
    void chat.start()
    await vi.advanceTimersByTimeAsync(1)
    chat.say('你好')
    await vi.advanceTimersByTimeAsync(20)
    expect(renew).toHaveBeenCalledTimes(1)
    expect(send).toHaveBeenCalledTimes(2)
    expect(send.mock.calls[0]?.[1]).toBe(send.mock.calls[1]?.[1])
    expect(chat.visible.map((e) => e.message.text)).toEqual(['你好', '2'])
    chat.sleep()
  })
})

describe('what was under way when everything was forgotten', () => {
  const hang = () => new Promise<never>(() => undefined)
  const opened = (api: object) => new Chat({ api: { send: vi.fn(), messages: vi.fn().mockResolvedValueOnce([]).mockImplementation(hang), upload: vi.fn(), ...api }, store: phoneStore, session: { renew: vi.fn(), token: 'tk' } })

  it('a picture is not sent and not kept', async () => {
    let give: (id: string) => void = () => undefined
    const send = vi.fn()
    const chat = opened({ send, upload: () => new Promise<string>((done) => (give = done)) })
    await chat.start()
    const sent = chat.sendPicture('wxfile://a.jpg', '照片')
    chat.forget()
    give('up_1')
    await sent
    expect(send).not.toHaveBeenCalled()
    expect(phone.storage).toEqual({})
    expect(chat.entries).toEqual([])
  })

  it('nothing goes out while it is being erased, and it goes on where it was not', async () => {
    const send = vi.fn().mockImplementation(hang)
    const chat = opened({ send })
    await chat.start()
    chat.hold()
    chat.wake()
    chat.say('你好')
    expect(send).not.toHaveBeenCalled()
    chat.release()
    expect(send).toHaveBeenCalledTimes(1)
    chat.forget()
  })

  it('a report on notices is not kept, and what was offered is not asked for', async () => {
    let answer: (allowed: object) => void = () => undefined
    let told: (offered: object) => void = () => undefined
    const ask = vi.fn(() => new Promise((done) => (answer = done)))
    const subscribe = vi.fn()
    const notices = new Notices({ api: { subscriptions: vi.fn().mockResolvedValueOnce({ occasions: { booking: ['T1'] }, allowed: [] }).mockReturnValue(new Promise((done) => (told = done))), subscribe } as never, store: phoneStore, ask: ask as never })
    await notices.load()
    const offered = notices.offer('booking')
    const loaded = notices.load()
    notices.forget()
    answer({ T1: 'accept' })
    told({ occasions: { booking: ['T1'] }, allowed: [] })
    await Promise.all([offered, loaded])
    expect(phone.storage).toEqual({})
    expect(subscribe).not.toHaveBeenCalled()
    void notices.offer('booking')
    expect(ask).toHaveBeenLastCalledWith([])
  })
})

describe('the settings', () => {
  it('are those of an elder for somebody who made the letters of WeChat large, until he chooses otherwise', () => {
    expect(new Settings(phoneStore, 'zh_CN', 17).elder).toBe(false)
    const settings = new Settings(phoneStore, 'zh_CN', 22)
    expect(settings.elder).toBe(true)
    settings.set({ elder: false })
    expect(new Settings(phoneStore, 'zh_CN', 22).elder).toBe(false)
  })
})

describe('a draft', () => {
  const form = (phoneValue: string, error: string | null = null) =>
    ({ ...message(0), type: 'form', form_id: 'f', guide_id: 'g', state: 'draft', url: '', missing: [], fields: [{ name: 'phone', label: '手机', type: 'phone', value: phoneValue, source: null, locked: false, required: true, error }] }) as never
  const draftOf = (saveForm: (id: string, values: Record<string, unknown>) => Promise<never>) => new Draft('f', { form: () => Promise.resolve(form('')), saveForm, attach: vi.fn(), givePhone: vi.fn(), submitForm: vi.fn() }, () => t)

  it('saves what changed, one after the other, and keeps what is typed meanwhile', async () => {
    let finish: (value: never) => void = () => undefined
    const save = vi.fn(() => new Promise<never>((done) => (finish = done)))
    const draft = draftOf(save)
    await draft.load()
    draft.type('phone', '138')
    const first = draft.save('phone')
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1), 20_000)
    draft.type('phone', '13800138000')
    finish(form('138'))
    await first
    expect(draft.typed.phone).toBe('13800138000')
    void draft.save('phone')
    await vi.waitFor(() => expect(save).toHaveBeenLastCalledWith('f', { phone: '13800138000' }), 20_000)
  })

  it('waits for the network, and does not submit what the server has not', async () => {
    const draft = draftOf(() => Promise.reject(new ApiError(0, 'x')))
    await draft.load()
    draft.type('phone', '138')
    await draft.save('phone')
    expect(draft.saving).toBe('waiting')
    await expect(draft.submit()).rejects.toMatchObject({ status: 0 })
  })

  it('saves what was typed when the page goes away, and nothing where nothing was', async () => {
    const save = vi.fn().mockResolvedValue(form('13800138000'))
    const draft = draftOf(save)
    await draft.load()
    await draft.keep()
    expect(save).not.toHaveBeenCalled()
    draft.type('phone', '13800138000')
    await draft.keep()
    await draft.keep()
    expect(save.mock.calls).toEqual([['f', { phone: '13800138000' }]])
  })

  it('puts a refusal beside its field', async () => {
    const draft = draftOf(() => Promise.reject(new ApiError(422, 'forms.invalid', '', { phone: '号码不对' })))
    await draft.load()
    draft.type('phone', '1')
    await draft.save('phone')
    expect(draft.errors).toEqual({ phone: '号码不对' })
    expect(draft.wanting.map((f) => f.name)).toEqual(['phone'])
  })
})

describe('time', () => {
  it('is that of Shanghai wherever the phone is, without Intl', () => {
    const now = new Date('2026-05-01')
    expect(clock('2026-11-02T20:05:00Z')).toBe('04:05')
    expect(day('2026-11-02T20:05:00Z', t, now)).toBe('11月3日 周二')
    expect(day('2027-01-01T09:00:00+08:00', t, now)).toBe('2027年1月1日 周五')
    expect([isMorning('2026-11-03T11:59:00+08:00'), isMorning('2026-11-03T12:00:00+08:00')]).toEqual([true, false])
  })
})

describe('notices', () => {
  const offered = { occasions: { booking: ['T1', 'T2'] }, allowed: [] }
  const api = () => ({ subscriptions: vi.fn().mockResolvedValue(offered), subscribe: vi.fn().mockResolvedValue({ occasions: {}, allowed: [] }) })

  it('are asked for by occasion, within the tap, and what he answered is reported once', async () => {
    const gateway = api()
    const notices = new Notices({ api: gateway, store: phoneStore, ask: askForNotices })
    await notices.load()
    void notices.offer('booking')
    expect(phone.last('requestSubscribeMessage')).toMatchObject({ tmplIds: ['T1', 'T2'] })
    await vi.waitFor(() => expect(gateway.subscribe).toHaveBeenCalledTimes(1), 20_000)
    expect(gateway.subscribe.mock.calls[0]![0]).toEqual({ report_id: expect.any(String), answers: { T1: 'accept', T2: 'accept' } })
    await notices.reporting
    await notices.offer('booking')
    expect(phone.did.filter(([name]) => name === 'requestSubscribeMessage')).toHaveLength(1) // the gateway offers no more
    expect(phone.storage).toEqual({})
  })

  it('are not asked for where the gateway offers none', async () => {
    const gateway = { ...api(), subscriptions: vi.fn().mockRejectedValue(new ApiError(404, 'channel.off')) }
    const notices = new Notices({ api: gateway, store: phoneStore, ask: askForNotices })
    await notices.load()
    notices.offerAfter('/confirm_slot{"appointment_id":"ap_1"}')
    notices.offerAfter('/greet')
    expect(phone.did).toEqual([])
  })

  it('hold nobody up: the tap goes on before the report has arrived', async () => {
    const gateway = api()
    gateway.subscribe.mockReturnValue(new Promise(() => undefined))
    const notices = new Notices({ api: gateway, store: phoneStore, ask: askForNotices })
    await notices.load()
    await notices.offer('submitting')
    await notices.offer('booking')
    expect(gateway.subscribe).toHaveBeenCalledTimes(1)
  })

  it('that WeChat could not ask for are reported by nobody', async () => {
    const gateway = api()
    phone.allows = null
    const notices = new Notices({ api: gateway, store: phoneStore, ask: askForNotices })
    await notices.load()
    await notices.offer('booking')
    expect(gateway.subscribe).not.toHaveBeenCalled()
  })

  it('whose report did not arrive are reported by the same id next time; one that is refused is dropped', async () => {
    const gateway = api()
    gateway.subscribe.mockRejectedValueOnce(new ApiError(0, 'client.unreachable'))
    const offered = async (answer: string) => {
      const notices = new Notices({ api: gateway, store: phoneStore, ask: () => Promise.resolve({ T1: answer }) })
      await notices.offer('booking')
      await notices.reporting
    }
    await offered('reject')
    expect(phone.storage).not.toEqual({})
    await new Notices({ api: gateway, store: phoneStore, ask: askForNotices }).load()
    const [first, second] = gateway.subscribe.mock.calls
    expect(second).toEqual(first)
    gateway.subscribe.mockRejectedValueOnce(new ApiError(422, 'miniprogram.template'))
    await offered('accept')
    expect(phone.storage).toEqual({})
  })
})
