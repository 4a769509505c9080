/**
 * Messages as they come, by long-poll: one kind of connection and one domain to list, and nothing to mend when WeChat freezes
 * the mini-program in the background. The highest number received is asked for again after each gap, so nothing is skipped.
 */

import { ApiError, type Message } from '@bangban/shared'
import type { Task } from '@/platform/http'

export type Link = 'connecting' | 'live' | 'offline'

export interface PollerOptions {
  poll: (after: number, wait: number, started: (task: Task) => void) => Promise<Message[]>
  onMessages: (messages: Message[]) => void
  onLink: (link: Link) => void
  onUnauthorized: () => void
}

const WAIT_S = 25
const MAX_DELAY_MS = 30_000

export class Poller {
  cursor = 0
  private round = 0
  private failures = 0
  private task: Task | undefined
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: PollerOptions) {}

  start(cursor: number): void {
    this.stop()
    this.cursor = cursor
    this.failures = 0
    this.options.onLink('connecting')
    void this.run(++this.round)
  }

  /** Seen again, or the network came back: no waiting. */
  wake(): void {
    this.start(this.cursor)
  }

  stop(): void {
    this.round += 1
    clearTimeout(this.timer)
    this.task?.abort()
    this.task = undefined
  }

  private async run(round: number): Promise<void> {
    let wait = 0 // the first answer comes at once and shows whether the way is open
    while (round === this.round) {
      try {
        const messages = await this.options.poll(this.cursor, wait, (task) => (this.task = task))
        if (round !== this.round) return
        this.failures = 0
        wait = WAIT_S
        this.options.onLink('live')
        this.receive(messages)
      } catch (error) {
        if (round === this.round) this.failed(round, error)
        return
      }
    }
  }

  private failed(round: number, error: unknown): void {
    if (error instanceof ApiError && error.status === 401) return this.options.onUnauthorized()
    this.options.onLink('offline')
    const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
    const delay = Math.max(asked, Math.min(1000 * 2 ** this.failures++, MAX_DELAY_MS) * (0.75 + Math.random() / 2))
    this.timer = setTimeout(() => round === this.round && void this.run(round), delay)
  }

  private receive(messages: Message[]): void {
    if (!messages.length) return
    this.cursor = messages.reduce((max, m) => Math.max(max, m.seq), this.cursor)
    this.options.onMessages(messages)
  }
}
