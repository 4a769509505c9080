/** The conversation on this page: what is shown, what is still on its way out, and how the line stands. */

import {
  addLocal, ApiError, delivered, dropCopy, merge, MessageStream, newId, Outbox, removeLocal, setLocal, unsentLast,
  type Choice, type Entry, type LinkState, type Message, type OutboxItem, type Owner, type TurnReply,
} from '@bangban/shared'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { api, credentials, store, streamUrl } from '@/api'
import { shrinkImage } from '@/image'
import { useComposing } from '@/stores/composing'
import { useNames } from '@/stores/names'
import { useSession } from '@/stores/session'

const HISTORY_PAGE = 50
const RENEW_AGAIN_MS = 5000

export const useChat = defineStore('chat', () => {
  const session = useSession()
  const names = useNames()
  const composing = useComposing()
  const entries = shallowRef<Entry[]>([])
  const link = ref<LinkState>('connecting')
  const owner = ref<Owner>('bot')
  const loaded = ref(false)
  /** What an earlier visit left in the outbox. */
  const resumed = new Set<string>()
  const untold: Choice[] = []
  /** What was tapped on a public page before anybody was known; it is said once somebody is. */
  let early: Choice | null = null
  const pictures = new Map<string, File>()
  const inFlight = ref<OutboxItem | null>(null)
  /** Counts the conversations that were left: what comes late for one of them is not taken. */
  let era = 0
  let running = false
  /** Between the wish to erase everything and the answer to it nothing goes out, and no session is opened. */
  let held = false
  let renewing: Promise<void> | null = null
  let renewTimer: ReturnType<typeof setTimeout> | undefined
  let sentWith: string | null = null

  const visible = computed(() => entries.value.filter((e) => !e.local?.silent))
  const thinking = computed(() => inFlight.value !== null && owner.value === 'bot')
  const waitingCount = computed(() => entries.value.filter((e) => e.local?.state === 'queued' && !e.local.silent).length)

  const outbox = new Outbox<TurnReply>({
    store,
    deliver: (item) => api.send(item.body, item.id),
    events: {
      sending(item) {
        sentWith = credentials.token
        inFlight.value = item
        change(item.id, { state: 'sending', error: undefined, held: undefined })
      },
      delivered(item, reply) {
        inFlight.value = null
        entries.value = delivered(entries.value, item.id, reply.messages)
        owner.value = reply.conversation.owner
        put(reply.messages)
        if (resumed.delete(item.id)) entries.value = dropCopy(entries.value, item.id, reply.messages)
      },
      delayed(item, error) {
        inFlight.value = null
        change(item.id, { state: 'queued', held: error.status === 0 ? 'offline' : 'busy' })
      },
      refused(item, error) {
        inFlight.value = null
        change(item.id, { state: 'failed', error: error.message })
      },
      unauthorized: () => (sentWith === credentials.token ? void renew() : setTimeout(goOn)), // else there is a new one since
    },
  })
  outbox.pause() // until somebody is known

  const stream = new MessageStream({
    url: streamUrl,
    poll: (after, wait, signal) => api.messages(after, wait, signal),
    onMessages: put,
    onState(state) {
      const back = link.value !== 'live' && link.value !== 'polling' && (state === 'live' || state === 'polling')
      link.value = state
      if (back) goOn()
    },
    onUnauthorized: () => void renew(),
  })

  /** What waits goes out, if anybody is there. */
  function goOn(): void {
    if (running && !held && !renewing) outbox.resume()
  }

  function put(messages: Message[]): void {
    entries.value = merge(entries.value, messages)
    for (const message of messages) {
      if (message.type === 'guide') names.learn(message.guide_id, message.name)
      if (message.type !== 'handoff') continue
      owner.value = message.state === 'queued' ? 'queue' : message.state === 'connected' ? 'agent' : 'bot'
    }
  }

  function change(id: string, local: Parameters<typeof setLocal>[2]): void {
    entries.value = setLocal(entries.value, id, local)
  }

  /** What an earlier visit left unsent, the history, then whatever comes. The citizen may speak before the history is there. */
  async function start(): Promise<void> {
    if (running) return
    running = true
    const mine = era
    for (const item of outbox.pending) {
      resumed.add(item.id)
      show(item)
    }
    outbox.allow()
    const choice = early
    early = null
    if (choice) tap(choice)
    await loadHistory(mine)
    if (mine !== era) return
    entries.value = unsentLast(entries.value)
    loaded.value = true
    if (held || renewing) return
    stream.start(lastSeq())
    outbox.resume()
  }

  const lastSeq = () => entries.value.reduce((max, e) => Math.max(max, e.message.seq), 0)

  async function loadHistory(mine: number): Promise<void> {
    try {
      let page: Message[]
      do {
        page = await api.messages(lastSeq())
        if (mine !== era) return
        put(page)
      } while (page.length >= HISTORY_PAGE)
    } catch (error) {
      if (mine !== era) return
      if (error instanceof ApiError && error.status === 401) await renew()
      else link.value = 'offline'
    }
  }

  function show(item: OutboxItem, image?: string): void {
    const local = { clientId: item.id, state: 'queued' as const, labelled: item.labelled, silent: item.silent, image }
    entries.value = addLocal(entries.value, local, item.label, item.createdAt)
  }

  function post(item: Omit<OutboxItem, 'id' | 'createdAt'>): void {
    for (const setting of untold.splice(0)) queue({ body: { payload: setting.payload }, label: setting.label, labelled: true, silent: true })
    queue(item)
  }

  function queue(item: Omit<OutboxItem, 'id' | 'createdAt'>): void {
    const full = { ...item, id: newId(), createdAt: new Date().toISOString() }
    show(full)
    outbox.add(full)
  }

  function say(text: string): void {
    const words = text.trim()
    if (words) post({ body: { text: words }, label: words, labelled: false })
  }

  /** A button: its label is shown as the citizen's words. A second tap while the first is on its way is the same tap. */
  function tap(choice: Choice): void {
    if (session.state !== 'ready') early = choice
    else if (!outbox.holds({ payload: choice.payload })) post({ body: { payload: choice.payload }, label: choice.label, labelled: true })
  }

  /** A setting that the assistant should know. Before anything was said it waits for the citizen's first words, and is not shown. */
  function tell(setting: Choice): void {
    if (session.state !== 'ready') return
    if (visible.value.length) tap(setting)
    else untold.push(setting)
  }

  async function sendImage(file: File, label: string): Promise<void> {
    const mine = era
    const id = newId()
    pictures.set(id, file)
    const item: OutboxItem = { id, body: { upload_id: '' }, label, labelled: true, createdAt: new Date().toISOString() }
    show(item, URL.createObjectURL(file))
    change(id, { state: 'sending' })
    try {
      const image = await shrinkImage(file)
      if (mine !== era) return
      const upload_id = await api.upload({ image, name: file.name || 'photo.jpg' })
      if (mine === era) outbox.add({ ...item, body: { upload_id } })
    } catch (error) {
      if (mine === era) change(id, { state: 'failed', error: error instanceof ApiError ? error.message : '' })
    }
  }

  function discard(clientId: string): void {
    entries.value = removeLocal(entries.value, clientId)
  }

  /** What was refused, as a new message. */
  function again(entry: Entry): void {
    if (!entry.local) return
    const picture = pictures.get(entry.local.clientId)
    discard(entry.local.clientId)
    if (picture) void sendImage(picture, entry.message.text)
    else say(entry.message.text)
  }

  /** A new token for the same person, asked for once, however many calls found the old one refused. */
  function renew(): Promise<void> {
    if (!running || held) return Promise.resolve()
    return (renewing ??= renewNow(era))
  }

  async function renewNow(mine: number): Promise<void> {
    stream.stop()
    outbox.pause()
    try {
      await session.renew()
      if (mine !== era) return
      renewing = null
      entries.value = entries.value.filter((e) => e.local && e.local.state !== 'sent')
      if (held) return
      stream.start(0)
      outbox.resume()
    } catch {
      if (mine !== era) return
      renewing = null
      link.value = 'offline'
      clearTimeout(renewTimer)
      renewTimer = setTimeout(() => void renew(), RENEW_AGAIN_MS)
    }
  }

  /** Nothing goes out or comes in while the citizen's data is being erased. */
  function hold(): void {
    held = true
    stream.stop()
    outbox.pause()
  }

  /** It was not erased: the conversation goes on. */
  function release(): void {
    held = false
    if (!running) return
    stream.start(lastSeq())
    outbox.resume()
  }

  /** He is gone: nothing of this conversation stays, and what is under way brings nothing back. */
  function stop(): void {
    era += 1
    running = held = false
    renewing = early = null
    clearTimeout(renewTimer)
    stream.stop()
    outbox.pause()
    outbox.clear()
    untold.length = 0
    resumed.clear()
    pictures.clear()
    composing.words = ''
    for (const { local } of entries.value) if (local?.image) URL.revokeObjectURL(local.image)
    entries.value = []
    owner.value = 'bot'
    loaded.value = false
    inFlight.value = null
  }

  window.addEventListener('online', () => {
    stream.wake()
    goOn()
  })
  window.addEventListener('offline', () => stream.sleep())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') stream.wake()
  })

  return { entries, visible, link, owner, loaded, thinking, waitingCount, start, hold, release, stop, say, tap, tell, sendImage, discard, again }
})
