/** What is shown of the conversation: its entries, who has it, how the line stands. */

import { addLocal, merge, removeLocal, setLocal, type Entry, type Local, type Message, type OutboxItem, type Owner } from '@bangban/shared'
import type { Link } from './poller'
import { Signal } from './signal'

export class Transcript {
  readonly changed = new Signal()
  entries: Entry[] = []
  link: Link = 'connecting'
  owner: Owner = 'bot'
  loaded = false
  /** Names of the items met in the conversation, by guide. */
  readonly names: Record<string, string> = {}

  get visible(): Entry[] {
    return this.entries.filter((e) => !e.local?.silent)
  }

  get waitingCount(): number {
    return this.visible.filter((e) => e.local?.state === 'queued').length
  }

  discard(clientId: string): void {
    this.entries = removeLocal(this.entries, clientId)
    this.changed.emit()
  }

  protected get lastSeq(): number {
    return this.entries.reduce((max, e) => Math.max(max, e.message.seq), 0)
  }

  protected put(messages: Message[]): void {
    this.entries = merge(this.entries, messages)
    for (const message of messages) {
      if (message.type === 'guide') this.names[message.guide_id] = message.name
      if (message.type === 'handoff') this.owner = message.state === 'queued' ? 'queue' : message.state === 'connected' ? 'agent' : 'bot'
    }
    this.changed.emit()
  }

  protected change(id: string, local: Partial<Local>): void {
    this.entries = setLocal(this.entries, id, local)
    this.changed.emit()
  }

  protected show(item: OutboxItem, image?: string): void {
    const local: Local = { clientId: item.id, state: 'queued', labelled: item.labelled, silent: item.silent, image }
    this.entries = addLocal(this.entries, local, item.label, item.createdAt)
    this.changed.emit()
  }

  protected clear(): void {
    this.entries = []
    this.owner = 'bot'
    this.loaded = false
    this.changed.emit()
  }
}
