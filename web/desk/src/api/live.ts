/**
 * The desk's news over a WebSocket, with growing pauses between attempts. A socket tells only what comes after it was opened, so
 * `look` is asked then for what was missed; it is also asked every few seconds while no socket is open, and now and then while
 * one is, so that a lost frame only delays.
 */

import type { LinkState, Message } from '@bangban/shared'
import type { Colleague, DeskConversation, QueueItem, Reach } from './types'

export type News =
  | { type: 'queue'; items: QueueItem[] }
  | { type: 'conversation'; conversation: DeskConversation }
  | { type: 'message'; conversation_id: string; message: Message }
  | { type: 'reach'; conversation_id: string; reach: Reach }
  | { type: 'presence'; agents: Colleague[] }
  | { type: 'tickets' }

/** Why it looks: a socket has opened, none is open, or just to be sure. */
export type Occasion = 'opened' | 'polling' | 'to_be_sure'

export interface LiveOptions {
  url: () => string
  onNews: (news: News) => void
  onState: (state: LinkState) => void
  onUnauthorized: () => void
  /** Asks for what is on the page; `false` when the server did not answer. */
  look: (occasion: Occasion) => Promise<boolean>
  openSocket?: (url: string) => WebSocket
  lookEveryMs?: { live: number; polling: number }
  maxDelayMs?: number
}

const UNAUTHORIZED_CLOSE = [4401, 4403]

export class Live {
  private socket: WebSocket | undefined
  private failures = 0
  private stopped = true
  private open = false
  private watching: string | null = null
  /** Counts the startings: a look of before plans no other. */
  private round = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private lookTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    this.stop()
    this.round += 1
    this.stopped = false
    this.failures = 0
    this.options.onState('connecting')
    this.connect()
    this.planLook(0, 'opened')
  }

  stop(): void {
    this.stopped = true
    this.open = false
    this.watching = null
    clearTimeout(this.retryTimer)
    clearTimeout(this.lookTimer)
    this.drop()
  }

  /** Also hear of this conversation, which is not one's own; `null`: of none. */
  watch(id: string | null): void {
    if (id === this.watching) return
    if (this.watching) this.tell({ unwatch: this.watching })
    this.watching = id
    if (id) this.tell({ watch: id })
  }

  /** The network came back or the page is seen again: no waiting. */
  wake(): void {
    if (this.stopped) return
    if (this.open) {
      this.planLook(0, 'to_be_sure')
      return
    }
    this.failures = 0
    this.drop()
    this.connect()
    this.planLook(0, 'polling')
  }

  /** The browser says that there is no network. */
  sleep(): void {
    if (this.stopped) return
    this.open = false
    this.drop()
    this.options.onState('offline')
    this.retry()
  }

  private connect(): void {
    clearTimeout(this.retryTimer)
    if (this.stopped) return
    const make = this.options.openSocket ?? ((url: string) => new WebSocket(url))
    const socket = make(this.options.url())
    this.socket = socket
    socket.onopen = () => {
      if (this.socket !== socket) return
      this.failures = 0
      this.open = true
      this.options.onState('live')
      if (this.watching) this.tell({ watch: this.watching })
      this.planLook(0, 'opened')
    }
    socket.onmessage = (event) => {
      if (this.socket !== socket) return
      const news = parseNews(event.data)
      if (news) this.options.onNews(news)
    }
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      this.socket = undefined
      this.open = false
      if (UNAUTHORIZED_CLOSE.includes(event.code)) this.options.onUnauthorized()
      else this.retry()
    }
  }

  private retry(): void {
    if (this.stopped) return
    this.failures += 1
    if (this.failures === 1) this.planLook(0, 'polling')
    clearTimeout(this.retryTimer)
    const delay = Math.min(500 * 2 ** this.failures, this.options.maxDelayMs ?? 20_000)
    this.retryTimer = setTimeout(() => this.connect(), delay * (0.75 + Math.random() / 2))
  }

  private planLook(ms: number, occasion: Occasion): void {
    clearTimeout(this.lookTimer)
    if (!this.stopped) this.lookTimer = setTimeout(() => void this.lookNow(occasion), ms)
  }

  private async lookNow(occasion: Occasion): Promise<void> {
    const { round } = this
    const answered = await this.options.look(occasion)
    if (this.stopped || round !== this.round) return
    if (!this.open) this.options.onState(answered ? 'polling' : 'offline')
    const every = this.options.lookEveryMs ?? { live: 30_000, polling: 4000 }
    this.planLook(this.open ? every.live : every.polling, this.open ? 'to_be_sure' : 'polling')
  }

  private tell(wish: Record<string, string>): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(wish))
  }

  private drop(): void {
    const socket = this.socket
    this.socket = undefined
    socket?.close()
  }
}

const TYPES = ['queue', 'conversation', 'message', 'reach', 'presence', 'tickets']

/** A frame of a type that this page does not know is nothing. */
export function parseNews(raw: unknown): News | null {
  if (typeof raw !== 'string') return null
  try {
    const news = JSON.parse(raw) as News | null
    return news && TYPES.includes(news.type) ? news : null
  } catch {
    return null
  }
}
