import { ApiError } from '@bangban/shared'
import { beforeEach, expect, test, vi } from 'vitest'
import { api } from '@/api'
import { useAlerts } from '@/stores/alerts'
import { useQueue } from '@/stores/queue'
import { waiting } from './making'

beforeEach(() => {
  vi.spyOn(api, 'queue').mockResolvedValue([waiting('cv_1'), waiting('cv_2')])
})

test('the order of the server stands', () => {
  const queue = useQueue()
  queue.adopt([waiting('old', { priority: 0 }), waiting('elder', { priority: 2 })])
  expect(queue.items.map((i) => i.conversation_id)).toEqual(['old', 'elder'])
})

test('who was quicker is told, and the queue is read again', async () => {
  const queue = useQueue()
  vi.spyOn(api, 'claim').mockRejectedValue(new ApiError(409, 'handoff.already_claimed', '这位市民已由黄志强接待。', { owner: 'st_2' }))
  expect(await queue.claim(waiting('cv_1'))).toEqual({ won: false, owner: 'st_2', message: '这位市民已由黄志强接待。' })
  expect(api.queue).toHaveBeenCalled()
  expect(queue.claiming).toBeNull()
})

test('another refusal is no lost race', async () => {
  vi.spyOn(api, 'claim').mockRejectedValue(new ApiError(409, 'handoff.at_capacity', '到上限了'))
  await expect(useQueue().claim(waiting('cv_1'))).rejects.toMatchObject({ code: 'handoff.at_capacity' })
})

test('the version that was shown is the one that is claimed', async () => {
  const queue = useQueue()
  queue.adopt([waiting('cv_1', { version: 7 }), waiting('cv_2')])
  const claim = vi.spyOn(api, 'claim').mockResolvedValue({ conversation: { id: 'cv_1', owner: 'agent', version: 8, agent: 'st_1' } })
  await queue.claim(queue.items[0]!)
  expect(claim).toHaveBeenCalledWith('cv_1', 7)
  expect(queue.items.map((i) => i.conversation_id)).toEqual(['cv_2'])
})

test('only somebody new is announced, and not on the first look', () => {
  const queue = useQueue()
  const announce = vi.spyOn(useAlerts(), 'announce')
  queue.adopt([waiting('cv_1')])
  queue.adopt([waiting('cv_1')])
  expect(announce).not.toHaveBeenCalled()
  queue.adopt([waiting('cv_1'), waiting('cv_2')])
  expect(announce).toHaveBeenCalledExactlyOnceWith('queue')
})

test('an answer that was overtaken by the stream is dropped', async () => {
  const queue = useQueue()
  let answer: (items: ReturnType<typeof waiting>[]) => void = () => undefined
  vi.spyOn(api, 'queue').mockReturnValue(new Promise((done) => (answer = done)))
  const asked = queue.refresh()
  queue.adopt([])
  answer([waiting('gone')])
  await asked
  expect(queue.items).toEqual([])
})

test('the number of waiting citizens stands in the title of the tab', async () => {
  useQueue().adopt([waiting('cv_1'), waiting('cv_2')])
  await Promise.resolve()
  expect(document.title).toBe('(2) 帮办工作台')
})
