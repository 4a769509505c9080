/**
 * Messages as they come: a WebSocket with growing pauses between attempts, and long-polling while no socket will open.
 *
 * Whatever the way, `cursor` (the highest number received in order) is asked for again after each gap, so nothing is skipped.
 */

import { ApiError } from './http'
import type { Message } from './messages'

export type LinkState = 'connecting' | 'live' | 'polling' | 'offline'

export interface StreamOptions {
  url: (after: number) => string
  poll: (after: number, wait: number, signal: AbortSignal) => Promise<Message[]>
  onMessages: (messages: Message[]) => void
  onState: (state: LinkState) => void
  onUnauthorized: () => void
  openSocket?: (url: string) => WebSocket
  /** Failed sockets in a row before long-polling begins. */
  patience?: number
  maxDelayMs?: number
  pollSeconds?: number
}

const UNAUTHORIZED_CLOSE = [4401, 4403]

export class MessageStream {
  cursor = 0
  private socket: WebSocket | undefined
  private failures = 0
  private stopped = true
  private timer: ReturnType<typeof setTimeout> | undefined
  private polling: AbortController | undefined
  private state: LinkState = 'connecting'

  constructor(private readonly options: StreamOptions) {}

  start(cursor: number): void {
    this.stop()
    this.cursor = cursor
    this.stopped = false
    this.failures = 0
    this.tell('connecting')
    this.connect()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.stopPolling()
    this.dropSocket()
  }

  /** The network came back or the page is seen again: no waiting. */
  wake(): void {
    if (this.stopped || this.socket?.readyState === WebSocket.OPEN) return
    this.failures = 0
    this.dropSocket()
    this.connect()
  }

  /** The browser says that there is no network. */
  sleep(): void {
    if (this.stopped) return
    this.stopPolling()
    this.dropSocket()
    this.tell('offline')
    this.retry()
  }

  private tell(state: LinkState): void {
    this.state = state
    this.options.onState(state)
  }

  private connect(): void {
    clearTimeout(this.timer)
    if (this.stopped) return
    const open = this.options.openSocket ?? ((url: string) => new WebSocket(url))
    let socket: WebSocket
    try {
      socket = open(this.options.url(this.cursor))
    } catch {
      this.lost()
      return
    }
    this.socket = socket
    socket.onopen = () => this.socket === socket && this.opened(socket)
    socket.onmessage = (event) => this.socket === socket && this.receive(parseFrame(event.data))
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      this.socket = undefined
      if (UNAUTHORIZED_CLOSE.includes(event.code)) this.options.onUnauthorized()
      else this.lost()
    }
  }

  private opened(socket: WebSocket): void {
    this.failures = 0
    this.stopPolling()
    this.tell('live')
    void this.catchUp(socket)
  }

  /** What was missed. An answer that comes when this socket is gone belongs to whoever was here then. */
  private async catchUp(socket: WebSocket): Promise<void> {
    try {
      const missed = await this.options.poll(this.cursor, 0, new AbortController().signal)
      if (this.socket === socket) this.receive(missed)
    } catch (error) {
      if (this.socket === socket && error instanceof ApiError && error.status === 401) this.options.onUnauthorized()
    }
  }

  private lost(): void {
    if (this.stopped) return
    this.failures += 1
    if (this.failures >= (this.options.patience ?? 2)) void this.poll()
    else if (this.state !== 'offline') this.tell('connecting') // a first try that fails does not mean that the line is back
    this.retry()
  }

  private retry(): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    const delay = Math.min(1000 * 2 ** this.failures, this.options.maxDelayMs ?? 30_000)
    this.timer = setTimeout(() => this.connect(), delay * (0.75 + Math.random() / 2))
  }

  private async poll(): Promise<void> {
    if (this.polling) return
    const control = new AbortController()
    this.polling = control
    let wait = 0 // the first answer comes at once and shows whether the way is open
    while (!control.signal.aborted) {
      try {
        const messages = await this.options.poll(this.cursor, wait, control.signal)
        if (control.signal.aborted) break
        wait = this.options.pollSeconds ?? 25
        this.tell('polling')
        this.receive(messages)
      } catch (error) {
        if (control.signal.aborted) break
        this.stopPolling()
        if (error instanceof ApiError && error.status === 401) this.options.onUnauthorized()
        else this.tell('offline')
      }
    }
  }

  private receive(messages: Message[]): void {
    if (!messages.length) return
    this.cursor = messages.reduce((max, m) => Math.max(max, m.seq), this.cursor)
    this.options.onMessages(messages)
  }

  private stopPolling(): void {
    this.polling?.abort()
    this.polling = undefined
  }

  private dropSocket(): void {
    const socket = this.socket
    this.socket = undefined
    socket?.close()
  }
}

/** A frame is one message, a list of them, or `{"messages": […]}`; anything else (a heartbeat) is nothing. */
export function parseFrame(data: unknown): Message[] {
  if (typeof data !== 'string') return []
  try {
    const value = JSON.parse(data) as unknown
    const list = Array.isArray(value) ? value : ((value as { messages?: unknown[] })?.messages ?? [(value as { message?: unknown })?.message ?? value])
    return (list as Message[]).filter((m) => typeof m?.seq === 'number' && typeof m?.type === 'string')
  } catch {
    return []
  }
}
