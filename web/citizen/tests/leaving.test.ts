/** What was under way when the citizen left, changed or had everything erased brings nothing back. */

import { ApiError, type Message, type Session, type TurnReply } from '@bangban/shared'
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia, storeToRefs } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { api, credentials } from '@/api'
import ChatComposer from '@/components/chat/ChatComposer.vue'
import StoredFile from '@/components/StoredFile.vue'
import PrivacyPage from '@/pages/PrivacyPage.vue'
import { useChat } from '@/stores/chat'
import { useComposing } from '@/stores/composing'
import { useSession } from '@/stores/session'
import { render } from './mounting'

vi.mock('@/image', () => ({ shrinkImage: async (file: File) => file }))

const message = (seq: number, text: string) => ({ seq, id: `ms_${seq}`, sender: 'bot', type: 'text', text, created_at: null }) as Message
const reply = (...messages: Message[]): TurnReply => ({ messages, conversation: { id: 'cv', owner: 'bot', version: 1 }, outcome: null })
const session = (token: string): Session => ({ session_id: 's', token, citizen: { verified: false, display_name: '访客' } })
const refused = new ApiError(401, 'conversations.not_signed_in')

/** An answer that is held back until the test gives it. */
function late<T>() {
  let give!: (value: T) => void
  let fail!: (error: Error) => void
  const answer = new Promise<T>((done, no) => ([give, fail] = [done, no]))
  return { answer, give, fail }
}

let opened = 0
beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
  opened = 0
  vi.stubGlobal('WebSocket', class { static OPEN = 1; readyState = 0; close() {} })
  vi.spyOn(api, 'demoCitizens').mockRejectedValue(new ApiError(404, 'system.not_found'))
  vi.spyOn(api, 'openSession').mockImplementation(async () => session(`tk_${(opened += 1)}`))
  vi.spyOn(api, 'messages').mockResolvedValue([])
  vi.spyOn(api, 'me').mockResolvedValue({ citizen: session('').citizen, drafts: [], appointments: [], cases: [] })
})
afterEach(() => useChat().stop())

async function begin() {
  await useSession().start()
  const chat = useChat()
  await chat.start()
  return chat
}

/** Everything goes, as the privacy page has it. */
function erased() {
  useChat().stop()
  useSession().forget()
}

/** What is left on the device, beside how the reader reads. */
const left = () => Object.keys(localStorage).filter((key) => key !== 'bangban.settings')
const words = () => useChat().visible.map((e) => e.message.text)

describe('after an erasure', () => {
  it.each([
    ['an answer', (l: ReturnType<typeof late<Message[]>>) => l.give([message(1, '旧话')])],
    ['a refused token', (l: ReturnType<typeof late<Message[]>>) => l.fail(refused)],
  ])('the history brings nothing back: %s', async (_, settle) => {
    const history = late<Message[]>()
    vi.mocked(api.messages).mockReturnValueOnce(history.answer)
    await useSession().start()
    const started = useChat().start()
    erased()
    settle(history)
    await started
    expect(words()).toEqual([])
    expect(opened).toBe(1)
    expect(localStorage.getItem('bangban.session')).toBeNull()
  })

  it.each([
    ['an answer', (l: ReturnType<typeof late<TurnReply>>) => l.give(reply(message(2, '您好')))],
    ['a refused token', (l: ReturnType<typeof late<TurnReply>>) => l.fail(refused)],
  ])('a message brings nothing back: %s', async (_, settle) => {
    const turn = late<TurnReply>()
    vi.spyOn(api, 'send').mockReturnValueOnce(turn.answer)
    ;(await begin()).say('你好')
    erased()
    settle(turn)
    await flushPromises()
    expect(words()).toEqual([])
    expect(opened).toBe(1)
    expect(left()).toEqual([])
  })

  it('a picture that was being uploaded is not sent, and not kept', async () => {
    const upload = late<string>()
    vi.spyOn(api, 'upload').mockReturnValueOnce(upload.answer)
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply())
    const sent = (await begin()).sendImage(new File(['x'], 'a.jpg', { type: 'image/jpeg' }), '图片')
    await vi.waitFor(() => expect(api.upload).toHaveBeenCalled(), 20_000)
    erased()
    upload.give('up_1')
    await sent
    await flushPromises()
    expect(send).not.toHaveBeenCalled()
    expect(left()).toEqual([])
  })

  it('somebody on his way in does not stay', async () => {
    const opening = late<Session>()
    vi.mocked(api.openSession).mockReturnValueOnce(opening.answer)
    const started = useSession().start()
    await flushPromises()
    erased()
    opening.give(session('tk_late'))
    await started
    expect(useSession().state).toBe('nobody')
    expect(credentials.token).toBeNull()
    expect(left()).toEqual([])
  })

  it('a renewal does not stay, and is not tried again', async () => {
    const renewal = late<Session>()
    vi.spyOn(api, 'send').mockRejectedValueOnce(refused)
    const chat = await begin()
    vi.mocked(api.openSession).mockReturnValueOnce(renewal.answer)
    chat.say('你好')
    await vi.waitFor(() => expect(api.openSession).toHaveBeenCalledTimes(2), 20_000)
    vi.useFakeTimers()
    erased()
    renewal.fail(new ApiError(0, 'client.unreachable'))
    await vi.advanceTimersByTimeAsync(60_000)
    vi.useRealTimers()
    expect(api.openSession).toHaveBeenCalledTimes(2)
    expect(credentials.token).toBeNull()
  })

  it('nothing comes along to the next, and the network coming back opens no session', async () => {
    await begin()
    erased()
    window.dispatchEvent(new Event('online'))
    await flushPromises()
    expect(opened).toBe(1)
    await useSession().choose('zhang-wei')
    expect(api.openSession).toHaveBeenLastCalledWith({ sandbox_citizen: 'zhang-wei' })
  })

  it('the next one’s words do not wait for the answer to the last one’s', async () => {
    const send = vi.spyOn(api, 'send').mockReturnValueOnce(new Promise(() => undefined)).mockResolvedValue(reply(message(2, '您好')))
    ;(await begin()).say('甲')
    erased()
    const chat = await begin()
    chat.say('乙')
    await flushPromises()
    expect(send).toHaveBeenCalledTimes(2)
    expect(words()).toEqual(['乙', '您好'])
  })
})

describe('a refused token', () => {
  it('is renewed once, however many calls found it refused', async () => {
    const history = late<Message[]>()
    const turn = late<TurnReply>()
    vi.mocked(api.messages).mockReturnValueOnce(history.answer)
    const send = vi.spyOn(api, 'send').mockReturnValueOnce(turn.answer).mockResolvedValue(reply(message(2, '您好')))
    await useSession().start()
    const chat = useChat()
    const started = chat.start()
    chat.say('你好')
    history.fail(refused)
    await started
    expect(opened).toBe(2)
    turn.fail(refused) // of the old token
    await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(2), 20_000)
    await flushPromises()
    expect(opened).toBe(2)
    expect(words()).toEqual(['你好', '您好'])
  })
})

describe('the privacy page', () => {
  const erasure = { erased: ['对话记录'], kept: [] }
  async function open() {
    const wrapper = render(PrivacyPage)
    vi.spyOn(api, 'eraseMe').mockResolvedValue(erasure)
    await begin()
    await flushPromises()
    return wrapper
  }
  async function tap(wrapper: Awaited<ReturnType<typeof open>>) {
    await wrapper.findAll('button').find((b) => b.text().includes('清除'))!.trigger('click')
    const yes = [...document.querySelectorAll<HTMLElement>('.btn--danger')].at(-1)!
    yes.click()
    await flushPromises()
  }

  it('leaves nothing on the device as soon as it says that all is erased', async () => {
    const wrapper = await open()
    vi.spyOn(api, 'send').mockReturnValue(new Promise(() => undefined))
    useChat().say('你好')
    for (const key of ['settings', 'ready.x', 'desk.sound']) localStorage.setItem(`bangban.${key}`, '1')
    await tap(wrapper)
    expect(wrapper.text()).toContain('对话记录')
    expect(Object.keys(localStorage).sort()).toEqual(['bangban.desk.sound', 'bangban.settings'])
    expect(useSession().state).toBe('nobody')
  })

  it('sends nothing and opens no session while the server erases', async () => {
    const wrapper = await open()
    const answer = late<typeof erasure>()
    vi.mocked(api.eraseMe).mockReturnValueOnce(answer.answer)
    const turn = late<TurnReply>()
    const send = vi.spyOn(api, 'send').mockReturnValueOnce(turn.answer)
    useChat().say('你好')
    await tap(wrapper)
    turn.fail(refused) // the server has erased already
    await flushPromises()
    window.dispatchEvent(new Event('online'))
    await flushPromises()
    expect([opened, send.mock.calls.length]).toEqual([1, 1])
    answer.give(erasure)
    await flushPromises()
    expect(opened).toBe(1)
    expect(wrapper.text()).toContain('对话记录')
  })

  it('goes on as before where it could not be erased', async () => {
    const wrapper = await open()
    vi.mocked(api.eraseMe).mockRejectedValueOnce(new ApiError(0, 'client.unreachable'))
    await tap(wrapper)
    const send = vi.spyOn(api, 'send').mockResolvedValue(reply(message(2, '您好')))
    useChat().say('你好')
    await flushPromises()
    expect(send).toHaveBeenCalledTimes(1)
    expect(words()).toEqual(['你好', '您好'])
  })
})

describe('what comes to somebody who has gone on', () => {
  it('spoken words that come after they were sent, or after the page was left, are not put into the box', async () => {
    interface Heard { onresult: ((event: object) => void) | null }
    const heard: Heard[] = []
    vi.stubGlobal('SpeechRecognition', class { onresult = null; constructor() { heard.push(this) } start() {} stop() {} })
    const says = (words: string) => heard.at(-1)!.onresult?.({ results: [[{ transcript: words }]] })
    const composer = render(ChatComposer)
    const { words } = storeToRefs(useComposing())
    await composer.find('[aria-pressed]').trigger('click')
    says('身份证')
    await composer.find('form').trigger('submit')
    says('身份证丢了')
    expect([composer.emitted('say'), words.value]).toEqual([[['身份证']], ''])
    await flushPromises()
    await composer.find('[aria-pressed]').trigger('click')
    composer.unmount()
    says('我是张伟')
    expect(words.value).toBe('')
    vi.unstubAllGlobals()
  })

  it('a file that was asked for is not given to the next citizen', async () => {
    const file = late<Blob>()
    vi.spyOn(api, 'file').mockReturnValue(file.answer)
    const given = vi.spyOn(URL, 'createObjectURL')
    const link = render(StoredFile, { url: '/api/cases/c/form.pdf', name: 'a.pdf' })
    await link.trigger('click')
    useSession().leave()
    file.give(new Blob(['x']))
    await flushPromises()
    expect(given).not.toHaveBeenCalled()
    expect(link.attributes('aria-busy')).toBe('false')
  })
})
