/** The conversation: what goes out, what comes in. Lives as long as the mini-program. */

import {
  ApiError, delivered, dropCopy, Outbox, unsentLast,
  type Choice, type KeyValueStore, type Local, type Message, type OutboxItem, type TurnReply,
} from '@bangban/shared'
import type { Api } from './api'
import { newId } from './ids'
import { Poller, type Link } from './poller'
import type { SessionKeeper } from './session'
import { Transcript } from './transcript'

const HISTORY_PAGE = 50
const RENEW_AGAIN_MS = 5000

export interface ChatOptions {
  api: Pick<Api, 'send' | 'messages' | 'upload'>
  store: KeyValueStore
  session: Pick<SessionKeeper, 'renew' | 'token'>
}

export class Chat extends Transcript {
  private inFlight: OutboxItem | null = null
  private running = false
  /** Counts the conversations that were forgotten: what comes late for one of them is not taken. */
  private era = 0
  /** Between the wish to erase everything and the answer to it nothing goes out, and no session is opened. */
  private held = false
  private renewing = false
  private renewTimer: ReturnType<typeof setTimeout> | undefined
  /** The token that the message on its way went out with. */
  private sentWith: string | null = null
  /** What an earlier visit left in the outbox. */
  private readonly resumed = new Set<string>()
  private readonly untold: Choice[] = []
  private readonly pictures = new Map<string, string>()
  private readonly outbox: Outbox<TurnReply>
  private readonly poller: Poller

  constructor(private readonly options: ChatOptions) {
    super()
    this.outbox = new Outbox<TurnReply>({
      store: options.store,
      deliver: (item) => options.api.send(item.body, item.id),
      events: {
        sending: (item) => {
          this.sentWith = options.session.token
          this.flying(item, item.id, { state: 'sending', error: undefined, held: undefined })
        },
        delivered: (item, reply) => this.delivered(item, reply),
        delayed: (item, error) => this.flying(null, item.id, { state: 'queued', held: error.status === 0 ? 'offline' : 'busy' }),
        refused: (item, error) => this.flying(null, item.id, { state: 'failed', error: error.message }),
        unauthorized: () => (this.sentWith === options.session.token ? void this.renew() : setTimeout(() => this.goOn())), // else there is a new one since
      },
    })
    this.outbox.pause() // until there is a session: what is said before that waits
    this.poller = new Poller({
      poll: (after, wait, started) => options.api.messages(after, wait, started),
      onMessages: (messages) => this.put(messages),
      onLink: (link) => this.linked(link),
      onUnauthorized: () => void this.renew(),
    })
  }

  get thinking(): boolean {
    return this.inFlight !== null && this.owner === 'bot'
  }

  /** What an earlier visit left unsent, the history, then whatever comes. The citizen may speak before the history is there. */
  async start(): Promise<void> {
    if (this.running) return this.wake()
    this.running = true
    for (const item of this.outbox.pending.filter((i) => !this.entries.some((e) => e.local?.clientId === i.id))) {
      this.resumed.add(item.id)
      this.show(item)
    }
    this.outbox.allow()
    const era = this.era
    await this.loadHistory(era)
    if (era !== this.era) return
    this.loaded = true
    this.entries = unsentLast(this.entries)
    this.changed.emit()
    if (this.held || this.renewing) return
    this.poller.start(this.lastSeq)
    this.outbox.resume()
  }

  wake(): void {
    if (!this.loaded || this.held || this.renewing) return
    this.poller.wake()
    this.outbox.resume()
  }

  /** Nothing goes out or comes in while the citizen's data is being erased. */
  hold(): void {
    this.held = true
    this.poller.stop()
    this.outbox.pause()
  }

  /** It was not erased: the conversation goes on. */
  release(): void {
    this.held = false
    this.wake()
  }

  /** Nobody looks: no call is kept open. */
  sleep(): void {
    this.poller.stop()
  }

  say(text: string): void {
    const words = text.trim()
    if (words) this.post({ body: { text: words }, label: words, labelled: false })
  }

  /** A button: its label is shown as the citizen's words. A second tap while the first is on its way is the same tap. */
  tap(choice: Choice): void {
    if (this.outbox.holds({ payload: choice.payload })) return
    this.post({ body: { payload: choice.payload }, label: choice.label, labelled: true })
  }

  /** A setting that the assistant should know. Before anything was said it waits for the citizen's first words, and is not shown. */
  tell(setting: Choice): void {
    if (this.visible.length) this.tap(setting)
    else this.untold.push(setting)
  }

  async sendPicture(path: string, label: string): Promise<void> {
    const { era } = this
    const item: OutboxItem = { id: newId(), body: { upload_id: '' }, label, labelled: true, createdAt: new Date().toISOString() }
    this.pictures.set(item.id, path)
    this.show(item, path)
    this.change(item.id, { state: 'sending' })
    try {
      const upload_id = await this.options.api.upload(path)
      if (era === this.era) this.outbox.add({ ...item, body: { upload_id } })
    } catch (error) {
      if (era === this.era) this.change(item.id, { state: 'failed', error: error instanceof ApiError ? error.message : '' })
    }
  }

  /** What was refused, as a new message. */
  again(clientId: string): void {
    const entry = this.entries.find((e) => e.local?.clientId === clientId)
    if (!entry) return
    this.discard(clientId)
    const picture = this.pictures.get(clientId)
    if (picture) void this.sendPicture(picture, entry.message.text)
    else this.say(entry.message.text)
  }

  /** Somebody else is to talk here: nothing of this conversation stays. */
  forget(): void {
    this.era += 1
    this.poller.stop()
    this.outbox.pause()
    this.outbox.clear()
    clearTimeout(this.renewTimer)
    this.untold.length = 0
    this.resumed.clear()
    this.pictures.clear()
    this.inFlight = null
    this.running = this.held = this.renewing = false
    this.clear()
  }

  private async loadHistory(era: number): Promise<void> {
    try {
      let page: Message[]
      do {
        page = await this.options.api.messages(this.lastSeq)
        if (era !== this.era) return
        this.put(page)
      } while (page.length >= HISTORY_PAGE)
    } catch (error) {
      if (era !== this.era) return
      if (error instanceof ApiError && error.status === 401) await this.renew()
      else this.link = 'offline'
    }
  }

  private linked(link: Link): void {
    const back = this.link === 'offline' && link === 'live'
    this.link = link === 'connecting' && this.link === 'offline' ? 'offline' : link // trying does not mean that the line is back
    if (back) this.goOn()
    this.changed.emit()
  }

  private flying(item: OutboxItem | null, id: string, local: Partial<Local>): void {
    this.inFlight = item
    this.change(id, local)
  }

  private delivered(item: OutboxItem, reply: TurnReply): void {
    this.inFlight = null
    this.entries = delivered(this.entries, item.id, reply.messages)
    this.owner = reply.conversation.owner
    this.put(reply.messages)
    if (this.resumed.delete(item.id)) this.entries = dropCopy(this.entries, item.id, reply.messages)
    this.changed.emit()
  }

  private post(item: Omit<OutboxItem, 'id' | 'createdAt'>): void {
    for (const setting of this.untold.splice(0)) this.queue({ body: { payload: setting.payload }, label: setting.label, labelled: true, silent: true })
    this.queue(item)
  }

  private queue(item: Omit<OutboxItem, 'id' | 'createdAt'>): void {
    const full = { ...item, id: newId(), createdAt: new Date().toISOString() }
    this.show(full)
    this.outbox.add(full)
  }

  /** What waits goes out, if anybody is there. */
  private goOn(): void {
    if (this.running && !this.held && !this.renewing) this.outbox.resume()
  }

  /** A new token for the same person, asked for once, however many calls found the old one refused. */
  private async renew(): Promise<void> {
    if (!this.running || this.held || this.renewing) return
    const { era } = this
    this.renewing = true
    this.poller.stop()
    this.outbox.pause()
    try {
      await this.options.session.renew()
      if (era !== this.era) return
      this.renewing = false
      this.entries = this.entries.filter((e) => e.local && e.local.state !== 'sent')
      if (this.held) return
      this.poller.start(0)
      this.outbox.resume()
    } catch {
      if (era !== this.era) return
      this.renewing = false
      this.linked('offline')
      clearTimeout(this.renewTimer)
      this.renewTimer = setTimeout(() => void this.renew(), RENEW_AGAIN_MS)
    }
  }
}
