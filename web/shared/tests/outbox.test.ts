import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, browserStore, Outbox, type OutboxEvents, type OutboxItem } from '../src'

const item = (id: string): OutboxItem => ({ id, body: { text: id }, label: id, labelled: false, createdAt: '' })
const spies = () => ({ sending: vi.fn(), delivered: vi.fn(), delayed: vi.fn(), refused: vi.fn(), unauthorized: vi.fn() }) satisfies OutboxEvents<string>

describe('the outbox', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    localStorage.clear()
  })
  afterEach(() => vi.useRealTimers())

  it('repeats a message under the same id until the server has it', async () => {
    const deliver = vi.fn().mockRejectedValueOnce(new ApiError(0, 'x')).mockRejectedValueOnce(new ApiError(503, 'x')).mockResolvedValue('ok')
    const events = spies()
    const outbox = new Outbox({ deliver, events, store: browserStore('t.') })
    outbox.add(item('one'))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(deliver.mock.calls.map(([i]) => i.id)).toEqual(['one', 'one', 'one'])
    expect(events.delivered).toHaveBeenCalledTimes(1)
    expect(outbox.pending).toEqual([])
  })

  it('keeps the order: the second waits for the first', async () => {
    const deliver = vi.fn().mockRejectedValueOnce(new ApiError(0, 'x')).mockResolvedValue('ok')
    const outbox = new Outbox({ deliver, events: spies(), store: browserStore('t.') })
    outbox.add(item('one'))
    outbox.add(item('two'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(deliver.mock.calls.map(([i]) => i.id)).toEqual(['one', 'one', 'two'])
  })

  it.each([
    ['an answer', (reply: (r: unknown) => void) => reply('ok')],
    ['a refused token', (_: unknown, fail: (e: ApiError) => void) => fail(new ApiError(401, 'x'))],
  ])('is told nothing by %s to what was cleared meanwhile, and leaves no trace', async (_, answer) => {
    let settle: () => void = () => undefined
    const events = spies()
    const outbox = new Outbox<string>({ deliver: () => new Promise((reply, fail) => (settle = () => answer(reply as never, fail))), events, store: browserStore('t.') })
    outbox.add(item('one'))
    outbox.clear()
    settle()
    await vi.advanceTimersByTimeAsync(5000)
    expect([events.delivered, events.delayed, events.refused, events.unauthorized].flatMap((e) => e.mock.calls)).toEqual([])
    expect(localStorage).toHaveLength(0)
  })

  it('sends what comes after a clearing at once, whatever is still unanswered', async () => {
    const deliver = vi.fn().mockReturnValueOnce(new Promise(() => undefined)).mockResolvedValue('ok')
    const outbox = new Outbox({ deliver, events: spies(), store: browserStore('t.') })
    outbox.add(item('one'))
    outbox.clear()
    outbox.add(item('two'))
    await vi.advanceTimersByTimeAsync(0)
    expect(deliver.mock.calls.map(([i]) => i.id)).toEqual(['one', 'two'])
    expect(outbox.pending).toEqual([])
  })

  it('knows what is on its way, and keeps what is added before it may go', async () => {
    const deliver = vi.fn().mockResolvedValue('ok')
    const outbox = new Outbox({ deliver, events: spies(), store: browserStore('t.') })
    outbox.pause()
    outbox.add(item('one'))
    expect([outbox.holds({ text: 'one' }), outbox.holds({ text: 'two' })]).toEqual([true, false])
    outbox.allow()
    expect(deliver).not.toHaveBeenCalled()
    outbox.add(item('two'))
    await vi.advanceTimersByTimeAsync(1)
    expect(deliver.mock.calls.map(([i]) => i.id)).toEqual(['one', 'two'])
    expect(outbox.holds({ text: 'one' })).toBe(false)
  })

  it('takes up after a reload what an earlier page left', async () => {
    const store = browserStore('t.')
    const first = new Outbox({ deliver: vi.fn().mockRejectedValue(new ApiError(0, 'x')), events: spies(), store })
    first.add(item('one'))
    await vi.advanceTimersByTimeAsync(1)
    first.pause()
    const deliver = vi.fn().mockResolvedValue('ok')
    new Outbox({ deliver, events: spies(), store }).resume()
    await vi.advanceTimersByTimeAsync(1)
    expect(deliver).toHaveBeenCalledWith(expect.objectContaining({ id: 'one' }))
  })

  it('gives up what the server refuses, and goes on with the next', async () => {
    const refusal = new ApiError(422, 'chat.invalid_text', '换个说法')
    const events = spies()
    const outbox = new Outbox({ deliver: vi.fn().mockRejectedValueOnce(refusal).mockResolvedValue('ok'), events, store: browserStore('t.') })
    outbox.add(item('bad'))
    outbox.add(item('good'))
    await vi.advanceTimersByTimeAsync(1)
    expect(events.refused).toHaveBeenCalledWith(expect.objectContaining({ id: 'bad' }), refusal)
    expect(events.delivered).toHaveBeenCalledWith(expect.objectContaining({ id: 'good' }), 'ok')
  })

  it('waits for a new session when the token is refused, and loses nothing', async () => {
    const events = spies()
    const deliver = vi.fn().mockRejectedValueOnce(new ApiError(401, 'x')).mockResolvedValue('ok')
    const outbox = new Outbox({ deliver, events, store: browserStore('t.') })
    outbox.add(item('one'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(deliver).toHaveBeenCalledTimes(1)
    expect(events.unauthorized).toHaveBeenCalledTimes(1)
    outbox.resume()
    await vi.advanceTimersByTimeAsync(1)
    expect(events.delivered).toHaveBeenCalledTimes(1)
  })

  it('honours Retry-After', async () => {
    const deliver = vi.fn().mockRejectedValueOnce(new ApiError(429, 'x', '', {}, 20)).mockResolvedValue('ok')
    const outbox = new Outbox({ deliver, events: spies(), store: browserStore('t.') })
    outbox.add(item('one'))
    await vi.advanceTimersByTimeAsync(19_000)
    expect(deliver).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(2000)
    expect(deliver).toHaveBeenCalledTimes(2)
  })
})
