/** Pages for everybody: read without anybody being asked who he is. */

import type { GuideReply, Message, TurnReply } from '@bangban/shared'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import guide from '../../mock/data/guide.json'
import { api, credentials } from '@/api'
import App from '@/App.vue'
import { i18n } from '@/i18n'
import { router } from '@/router'
import { useChat } from '@/stores/chat'
import { useSettings } from '@/stores/settings'

const whole = guide as unknown as GuideReply
const ID = whole.guide_id
const reply = { messages: [{ seq: 2, id: 'ms_2', sender: 'bot', type: 'text', text: '好', created_at: null } as Message], conversation: { id: 'cv', owner: 'bot', version: 1 }, outcome: null } as TurnReply
let app: ReturnType<typeof mount> | undefined

beforeEach(() => {
  vi.restoreAllMocks()
  credentials.token = null
  vi.stubGlobal('WebSocket', class { static OPEN = 1; readyState = 0; close() {} })
  vi.spyOn(api, 'guide').mockResolvedValue(whole)
  vi.spyOn(api, 'demoCitizens').mockResolvedValue([{ id: 'zhang-wei', display_name: '张伟', note: '' }])
  vi.spyOn(api, 'openSession').mockResolvedValue({ session_id: 's', token: 'tk', citizen: { verified: true, display_name: '张伟' } })
  vi.spyOn(api, 'messages').mockResolvedValue([])
  vi.spyOn(api, 'me').mockResolvedValue({ citizen: { verified: true, display_name: '张伟' }, drafts: [], appointments: [], cases: [] })
  vi.spyOn(api, 'send').mockResolvedValue(reply)
})
afterEach(() => {
  useChat().stop()
  app?.unmount()
})

async function open(path: string) {
  const pinia = createPinia()
  setActivePinia(pinia)
  await router.push(path)
  const page = (app = mount(App, { attachTo: document.body, global: { plugins: [pinia, i18n, router] } }))
  await flushPromises()
  return page
}
const shows = (words: string) => vi.waitFor(() => expect(app!.text()).toContain(words), { timeout: 30_000 })
const button = (words: string) => app!.findAll('button').find((b) => b.text().includes(words))!

describe('a page for everybody', () => {
  it('shows a guide to whoever opens its link, and asks nobody who he is', async () => {
    await open(`/guide/${ID}`)
    await shows(whole.name)
    expect(app!.text()).not.toContain('请选择')
    for (const call of [api.demoCitizens, api.openSession, api.messages]) expect(call).not.toHaveBeenCalled()
    expect(Object.keys(localStorage)).toEqual(['bangban.settings'])
  })

  it('shows what is done with the citizen’s data, without a button to erase what there is not', async () => {
    await open('/privacy')
    await vi.waitFor(() => expect(app!.findAll('section').length).toBeGreaterThan(2), { timeout: 30_000 })
    expect(button('清除')).toBeUndefined()
    expect(api.openSession).not.toHaveBeenCalled()
  })

  it('asks who he is when he wants something done, and then does it', async () => {
    await open(`/guide/${ID}`)
    await shows(whole.name)
    await app!.find('.foot .btn--main').trigger('click')
    await shows('张伟')
    expect(api.send).not.toHaveBeenCalled()
    await button('张伟').trigger('click')
    await vi.waitFor(() => expect(api.send).toHaveBeenCalled(), { timeout: 30_000 })
    expect(api.send).toHaveBeenCalledExactlyOnceWith({ payload: `/choose_item{"guide_id":"${ID}"}` }, expect.any(String))
    await shows('好')
    expect(useChat().visible.map((e) => e.message.sender)).toEqual(['citizen', 'bot'])
  })

  it('can be had in traditional characters there, and the newest answer stands', async () => {
    const answers: Record<string, (reply: GuideReply) => void> = {}
    vi.mocked(api.guide).mockImplementation(() => new Promise((done) => (answers[credentials.language] = done)))
    await open(`/guide/${ID}`)
    await vi.waitFor(() => expect(answers['zh-Hans']).toBeDefined(), { timeout: 30_000 })
    await app!.find('.head__script').trigger('click')
    await vi.waitFor(() => expect(answers['zh-Hant']).toBeDefined(), { timeout: 30_000 })
    const hant = { ...whole, document: { ...whole.document, name: '居民身份證丟失補領' } }
    answers['zh-Hant']!(hant)
    await shows('居民身份證丟失補領')
    answers['zh-Hans']!(whole)
    await flushPromises()
    expect(app!.text()).toContain('居民身份證丟失補領')
    useSettings().script = 'zh-Hans'
  })

  it('asks who one is where that is needed', async () => {
    await open('/me')
    await shows('张伟')
    expect(api.me).not.toHaveBeenCalled()
  })
})
