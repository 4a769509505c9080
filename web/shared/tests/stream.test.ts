import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, MessageStream, parseFrame, type Message } from '../src'

class FakeSocket {
  static all: FakeSocket[] = []
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  open() {
    this.readyState = 1
    this.onopen?.()
  }

  fail(code = 1006) {
    this.readyState = 3
    this.onclose?.({ code })
  }

  close() {
    this.readyState = 3
  }
}

const message = (seq: number) => ({ seq, id: `ms_${seq}`, type: 'text', sender: 'bot', text: String(seq), created_at: null }) as Message
const last = () => FakeSocket.all[FakeSocket.all.length - 1]!

function build(poll = vi.fn().mockResolvedValue([])) {
  const seen: number[] = []
  const states: string[] = []
  const unauthorized = vi.fn()
  const stream = new MessageStream({
    url: (after) => `ws://x/?after=${after}`,
    poll,
    onMessages: (list) => seen.push(...list.map((m) => m.seq)),
    onState: (s) => states.push(s),
    onUnauthorized: unauthorized,
    openSocket: (url) => new FakeSocket(url) as unknown as WebSocket,
  })
  return { stream, seen, states, unauthorized, poll }
}

describe('the message stream', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    FakeSocket.all = []
  })
  afterEach(() => vi.useRealTimers())

  it('stays offline until the line is really back', async () => {
    const { stream, states } = build(vi.fn().mockResolvedValue([]))
    stream.start(0)
    last().open()
    stream.sleep()
    await vi.advanceTimersByTimeAsync(3000)
    last().fail()
    expect(states[states.length - 1]).toBe('offline')
    stream.wake()
    last().open()
    expect(states[states.length - 1]).toBe('live')
  })

  it('asks for what it missed when the socket opens', async () => {
    const { stream, seen, poll } = build(vi.fn().mockResolvedValue([message(5)]))
    stream.start(4)
    last().open()
    await vi.advanceTimersByTimeAsync(1)
    expect(poll).toHaveBeenCalledWith(4, 0, expect.anything())
    expect(seen).toEqual([5])
    stream.stop()
  })

  it('reconnects from the last number it received', async () => {
    const { stream } = build()
    stream.start(0)
    last().open()
    last().onmessage?.({ data: JSON.stringify(message(7)) })
    last().fail()
    await vi.advanceTimersByTimeAsync(5000)
    expect(FakeSocket.all).toHaveLength(2)
    expect(last().url).toContain('after=7')
    stream.stop()
  })

  it('polls while no socket will open, and stops polling when one does', async () => {
    const poll = vi.fn((_a: number, wait: number, signal: AbortSignal) =>
      wait === 0 ? Promise.resolve([message(1)]) : new Promise<Message[]>((_, no) => signal.addEventListener('abort', () => no(new Error('aborted')))),
    )
    const { stream, states, seen } = build(poll as never)
    stream.start(0)
    last().fail()
    await vi.advanceTimersByTimeAsync(4000)
    last().fail()
    await vi.advanceTimersByTimeAsync(1)
    expect(states).toContain('polling')
    expect(seen).toContain(1)
    expect(poll).toHaveBeenLastCalledWith(1, 25, expect.anything())
    const waiting = poll.mock.lastCall![2]
    await vi.advanceTimersByTimeAsync(20_000)
    last().open()
    expect(waiting.aborted).toBe(true)
    expect(states[states.length - 1]).toBe('live')
    stream.stop()
  })

  it('says offline when neither way is open', async () => {
    const { stream, states } = build(vi.fn().mockRejectedValue(new ApiError(0, 'x')))
    stream.start(0)
    last().fail()
    await vi.advanceTimersByTimeAsync(4000)
    last().fail()
    await vi.advanceTimersByTimeAsync(1)
    expect(states[states.length - 1]).toBe('offline')
    stream.stop()
  })

  it('waits longer and longer between attempts, at most half a minute', async () => {
    const { stream } = build(vi.fn().mockRejectedValue(new ApiError(0, 'x')))
    stream.start(0)
    for (let i = 0; i < 12; i++) {
      last().fail()
      await vi.advanceTimersByTimeAsync(40_000)
    }
    expect(FakeSocket.all).toHaveLength(13)
    stream.stop()
  })

  it.each([
    ['an answer', (give: (m: Message[]) => void) => give([message(3)])],
    ['a refused token', (_: unknown, fail: (e: Error) => void) => fail(new ApiError(401, 'x'))],
  ])('takes nothing that comes when it was stopped: %s', async (_, settle) => {
    let late: () => void = () => undefined
    const { stream, seen, states, unauthorized } = build(vi.fn(() => new Promise<Message[]>((give, fail) => (late = () => settle(give, fail)))) as never)
    stream.start(0)
    const socket = last()
    socket.open()
    stream.stop()
    const told = states.length
    late()
    socket.onopen?.()
    socket.onmessage?.({ data: JSON.stringify(message(4)) })
    stream.sleep()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen).toEqual([])
    expect(unauthorized).not.toHaveBeenCalled()
    expect([states.length, FakeSocket.all.length]).toEqual([told, 1])
  })

  it('tells when the token is no longer good', async () => {
    const { stream, unauthorized } = build()
    stream.start(0)
    last().fail(4401)
    expect(unauthorized).toHaveBeenCalledTimes(1)
    stream.stop()
  })
})

describe('a frame', () => {
  it('is one message, a list, or an object that holds them; a heartbeat is nothing', () => {
    expect(parseFrame(JSON.stringify(message(1)))).toHaveLength(1)
    expect(parseFrame(JSON.stringify([message(1), message(2)]))).toHaveLength(2)
    expect(parseFrame(JSON.stringify({ messages: [message(1)] }))).toHaveLength(1)
    expect(parseFrame('{"type":"ping"}')).toEqual([])
    expect(parseFrame('not json')).toEqual([])
  })
})
