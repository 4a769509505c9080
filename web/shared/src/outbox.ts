/**
 * The citizen's outgoing messages: kept until the server has them, one at a time and in order, each repeated under the same
 * `client_message_id`, so that a bad connection neither loses nor doubles anything.
 */

import { ApiError } from './http'
import type { Outgoing } from './citizen_api'
import type { KeyValueStore } from './storage'

export interface OutboxItem { id: string; body: Outgoing; label: string; labelled: boolean; silent?: boolean; createdAt: string }

export interface OutboxEvents<Reply> {
  sending(item: OutboxItem): void
  delivered(item: OutboxItem, reply: Reply): void
  /** It stays in the queue and is tried again. */
  delayed(item: OutboxItem, error: ApiError): void
  /** The server refused it for good; it has left the queue. */
  refused(item: OutboxItem, error: ApiError): void
  unauthorized(): void
}

export interface OutboxOptions<Reply> {
  deliver: (item: OutboxItem) => Promise<Reply>
  events: OutboxEvents<Reply>
  store: KeyValueStore
  key?: string
  maxDelayMs?: number
}

export class Outbox<Reply> {
  private queue: OutboxItem[]
  private busy = false
  /** Counts the clearings: what is sent next does not wait for the answer to what was cleared. */
  private round = 0
  private attempts = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private paused = false

  constructor(private readonly options: OutboxOptions<Reply>) {
    this.queue = options.store.read<OutboxItem[]>(this.key) ?? []
  }

  get pending(): readonly OutboxItem[] {
    return this.queue
  }

  add(item: OutboxItem): void {
    this.queue.push(item)
    this.persist()
    void this.flush()
  }

  /** Whether just this is still on its way. */
  holds(body: Outgoing): boolean {
    return this.queue.some((item) => JSON.stringify(item.body) === JSON.stringify(body))
  }

  pause(): void {
    this.paused = true
    clearTimeout(this.timer)
  }

  /** What is added from now on goes out. */
  allow(): void {
    this.paused = false
  }

  /** Tries now, whatever the waiting time was (the connection came back, or a new session began). */
  resume(): void {
    this.paused = false
    this.attempts = 0
    void this.flush()
  }

  /** Nothing of it goes out any more, and answers to what is on its way tell nobody anything. */
  clear(): void {
    this.queue = []
    this.round += 1
    this.busy = false
    this.attempts = 0
    this.persist()
    clearTimeout(this.timer)
  }

  async flush(): Promise<void> {
    if (this.busy || this.paused) return
    this.busy = true
    const round = this.round
    clearTimeout(this.timer)
    try {
      while (round === this.round && this.queue[0] && !this.paused) {
        if (!(await this.tryOne(this.queue[0]))) break
      }
    } finally {
      if (round === this.round) this.busy = false
    }
  }

  private async tryOne(item: OutboxItem): Promise<boolean> {
    this.options.events.sending(item)
    try {
      const reply = await this.options.deliver(item)
      if (!this.queue.includes(item)) return true // cleared meanwhile: it concerns nobody any more
      this.drop(item)
      this.options.events.delivered(item, reply)
      return true
    } catch (cause) {
      if (!this.queue.includes(item)) return true
      return this.failed(item, cause instanceof ApiError ? cause : new ApiError(0, 'client.unreachable'))
    }
  }

  private failed(item: OutboxItem, error: ApiError): boolean {
    if (error.status === 401) {
      this.paused = true
      this.options.events.delayed(item, error)
      this.options.events.unauthorized()
      return false
    }
    if (!error.temporary) {
      this.drop(item)
      this.options.events.refused(item, error)
      return true
    }
    this.options.events.delayed(item, error)
    this.timer = setTimeout(() => void this.flush(), this.delay(error))
    return false
  }

  private delay(error: ApiError): number {
    const backoff = Math.min(1000 * 2 ** this.attempts++, this.options.maxDelayMs ?? 30_000)
    return Math.max(backoff, (error.retryAfterSeconds ?? 0) * 1000)
  }

  private drop(item: OutboxItem): void {
    this.attempts = 0
    this.queue = this.queue.filter((i) => i.id !== item.id)
    this.persist()
  }

  private get key(): string {
    return this.options.key ?? 'outbox'
  }

  private persist(): void {
    if (this.queue.length) this.options.store.write(this.key, this.queue)
    else this.options.store.remove(this.key)
  }
}
