/**
 * What the chat shows: messages of the server in their order, and the citizen's own that the server has not shown back yet.
 *
 * A local message stands just behind everything seen when it was written. When the server shows the message back it takes
 * the place that the server gave it; it is recognised by `client_message_id`, else by its words, else as the oldest delivered one.
 */

import type { Message, Owner } from './messages'

export type LocalState = 'queued' | 'sending' | 'sent' | 'failed'
export interface Local {
  clientId: string
  state: LocalState
  /** Whether the words are a button's label or a picture, which the server may word otherwise. */
  labelled: boolean
  silent?: boolean
  image?: string
  error?: string
  /** Why it waits to be sent again: nothing came back, or the server could not take it just now. */
  held?: 'offline' | 'busy'
  /** It stands before its answer, wherever it was written. */
  answered?: boolean
}
export interface Entry { key: string; order: number; message: Message; local?: Local }

export function lastSeq(entries: Entry[]): number {
  return entries.reduce((max, e) => Math.max(max, e.message.seq), 0)
}

/** `entries` with the citizen's new words at the end. */
export function addLocal(entries: Entry[], local: Local, text: string, createdAt: string): Entry[] {
  const order = entries.reduce((max, e) => Math.max(max, e.order), 0) + 0.001
  const message: Message = { seq: 0, id: local.clientId, sender: 'citizen', type: 'text', text, created_at: createdAt }
  return [...entries, { key: local.clientId, order, message, local }]
}

export function setLocal(entries: Entry[], clientId: string, change: Partial<Local>): Entry[] {
  return entries.map((e) => (e.local?.clientId === clientId ? { ...e, local: { ...e.local, ...change } } : e))
}

/** The server has it, and `answer` is what came back: it stands right before that, also when the history is still on its way. */
export function delivered(entries: Entry[], clientId: string, answer: Message[]): Entry[] {
  const first = answer.reduce((min, m) => Math.min(min, m.seq), Infinity)
  const sent = setLocal(entries, clientId, { state: 'sent', answered: Number.isFinite(first) })
  const placed = sent.map((e) => (e.local?.clientId === clientId && e.local.answered && e.message.seq === 0 ? { ...e, order: first - 0.5 } : e))
  return merge(placed.sort((a, b) => a.order - b.order), answer)
}

export function removeLocal(entries: Entry[], clientId: string): Entry[] {
  return entries.filter((e) => e.local?.clientId !== clientId || e.message.seq > 0)
}

/** What the server has not shown back yet, behind everything else (the history came after it). */
export function unsentLast(entries: Entry[]): Entry[] {
  const top = entries.reduce((max, e) => Math.max(max, e.message.seq), 0)
  const moved = entries.map((e, i) => (e.message.seq === 0 && !e.local?.answered ? { ...e, order: top + (i + 1) / 1000 } : e))
  return moved.sort((a, b) => a.order - b.order)
}

/**
 * After a reload the history may already show what the outbox sends once more under its old id. The answer tells: when the
 * citizen's message right before it is one that this page did not write, that is it, and the local copy goes.
 */
export function dropCopy(entries: Entry[], clientId: string, answer: Message[]): Entry[] {
  const copy = entries.find((e) => e.local?.clientId === clientId && e.message.seq === 0)
  if (!copy) return entries
  const first = answer.filter((m) => m.sender !== 'citizen').reduce((min, m) => Math.min(min, m.seq), Infinity)
  const before = entries.filter((e) => e.message.seq > 0 && e.message.seq < first)
  const asked = before[before.length - 1]
  const isIt = asked?.message.sender === 'citizen' && !asked.local && (Number.isFinite(first) || asked.message.text.trim() === copy.message.text.trim())
  return isIt ? removeLocal(entries, clientId) : entries
}

/** `entries` with `messages` put in; one that is already there (same id) replaces itself. */
export function merge(entries: Entry[], messages: Message[]): Entry[] {
  if (!messages.length) return entries
  const next = [...entries]
  for (const message of messages) place(next, message, messages)
  return next.sort((a, b) => a.order - b.order)
}

function place(entries: Entry[], message: Message, batch: Message[]): void {
  const known = entries.findIndex((e) => e.message.id === message.id && e.message.seq > 0)
  const at = known >= 0 ? known : message.sender === 'citizen' ? ownIndex(entries, message, batch) : -1
  const entry = entries[at]
  if (!entry) {
    entries.push({ key: message.id, order: message.seq, message })
    return
  }
  const words = entry.local?.labelled ? entry.message.text : message.text
  const local = entry.local && { ...entry.local, state: 'sent' as const, error: undefined }
  entries[at] = { key: entry.key, order: message.seq, message: { ...message, text: words }, local }
}

function ownIndex(entries: Entry[], message: Message, batch: Message[]): number {
  const open = entries.map((e, i) => ({ e, i })).filter(({ e }) => e.local && e.message.seq === 0 && e.local.state !== 'queued')
  const byId = open.find(({ e }) => message.client_message_id && e.local!.clientId === message.client_message_id)
  const byWords = open.find(({ e }) => !e.local!.labelled && e.message.text.trim() === message.text.trim())
  const byTurn = open.find(({ e }) => (e.local!.answered ? isLastBefore(e, message, [...entries.map((k) => k.message), ...batch]) : e.local!.labelled || e.local!.state === 'sent'))
  return (byId ?? (message.client_message_id ? undefined : (byWords ?? byTurn)))?.i ?? -1
}

/** Whether nothing that was said is known between the message and the answer to `answered`; notices may have come between. */
function isLastBefore(answered: Entry, message: Message, known: Message[]): boolean {
  const said = known.filter((m) => m.sender !== 'system' && m.seq > message.seq)
  return message.seq < answered.order && !said.some((m) => m.seq < answered.order)
}

/** Where an elder's page begins, who is shown one turn: at his last words; while he waits for a person or talks with one, at the words that
 * called him, so that his place in the queue and what he was asked stay before his eyes. */
export function turnStart(entries: Entry[], owner: Owner): number {
  const lastWords = (end: number) => Math.max(0, entries.slice(0, end).map((e) => e.message.sender).lastIndexOf('citizen'))
  if (owner !== 'queue' && owner !== 'agent') return lastWords(entries.length)
  const called = entries.map((e) => e.message.type === 'handoff' && e.message.state === 'queued').lastIndexOf(true)
  return lastWords(called < 0 ? entries.length : called)
}
