import { ApiError, type Message, type TurnReply } from '@bangban/shared'
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { api, credentials } from '@/api'
import { useChat } from '@/stores/chat'
import { useComposing } from '@/stores/composing'
import { useSession } from '@/stores/session'

const message = (seq: number, sender: Message['sender'], text: string) => ({ seq, id: `ms_${seq}`, sender, type: 'text', text, created_at: null }) as Message
const reply = (...messages: Message[]): TurnReply => ({ messages, conversation: { id: 'cv', owner: 'bot', version: 1 }, outcome: null })
const session = { session_id: 's', token: 'tk', citizen: { verified: false, display_name: '访客' } }

beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
  vi.stubGlobal('WebSocket', class { static OPEN = 1; readyState = 0; close() {} })
  vi.spyOn(api, 'demoCitizens').mockRejectedValue(new ApiError(404, 'system.not_found'))
  vi.spyOn(api, 'openSession').mockResolvedValue(session)
  vi.spyOn(api, 'messages').mockResolvedValue([])
})

async function begin() {
  await useSession().start()
  const chat = useChat()
  await chat.start()
  return chat
}

/** Begun, and its history comes when `history` is called. */
async function beginning() {
  let history!: (list: Message[]) => void
  vi.mocked(api.messages).mockReturnValueOnce(new Promise((done) => (history = done)))
  await useSession().start()
  const chat = useChat()
  return { chat, started: chat.start(), history }
}
const words = (chat: ReturnType<typeof useChat>) => chat.visible.map((e) => e.message.text)

/** The page is left; what it had under way ends with it. */
afterEach(() => useChat().stop())

describe('the session', () => {
  it('is anonymous at once where there are no sandbox citizens', async () => {
    await begin()
    expect(useSession().state).toBe('ready')
    expect(api.openSession).toHaveBeenCalledWith({})
    expect(credentials.token).toBe('tk')
  })

  it('asks who one is in demo mode', async () => {
    vi.mocked(api.demoCitizens).mockResolvedValue([{ id: 'zhang-wei', display_name: '张伟', note: '' }])
    await useSession().start()
    expect(useSession().state).toBe('choosing')
    await useSession().choose('zhang-wei')
    expect(api.openSession).toHaveBeenCalledWith({ sandbox_citizen: 'zhang-wei' })
  })

  it('brings along what the visitor began, when he says who he is', async () => {
    await begin()
    useSession().leave()
    await useSession().choose('zhang-wei')
    expect(api.openSession).toHaveBeenLastCalledWith({ sandbox_citizen: 'zhang-wei', visitor_token: 'tk' })
  })

  it('begins without it when the visitor is no longer known', async () => {
    await begin()
    useSession().leave()
    vi.mocked(api.openSession).mockRejectedValueOnce(new ApiError(401, 'conversations.not_signed_in'))
    await useSession().choose('zhang-wei')
    expect(api.openSession).toHaveBeenLastCalledWith({ sandbox_citizen: 'zhang-wei' })
    expect(useSession().state).toBe('ready')
  })

  it('is remembered on the device', async () => {
    await begin()
    setActivePinia(createPinia())
    await useSession().start()
    expect(api.openSession).toHaveBeenCalledTimes(1)
  })
})

describe('what is typed and not sent', () => {
  it('is there again after a reload, and goes with the one who typed it', async () => {
    const chat = await begin()
    useComposing().words = '打了一半'
    await flushPromises()
    setActivePinia(createPinia())
    expect(useComposing().words).toBe('打了一半')
    setActivePinia(createPinia())
    useChat().stop()
    await flushPromises()
    setActivePinia(createPinia())
    expect(useComposing().words).toBe('')
    chat.stop()
  })
})

describe('the conversation', () => {
  it('takes a second tap on a button, while the first is on its way, for the same', async () => {
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply(message(2, 'bot', '约好了')))
    const chat = await begin()
    const confirm = { label: '确认预约', payload: '/confirm_slot' }
    chat.tap(confirm)
    chat.tap(confirm)
    await flushPromises()
    expect(send).toHaveBeenCalledTimes(1)
    expect(words(chat)).toEqual(['确认预约', '约好了'])
    chat.tap(confirm)
    await flushPromises()
    expect(send).toHaveBeenCalledTimes(2)
  })

  it('begins with its history', async () => {
    vi.mocked(api.messages).mockResolvedValue([message(1, 'citizen', '你好'), message(2, 'bot', '您好')])
    expect(words(await begin())).toEqual(['你好', '您好'])
  })

  it('shows once what is said while the history is still loading', async () => {
    vi.spyOn(api, 'send').mockReturnValue(new Promise(() => undefined))
    const { chat, started, history } = await beginning()
    chat.say('你好')
    history([message(1, 'citizen', '你好')])
    await started
    expect(words(chat)).toEqual(['你好'])
  })

  it('stands behind the history, whenever that comes', async () => {
    vi.spyOn(api, 'send').mockReturnValue(new Promise(() => undefined))
    const { chat, started, history } = await beginning()
    chat.say('新话')
    history([message(1, 'citizen', '旧话'), message(2, 'bot', '答')])
    await started
    expect(words(chat)).toEqual(['旧话', '答', '新话'])
  })

  it('has words before their answer, though both came before the history', async () => {
    vi.spyOn(api, 'send').mockResolvedValue(reply(message(4, 'bot', '答')))
    const { chat, started, history } = await beginning()
    chat.say('新话')
    await flushPromises()
    history([message(1, 'citizen', '旧话'), message(2, 'bot', '旧答')])
    await started
    expect(words(chat)).toEqual(['旧话', '旧答', '新话', '答'])
  })

  it('takes up what an earlier visit left, once, although the history already shows it', async () => {
    const item = { id: 'old', body: { text: '你好' }, label: '你好', labelled: false, createdAt: '' }
    localStorage.setItem('bangban.outbox', JSON.stringify([item]))
    vi.mocked(api.messages).mockResolvedValueOnce([message(1, 'citizen', '你好'), message(2, 'bot', '您好')])
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply(message(2, 'bot', '您好')))
    const chat = await begin()
    await flushPromises()
    expect(send).toHaveBeenCalledExactlyOnceWith({ text: '你好' }, 'old')
    expect(words(chat)).toEqual(['你好', '您好'])
  })

  it('shows the label of a tapped button, and sends its payload', async () => {
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply(message(2, 'bot', '好')))
    const chat = await begin()
    chat.tap({ label: '帮我填表', payload: '/start_form' })
    expect(words(chat)).toEqual(['帮我填表'])
    await flushPromises()
    expect(send).toHaveBeenCalledExactlyOnceWith({ payload: '/start_form' }, expect.any(String))
    expect(words(chat)).toEqual(['帮我填表', '好'])
  })

  it('shows that the assistant is thinking only while it is', async () => {
    let answer!: (r: TurnReply) => void
    vi.spyOn(api, 'send').mockReturnValue(new Promise((done) => (answer = done)))
    const chat = await begin()
    chat.say('你好')
    await flushPromises()
    expect(chat.thinking).toBe(true)
    answer(reply(message(2, 'bot', '您好')))
    await flushPromises()
    expect(chat.thinking).toBe(false)
  })

  it('queues words said without a network', async () => {
    vi.spyOn(api, 'send').mockRejectedValue(new ApiError(0, 'client.unreachable'))
    const chat = await begin()
    chat.say('你好')
    await flushPromises()
    expect(chat.visible[0]?.local?.state).toBe('queued')
    expect(chat.waitingCount).toBe(1)
  })

  it('says why words were refused, and lets them be said again', async () => {
    const send = vi.spyOn(api, 'send').mockRejectedValueOnce(new ApiError(422, 'chat.x', '换个说法')).mockResolvedValue(reply())
    const chat = await begin()
    chat.say('坏')
    await flushPromises()
    expect(chat.visible[0]?.local).toMatchObject({ state: 'failed', error: '换个说法' })
    chat.again(chat.visible[0]!)
    await flushPromises()
    expect(send).toHaveBeenCalledTimes(2)
    expect(chat.visible).toHaveLength(1)
  })

  it('opens a new session for a refused token, and sends what waited', async () => {
    const send = vi.spyOn(api, 'send').mockRejectedValueOnce(new ApiError(401, 'x')).mockResolvedValue(reply(message(2, 'bot', '您好')))
    const chat = await begin()
    chat.say('你好')
    await flushPromises()
    expect(api.openSession).toHaveBeenCalledTimes(2)
    expect(send).toHaveBeenCalledTimes(2)
    expect(words(chat)).toEqual(['你好', '您好'])
  })

  it('tells a setting before the first words, without showing it', async () => {
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply())
    const chat = await begin()
    chat.tell({ label: '请说得简单一点', payload: '/simplify' })
    expect(send).not.toHaveBeenCalled()
    chat.say('你好')
    await flushPromises()
    expect(send.mock.calls.map(([body]) => body)).toEqual([{ payload: '/simplify' }, { text: '你好' }])
    expect(words(chat)).toEqual(['你好'])
  })

  it('uploads a picture first and then says so', async () => {
    vi.spyOn(api, 'upload').mockResolvedValue('up_1')
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply())
    const chat = await begin()
    await chat.sendImage(new File(['x'], 'a.jpg', { type: 'image/jpeg' }), '图片')
    await flushPromises()
    expect(send).toHaveBeenCalledExactlyOnceWith({ upload_id: 'up_1' }, expect.any(String))
    expect(chat.visible[0]?.local?.image).toMatch(/^blob:/)
  })
})
