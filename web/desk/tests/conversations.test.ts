import { ApiError } from '@bangban/shared'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '@/api'
import { useAlerts } from '@/stores/alerts'
import { useConversations } from '@/stores/conversations'
import { conversation, message, mineItem, settled, signIn } from './making'

beforeEach(() => {
  signIn()
  vi.spyOn(api, 'mine').mockResolvedValue([mineItem('cv_1'), mineItem('cv_2')])
  vi.spyOn(api, 'conversation').mockImplementation(async (id) => conversation(id))
})

describe('unread', () => {
  test('what the citizen writes elsewhere is counted until it is opened', async () => {
    const store = useConversations()
    await store.refreshMine()
    await store.show('cv_1')
    store.put('cv_2', message(2))
    store.put('cv_2', message(3, 'agent'))
    expect(store.unread).toMatchObject({ cv_1: 0, cv_2: 1 })
    await store.show('cv_2')
    expect(store.unread.cv_2).toBe(0)
  })

  test('it calls for attention only where the eyes are not', async () => {
    const store = useConversations()
    const announce = vi.spyOn(useAlerts(), 'announce')
    await store.refreshMine()
    await store.show('cv_1')
    store.put('cv_1', message(2))
    expect(announce).not.toHaveBeenCalled()
    store.put('cv_2', message(2))
    expect(announce).toHaveBeenCalledExactlyOnceWith('message')
  })

  test('the past of a conversation that is met for the first time is not unread', async () => {
    const store = useConversations()
    vi.mocked(api.conversation).mockImplementation(async (id) => conversation(id, {}, [message(1), message(2)]))
    await store.refreshMine()
    expect(store.unread.cv_1).toBe(0)
  })
})

describe('writing', () => {
  test('sentences go out one after another, in their order', async () => {
    const store = useConversations()
    await store.show('cv_1')
    const sent: string[] = []
    let release: () => void = () => undefined
    vi.spyOn(api, 'say').mockImplementation(async (_, body) => {
      const { text } = body as { text: string }
      if (text === '一') await new Promise<void>((done) => (release = done))
      sent.push(text)
      return message(sent.length + 1, 'agent', text)
    })
    store.say('cv_1', { text: '一' }, '一')
    store.say('cv_1', { text: '二' }, '二')
    await settled()
    expect(sent).toEqual([])
    release()
    await settled()
    expect(sent).toEqual(['一', '二'])
    expect(store.details.cv_1?.messages.map((m) => m.text)).toEqual(['第1句', '一', '二'])
    expect(store.pending.cv_1).toEqual([])
  })

  test('what was refused stays with the reason, and can be sent again', async () => {
    const store = useConversations()
    await store.show('cv_1')
    const say = vi.spyOn(api, 'say').mockRejectedValueOnce(new ApiError(403, 'handoff.not_yours', '这个会话不是您在接待，不能操作。'))
    store.say('cv_1', { text: '在吗' }, '在吗')
    await settled()
    expect(store.pending.cv_1).toMatchObject([{ state: 'failed', error: '这个会话不是您在接待，不能操作。' }])
    say.mockResolvedValueOnce(message(2, 'agent', '在吗'))
    store.again('cv_1', store.pending.cv_1![0]!)
    await settled()
    expect(store.pending.cv_1).toEqual([])
  })

  test('a message that the stream told first is not shown twice', async () => {
    const store = useConversations()
    await store.show('cv_1')
    store.put('cv_1', message(2, 'agent'))
    store.put('cv_1', message(2, 'agent'))
    expect(store.details.cv_1?.messages).toHaveLength(2)
  })

  test('a draft outlives the page', () => {
    useConversations().draft('cv_1', '写到一半')
    expect(JSON.parse(sessionStorage.getItem('bangban.desk.drafts')!)).toEqual({ cv_1: '写到一半' })
  })
})

describe('changing hands', () => {
  test('a conversation that a colleague got is told of', async () => {
    const store = useConversations()
    await store.refreshMine()
    vi.mocked(api.mine).mockResolvedValue([mineItem('cv_2')])
    store.noticed({ id: 'cv_1', owner: 'agent', version: 5, agent: 'st_3' })
    await settled()
    expect(store.lost?.id).toBe('cv_1')
    expect(store.mine.map((i) => i.conversation_id)).toEqual(['cv_2'])
  })

  test('one that was given away is not', async () => {
    const store = useConversations()
    await store.refreshMine()
    vi.spyOn(api, 'release').mockImplementation(async (id) => store.noticed({ id, owner: 'bot', version: 5, agent: null }))
    await store.release('cv_1', { to: 'bot' })
    expect(store.lost).toBeNull()
    expect(store.mine.map((i) => i.conversation_id)).toEqual(['cv_2'])
  })

  test('one that a colleague handed on calls for attention, one that was claimed does not', async () => {
    const store = useConversations()
    const announce = vi.spyOn(useAlerts(), 'announce')
    await store.refreshMine()
    store.expectNews('cv_3', 'comes')
    store.noticed({ id: 'cv_3', owner: 'agent', version: 5, agent: 'st_1' })
    expect(store.gained).toBeNull()
    store.noticed({ id: 'cv_4', owner: 'agent', version: 5, agent: 'st_1' })
    expect(store.gained?.id).toBe('cv_4')
    expect(announce).toHaveBeenCalledExactlyOnceWith('message')
  })

  test('what is already ours when the page opens is no news', () => {
    const store = useConversations()
    store.noticed({ id: 'cv_1', owner: 'agent', version: 5, agent: 'st_1' })
    expect(store.gained).toBeNull()
  })

  test('a colleague’s conversation may be gone or closed to us: the page says why', async () => {
    const store = useConversations()
    vi.mocked(api.conversation).mockRejectedValue(new ApiError(403, 'handoff.not_visible', '这个会话没有转给人工，不能查看。'))
    await store.show('cv_9')
    expect(store.failed.cv_9?.code).toBe('handoff.not_visible')
  })

  test('signing out leaves nothing for the next person', async () => {
    const store = useConversations()
    await store.refreshMine()
    store.draft('cv_1', '身份证号是…')
    store.forget()
    expect(store.details).toEqual({})
    expect(sessionStorage.getItem('bangban.desk.drafts')).toBeNull()
  })
})
