/** What a card needs to know beside its message: how the reader wants it, and what else stands in the conversation. */

import { conditionNeeds, type Choice, type Entry, type HandoffMessage, type Message, type Translate } from '@bangban/shared'
import type { Script } from '@/core/words'

export { conditionNeeds }

export interface Shown {
  script: Script
  /** Large type, plain words, one decision at a time. */
  elder: boolean
  /** The citizen's next words: the button of that name is shown as taken. */
  chosen: string
  /** A later message took this one's place. */
  settled: boolean
  /** Whether a question follows in the same turn. */
  asks: boolean
  /** What the cards above offer already, by intent. */
  offered: string[]
  /** The name of the item the card is about, where it is known. */
  name: string
}

export type Tone = 'ok' | 'info' | 'warn' | 'quiet' | 'danger'
export interface Tag { tone: Tone; text: string }
export interface Button extends Choice { main?: boolean; chosen?: boolean }
export type ViewOf<M extends Message, V extends object> = (message: M, t: Translate, shown: Shown) => V

export const PLAINLY: Shown = { script: 'zh-Hans', elder: false, chosen: '', settled: false, asks: false, offered: [], name: '' }

/** `/confirm_slot{"…"}` → `confirm_slot` */
export const intentOf = (payload: string): string => /^\/(\w+)/.exec(payload)?.[1] ?? ''

/** What a card offers by itself, so that the same buttons are not shown again right below it. */
const INTENTS: Record<string, string[]> = {
  'appointment.held': ['confirm_slot', 'start_booking', 'reschedule'],
  'appointment.booked': ['reschedule', 'cancel_booking'],
  'handoff.queued': ['cancel_handoff'],
}

const offeredBy = (message: Message): string[] => ('state' in message ? (INTENTS[`${message.type}.${message.state}`] ?? []) : [])

/** The context of the entry at `index` of `entries`, which are in their order. */
export function shownAt(entries: Entry[], index: number, reader: Pick<Shown, 'script' | 'elder'>, owner: string, names: Record<string, string>): Shown {
  const message = entries[index]!.message
  const later = entries.slice(index + 1)
  const end = later.findIndex((e) => e.message.sender === 'citizen')
  const turn = end < 0 ? later : later.slice(0, end)
  const chosen = end < 0 ? '' : later[end]!.message.text
  return {
    ...reader,
    chosen,
    settled: later.some((e) => e.message.type === 'handoff') || (message.type === 'handoff' && chosen !== '' && owner === 'bot'),
    asks: turn.some((e) => e.message.type === 'choices' || e.message.type === 'slots'),
    offered: entries.slice(Math.max(0, index - 2), index).flatMap((e) => offeredBy(e.message)),
    name: 'guide_id' in message ? (names[message.guide_id] ?? '') : '',
  }
}

/** The agent who was connected last before the entry at `index`. */
export function agentAt(entries: Entry[], index: number): string {
  const handoffs = entries.slice(0, index).map((e) => e.message).filter((m): m is HandoffMessage => m.type === 'handoff' && Boolean(m.agent))
  return handoffs[handoffs.length - 1]?.agent ?? ''
}
