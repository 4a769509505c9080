/** The conversation as the chat page lists it, and what of that list has changed. */

import { turnStart, type Entry, type Message, type Owner, type Translate } from '@bangban/shared'
import { agentAt, shownAt, type Shown } from '@/cards/shown'
import { civilDate, clock, moment } from './time'
import type { Script } from './words'

const PAUSE_MS = 10 * 60_000
/** What is further up is not drawn; the phone would grow slow. */
const MOST = 80

export interface Row {
  key: string
  /** Of the element, for scrolling to it. */
  anchor: string
  mine: boolean
  who: string
  time: string
  text: string
  image: string
  pending: boolean
  failed: boolean
  state: string
  again: string
  discard: string
  message: Message | null
  shown: Shown | null
}

export interface RowsOptions {
  t: Translate
  script: Script
  elder: boolean
  owner: Owner
  names: Record<string, string>
  /** Elder mode keeps to the turn that is going on, unless more is asked for. */
  earlier: boolean
  now?: Date
}

/** Rows in order, and how many entries stand before the first. */
export function rowsOf(entries: Entry[], options: RowsOptions): { rows: Row[]; hidden: number } {
  const from = options.elder && !options.earlier ? turnStart(entries, options.owner) : Math.max(0, entries.length - MOST)
  return { rows: entries.slice(from).map((entry, i) => rowOf(entries, from + i, from, entry, options)), hidden: options.elder ? from : 0 }
}

function rowOf(entries: Entry[], index: number, from: number, entry: Entry, options: RowsOptions): Row {
  const { t } = options
  const { message, local } = entry
  const before = index > from ? entries[index - 1]!.message : undefined
  const time = pauseBefore(before, message, t, options.now ?? new Date())
  const mine = message.sender === 'citizen'
  const opens = !mine && (!before || before.sender !== message.sender || time !== '')
  const agent = message.sender === 'agent' ? ` ${agentAt(entries, index)}` : ''
  const failed = local?.state === 'failed'
  const queued = local?.state === 'queued'
  return {
    key: entry.key,
    anchor: `row-${index}`,
    mine,
    who: opens ? (t(`chat.sender.${message.sender}`) + agent).trim() : '',
    time,
    text: message.text,
    image: local?.image ?? '',
    pending: queued,
    failed,
    state: failed ? local?.error || t('chat.not_sent') : queued ? t(local?.held ? `chat.queued_${local.held}` : 'chat.queued') : '',
    again: failed ? t('chat.again') : '',
    discard: failed ? t('chat.discard') : '',
    message: mine ? null : message,
    shown: mine ? null : shownAt(entries, index, options, options.owner, options.names),
  }
}

const stamp = (m: Message | undefined) => Date.parse(m?.created_at ?? '') || 0

function pauseBefore(before: Message | undefined, message: Message, t: Translate, now: Date): string {
  if (!message.created_at || (before && stamp(message) - stamp(before) < PAUSE_MS)) return ''
  const today = civilDate(now.toISOString()) === civilDate(message.created_at)
  return today ? clock(message.created_at) : moment(message.created_at, t, now)
}

/** What `setData` must be told to make `before` into `after`: only the rows that differ, since each costs a copy between two threads. */
export function changesOf(before: Row[], after: Row[]): Record<string, unknown> {
  if (after.length < before.length || !before.length) return { rows: after }
  const changes: Record<string, unknown> = {}
  after.forEach((row, i) => {
    if (JSON.stringify(row) !== JSON.stringify(before[i])) changes[`rows[${i}]`] = row
  })
  return changes
}
