/** The conversations of this agent: which are his, what is unread, and everything of the ones that were opened. */

import { ApiError, newId, Newest, type Message } from '@bangban/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, store } from '@/api'
import type { ConversationReply, DeskConversation, OpenConversation, Reach, Release, Say } from '@/api/types'
import { useAlerts } from './alerts'
import { useSession } from './session'

export interface Pending { id: string; body: Say; label: string; state: 'sending' | 'failed'; error: string }

const NEWS_OF_OWN_DOING_MS = 5000

/** Where a note that is being written is kept among the drafts. */
export const noteKey = (id: string) => `note ${id}`

const doing = (id: string, comes: boolean) => `${id} ${comes}`

export const useConversations = defineStore('conversations', () => {
  const session = useSession()
  const alerts = useAlerts()
  const mine = ref<OpenConversation[]>([])
  const open = ref<string | null>(null)
  const details = ref<Record<string, ConversationReply>>({})
  const failed = ref<Record<string, ApiError>>({})
  const pending = ref<Record<string, Pending[]>>({})
  const drafts = ref<Record<string, string>>(store.read('drafts') ?? {})
  /** The highest number that was on the screen, by conversation. */
  const seen = ref<Record<string, number>>(store.read('seen') ?? {})
  /** The last conversation that went to somebody else, or came to us, without our doing. */
  const lost = ref<DeskConversation | null>(null)
  const gained = ref<DeskConversation | null>(null)
  const lines: Record<string, Promise<unknown>> = {}
  const questions: Record<string, number> = {}
  const ownDoing = new Set<string>()
  let mineKnown = false
  /** Counts the comings and goings of people: what was asked for one is not shown to the next. */
  let era = 0
  const minesAsked = new Newest()

  const unread = computed(() => Object.fromEntries(mine.value.map((i) => [i.conversation_id, unreadOf(i.conversation_id)])))

  function isOurs(c: DeskConversation): boolean {
    return c.owner === 'agent' && c.agent === session.user?.id
  }

  function unreadOf(id: string): number {
    const last = seen.value[id] ?? 0
    return details.value[id]?.messages.filter((m) => m.seq > last && m.sender === 'citizen').length ?? 0
  }

  function tellUnread(): void {
    alerts.count('message', Object.values(unread.value).reduce((sum, n) => sum + n, 0))
  }

  /** Which are ours; one that is new here is read whole. */
  async function refreshMine(): Promise<void> {
    const counts = minesAsked.ask()
    const found = await api.mine()
    if (!counts()) return // something newer is on its way
    mine.value = found
    mineKnown = true
    const unknown = mine.value.map((i) => i.conversation_id).filter((id) => !details.value[id] && id !== open.value)
    await Promise.all(unknown.map((id) => refresh(id)))
  }

  /** Everything of a conversation. */
  async function refresh(id: string): Promise<void> {
    const asked = (questions[id] = (questions[id] ?? 0) + 1)
    const then = era
    try {
      const reply = await api.conversation(id)
      if (asked !== questions[id] || then !== era || !concerns(id, reply.conversation)) return
      const later = details.value[id]?.messages.filter((m) => m.seq > (reply.messages.at(-1)?.seq ?? 0)) ?? []
      details.value[id] = { ...reply, messages: [...reply.messages, ...(reply.masked ? [] : later)] }
      delete failed.value[id]
      read(id)
    } catch (error) {
      if (then !== era) return
      if (!(error instanceof ApiError) || error.status === 401) throw error
      if (!details.value[id] || error.status === 403 || error.status === 404) failed.value[id] = error
    }
  }

  /** Whether it is still ours or looked at; what is neither is not kept, also when its answer comes late. */
  function concerns(id: string, c: DeskConversation | null = null): boolean {
    return id === open.value || mine.value.some((i) => i.conversation_id === id) || (c !== null && isOurs(c))
  }

  /** Only what came since; while no socket tells it. */
  async function pull(id: string): Promise<void> {
    const known = details.value[id]
    if (!known) return refresh(id)
    const then = era
    const reply = await api.conversation(id, known.messages.at(-1)?.seq)
    if (then !== era) return
    for (const message of reply.messages) put(id, message)
    if (reply.reach) reached(id, reply.reach)
    if (reply.conversation.version !== details.value[id]?.conversation.version) await refresh(id)
  }

  /** A message that was told. When the citizen wrote, what is suggested and filled in may have changed too. */
  function put(id: string, message: Message): void {
    const reply = details.value[id]
    if (!reply || reply.messages.some((m) => m.id === message.id)) return
    reply.messages = [...reply.messages, message].sort((a, b) => a.seq - b.seq)
    read(id)
    if (message.sender !== 'citizen' || !isOurs(reply.conversation)) return
    if (id !== open.value || document.visibilityState === 'hidden') alerts.announce('message')
    if (id === open.value) void refresh(id).catch(() => undefined)
  }

  /** How far the citizen has it now. */
  function reached(id: string, reach: Reach): void {
    const reply = details.value[id]
    if (reply) reply.reach = reach
  }

  /** A conversation changed hands. */
  function noticed(c: DeskConversation): void {
    const was = mine.value.some((i) => i.conversation_id === c.id)
    const known = details.value[c.id]
    if (mineKnown && was !== isOurs(c) && !ownDoing.has(doing(c.id, isOurs(c)))) tellHandover(c)
    if (was !== isOurs(c)) void refreshMine().catch(() => undefined)
    if (!known || known.conversation.version === c.version) return
    if (isOurs(c) || c.id === open.value) void refresh(c.id).catch(() => undefined)
    else delete details.value[c.id]
  }

  function tellHandover(c: DeskConversation): void {
    if (isOurs(c)) {
      gained.value = c
      alerts.announce('message')
    } else lost.value = c
  }

  /** News of what we do ourselves are no news; they may come before our answer or after it. */
  function expectNews(id: string, what: 'comes' | 'goes'): void {
    const key = doing(id, what === 'comes')
    ownDoing.add(key)
    setTimeout(() => ownDoing.delete(key), NEWS_OF_OWN_DOING_MS)
  }

  async function show(id: string | null): Promise<void> {
    open.value = id
    putAway()
    if (!id) return
    read(id)
    await refresh(id)
  }

  /** What is neither ours nor looked at is not kept: it holds what a citizen told somebody else. */
  function putAway(): void {
    for (const id of Object.keys(details.value)) {
      if (!concerns(id)) delete details.value[id]
    }
  }

  /** What is open on a visible page has been read. A conversation that is met for the first time has no past to catch up with. */
  function read(id: string): void {
    const last = details.value[id]?.messages.at(-1)?.seq
    if (last !== undefined && (seen.value[id] === undefined || (id === open.value && document.visibilityState !== 'hidden'))) {
      seen.value[id] = Math.max(last, seen.value[id] ?? 0)
      store.write('seen', seen.value)
    }
    tellUnread()
  }

  /** One after another, so that they arrive in the order in which they were written. */
  function say(id: string, body: Say, label: string): void {
    const item: Pending = { id: newId(), body, label, state: 'sending', error: '' }
    pending.value[id] = [...(pending.value[id] ?? []), item]
    lines[id] = (lines[id] ?? Promise.resolve()).then(() => deliver(id, item.id))
  }

  async function deliver(id: string, itemId: string): Promise<void> {
    const item = pending.value[id]?.find((p) => p.id === itemId)
    if (!item) return
    const then = era
    try {
      const message = await api.say(id, item.body)
      if (then !== era) return
      drop(id, itemId)
      put(id, message)
    } catch (error) {
      if (then !== era) return
      item.state = 'failed'
      item.error = error instanceof ApiError ? error.message : ''
      void refresh(id).catch(() => undefined)
    }
  }

  function drop(id: string, itemId: string): void {
    pending.value[id] = (pending.value[id] ?? []).filter((p) => p.id !== itemId)
  }

  function again(id: string, item: Pending): void {
    drop(id, item.id)
    say(id, item.body, item.label)
  }

  async function release(id: string, body: Release): Promise<void> {
    expectNews(id, 'goes')
    const then = era
    await api.release(id, body)
    if (then !== era) return
    minesAsked.end() // a list that was asked for before still has it
    mine.value = mine.value.filter((i) => i.conversation_id !== id)
    draft(id, '')
    draft(noteKey(id), '')
    tellUnread()
  }

  async function takeover(id: string, reason: string): Promise<void> {
    expectNews(id, 'comes')
    const then = era
    await api.takeover(id, reason)
    if (then !== era) return
    session.adopt({ state: 'online', capacity: session.capacity })
    await Promise.all([refreshMine(), refresh(id)])
  }

  async function note(id: string, text: string): Promise<void> {
    const then = era
    const made = await api.note(id, text)
    if (then !== era) return
    const reply = details.value[id]
    if (reply) reply.notes = [...reply.notes, made]
  }

  function draft(id: string, text: string): void {
    if (text) drafts.value[id] = text
    else delete drafts.value[id]
    store.write('drafts', drafts.value)
  }

  function clear(): void {
    era += 1
    minesAsked.end()
    ownDoing.clear()
    for (const id of Object.keys(lines)) delete lines[id]
    lost.value = gained.value = null
    mine.value = []
    mineKnown = false
    open.value = null
    details.value = {}
    failed.value = {}
    pending.value = {}
    alerts.count('message', 0)
  }

  /** Another person may sit here next. */
  function forget(): void {
    clear()
    drafts.value = {}
    seen.value = {}
    store.remove('drafts')
    store.remove('seen')
  }

  return {
    mine, open, details, failed, pending, drafts, seen, unread, lost, gained,
    isOurs, refreshMine, refresh, pull, put, reached, noticed, expectNews, show, read, say, again, drop, release, takeover, note, draft, forget,
  }
})
