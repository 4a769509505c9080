/** What was under way when somebody signed out, or went to something else, is not taken for what is there now. */

import { ApiError, type GuideReply } from '@bangban/shared'
import { flushPromises, mount } from '@vue/test-utils'
import { getActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { api } from '@/api'
import type { ConversationReply, QueueItem } from '@/api/types'
import NotesBox from '@/components/package/NotesBox.vue'
import { useDoing } from '@/composables'
import { i18n } from '@/i18n'
import GuidePage from '@/pages/GuidePage.vue'
import { useConversations } from '@/stores/conversations'
import { useLive } from '@/stores/live'
import { useQueue } from '@/stores/queue'
import { useSession } from '@/stores/session'
import { AGENT, conversation, mineItem, settled, signIn, waiting } from './making'

/** An answer that is held back until the test gives it. */
function late<T>() {
  let give!: (value: T) => void
  let fail!: (error: Error) => void
  const answer = new Promise<T>((done, no) => ([give, fail] = [done, no]))
  return { answer, give, fail }
}
const refused = new ApiError(401, 'staff.not_signed_in')
const OTHER = { ...AGENT, id: 'st_2', name: '黄志强' }

beforeEach(() => {
  vi.stubGlobal('WebSocket', class { readyState = 0; close() {} })
  signIn()
  vi.spyOn(api, 'mine').mockResolvedValue([mineItem('cv_1')])
  vi.spyOn(api, 'queue').mockResolvedValue([])
  vi.spyOn(api, 'conversation').mockImplementation(async (id) => conversation(id))
})

/** Signs out as the page does it, and somebody else in. */
async function changes() {
  vi.spyOn(api, 'logout').mockResolvedValue(undefined as never)
  await useSession().logout()
  useConversations().forget()
  useQueue().clear()
  signIn(OTHER)
}

describe('the next person', () => {
  test('sees no conversation, list or queue that was asked for by the last one', async () => {
    const [store, queue] = [useConversations(), useQueue()]
    const [whole, list, row] = [late<ConversationReply>(), late<ReturnType<typeof mineItem>[]>(), late<QueueItem[]>()]
    vi.mocked(api.conversation).mockReturnValueOnce(whole.answer)
    vi.mocked(api.mine).mockReturnValueOnce(list.answer)
    vi.mocked(api.queue).mockReturnValueOnce(row.answer)
    const all = [store.show('cv_9'), store.refreshMine(), queue.refresh()]
    await changes()
    whole.give(conversation('cv_9'))
    list.give([mineItem('cv_1')])
    row.give([waiting('cv_2')])
    await Promise.all(all)
    expect([store.details, store.mine, queue.items]).toEqual([{}, [], []])
  })

  test('is neither signed out nor shown online by what concerned the last one', async () => {
    const session = useSession()
    const [presence, out, look] = [late<never>(), late<never>(), late<QueueItem[]>()]
    vi.spyOn(api, 'presence').mockReturnValue(presence.answer)
    const came = session.present('online')
    vi.mocked(api.queue).mockReturnValueOnce(look.answer)
    const live = useLive()
    live.start()
    await vi.waitFor(() => expect(api.queue).toHaveBeenCalled(), 20_000)
    vi.spyOn(api, 'logout').mockReturnValueOnce(out.answer)
    const left = session.logout()
    session.expire() // the server was quicker
    live.stop()
    signIn(OTHER)
    presence.give({ state: 'online', capacity: 9 } as never)
    out.give(undefined as never)
    look.fail(refused)
    await Promise.all([came, left])
    await settled()
    expect([session.user?.id, session.presence]).toEqual(['st_2', 'offline'])
  })

  test('is not told of the last one’s failures, and a message that failed is not asked about', async () => {
    const told = vi.fn()
    const answer = late<never>()
    const { run } = effectScope().run(() => useDoing(told))!
    const doing = run(() => answer.answer)
    const said = late<never>()
    vi.spyOn(api, 'say').mockReturnValue(said.answer)
    const store = useConversations()
    store.say('cv_1', { text: '您好' }, '您好')
    await settled()
    await changes()
    vi.mocked(api.conversation).mockClear()
    answer.fail(new ApiError(0, 'x'))
    said.fail(refused)
    expect(await doing).toBe(false)
    await settled()
    expect(told).not.toHaveBeenCalled()
    expect(api.conversation).not.toHaveBeenCalled()
    expect(store.pending).toEqual({})
  })
})

describe('a change of conversation', () => {
  test('keeps nothing of a colleague’s that was left before it came', async () => {
    const store = useConversations()
    await store.refreshMine()
    const whole = late<ConversationReply>()
    vi.mocked(api.conversation).mockReturnValueOnce(whole.answer)
    const shown = store.show('cv_9')
    await store.show('cv_1')
    whole.give(conversation('cv_9', { agent: 'st_2' }))
    await shown
    expect(Object.keys(store.details)).toEqual(['cv_1'])
  })

  test('an older list of ours does not replace a newer one, nor bring back what was given away', async () => {
    const store = useConversations()
    const older = late<ReturnType<typeof mineItem>[]>()
    vi.mocked(api.mine).mockReturnValueOnce(older.answer)
    const first = store.refreshMine()
    await store.refreshMine()
    vi.spyOn(api, 'release').mockResolvedValue(undefined as never)
    await store.release('cv_1', { to: 'bot' })
    older.give([mineItem('cv_1'), mineItem('cv_3')])
    await first
    expect(store.mine).toEqual([])
  })

  test('a note stays with the conversation it was written in, and the answer to it takes away nothing else', async () => {
    const store = useConversations()
    const answer = late<never>()
    const note = vi.spyOn(api, 'note').mockReturnValue(answer.answer)
    const box = mount(NotesBox, { props: { id: 'cv_1', notes: [] }, global: { plugins: [i18n, getActivePinia()!] } })
    await box.find('textarea').setValue('第一位的')
    await box.find('.add').trigger('click')
    expect(note).toHaveBeenCalledExactlyOnceWith('cv_1', '第一位的')
    await box.setProps({ id: 'cv_2' })
    expect(box.find('textarea').element.value).toBe('')
    await box.find('textarea').setValue('第二位的')
    answer.give({ text: '第一位的' } as never)
    await settled()
    expect(store.drafts).toEqual({ 'note cv_2': '第二位的' })
    expect(box.find('textarea').element.value).toBe('第二位的')
  })
})

test('one thing at a time: a second tap while the first is under way is the same tap', async () => {
  const answer = late<void>()
  const act = vi.fn(() => answer.answer)
  const { run, busy } = effectScope().run(() => useDoing())!
  const first = run(act)
  expect([await run(act), busy.value]).toEqual([false, true])
  answer.give()
  expect([await first, busy.value]).toEqual([true, false])
  expect(act).toHaveBeenCalledTimes(1)
})

test('the guide that was asked for last is shown, whichever answer comes last', async () => {
  const guide = (id: string, name: string) => ({ guide_id: id, version: 1, name, region: '广州市', effective_from: null, document: { name, aliases: [] } }) as unknown as GuideReply
  const first = late<GuideReply>()
  vi.spyOn(api, 'guide').mockReturnValueOnce(first.answer).mockResolvedValue(guide('b', '第二份'))
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', name: 'guides', component: { template: '<i />' } }] })
  const page = mount(GuidePage, { props: { id: 'a' }, global: { plugins: [i18n, router, getActivePinia()!] } })
  await page.setProps({ id: 'b' })
  await flushPromises()
  first.give(guide('a', '第一份'))
  await flushPromises()
  expect(page.find('h1').text()).toBe('第二份')
})
