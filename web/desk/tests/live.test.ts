import type { LinkState } from '@bangban/shared'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Live, parseNews, type News, type Occasion } from '@/api/live'

class Socket {
  static all: Socket[] = []
  readyState = 0
  sent: string[] = []
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onclose?: (event: { code: number }) => void
  constructor() {
    Socket.all.push(this)
  }
  opens() {
    this.readyState = 1
    this.onopen?.()
  }
  closes(code = 1006) {
    this.readyState = 3
    this.onclose?.({ code })
  }
  send(text: string) {
    this.sent.push(text)
  }
  close() {
    this.readyState = 3
  }
}

const states: LinkState[] = []
const news: News[] = []
const looks: Occasion[] = []
let reachable = true
let unauthorized = 0
const live = () =>
  new Live({
    url: () => 'ws://desk',
    onNews: (n) => news.push(n),
    onState: (s) => states.push(s),
    onUnauthorized: () => (unauthorized += 1),
    look: async (occasion) => (looks.push(occasion), reachable),
    openSocket: () => new Socket() as unknown as WebSocket,
  })
const last = () => Socket.all.at(-1)!

beforeEach(() => {
  vi.useFakeTimers()
  Socket.all = []
  states.length = news.length = looks.length = unauthorized = 0
  reachable = true
})
afterEach(() => vi.useRealTimers())

describe('the line to the desk', () => {
  test('looks for what was missed each time a socket opens', async () => {
    const line = live()
    line.start()
    await vi.advanceTimersByTimeAsync(0)
    last().opens()
    await vi.advanceTimersByTimeAsync(0)
    expect(looks).toEqual(['opened', 'opened'])
    last().closes()
    await vi.advanceTimersByTimeAsync(2000)
    last().opens()
    await vi.advanceTimersByTimeAsync(0)
    expect(Socket.all).toHaveLength(2)
    expect(looks.at(-1)).toBe('opened')
    expect(states.at(-1)).toBe('live')
    line.stop()
  })

  test('asks every few seconds while no socket will open, and says so', async () => {
    const line = live()
    line.start()
    last().closes()
    await vi.advanceTimersByTimeAsync(9000)
    expect(states.at(-1)).toBe('polling')
    expect(looks.filter((o) => o === 'polling').length).toBeGreaterThanOrEqual(2)
    line.stop()
  })

  test('is offline when the server does not answer either', async () => {
    reachable = false
    const line = live()
    line.start()
    last().closes()
    await vi.advanceTimersByTimeAsync(100)
    expect(states.at(-1)).toBe('offline')
    line.stop()
  })

  test('watches the same conversation again on a new socket', async () => {
    const line = live()
    line.start()
    last().opens()
    line.watch('cv_1')
    expect(last().sent).toEqual(['{"watch":"cv_1"}'])
    last().closes()
    await vi.advanceTimersByTimeAsync(2000)
    last().opens()
    expect(last().sent).toEqual(['{"watch":"cv_1"}'])
    line.watch(null)
    expect(last().sent.at(-1)).toBe('{"unwatch":"cv_1"}')
    line.stop()
  })

  test('a refused token ends it', () => {
    const line = live()
    line.start()
    last().closes(4401)
    expect(unauthorized).toBe(1)
    line.stop()
  })

  test('nothing is tried after it was stopped', async () => {
    const line = live()
    line.start()
    last().closes()
    line.stop()
    const before = looks.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(Socket.all).toHaveLength(1)
    expect(looks.length).toBe(before)
  })
})

test('frames that are no news are nothing', () => {
  expect(parseNews('{"type":"queue","items":[]}')).toEqual({ type: 'queue', items: [] })
  for (const odd of ['', 'pong', 'null', '3', '{"type":"later"}', new ArrayBuffer(1)]) expect(parseNews(odd)).toBeNull()
})
