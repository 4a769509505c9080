/** The conversation on this page: what is shown, what is still on its way out, and how the line stands. */

import {
  addLocal, ApiError, dropCopy, merge, MessageStream, newId, Outbox, removeLocal, setLocal, unsentLast,
  type Choice, type Entry, type LinkState, type Message, type OutboxItem, type Owner, type TurnReply,
} from '@bangban/shared'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { api, store, streamUrl } from '@/api'
import { shrinkImage } from '@/image'
import { useComposing } from '@/stores/composing'
import { useNames } from '@/stores/names'
import { useSession } from '@/stores/session'

const HISTORY_PAGE = 50

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
  const pictures = new Map<string, File>()
  const inFlight = ref<OutboxItem | null>(null)

  const visible = computed(() => entries.value.filter((e) => !e.local?.silent))
  const thinking = computed(() => inFlight.value !== null && owner.value === 'bot')
  const waitingCount = computed(() => entries.value.filter((e) => e.local?.state === 'queued' && !e.local.silent).length)

  const outbox = new Outbox<TurnReply>({
    store,
    deliver: (item) => api.send(item.body, item.id),
    events: {
      sending(item) {
        inFlight.value = item
        change(item.id, { state: 'sending', error: undefined, held: undefined })
      },
      delivered(item, reply) {
        inFlight.value = null
        change(item.id, { state: 'sent' })
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
      unauthorized: () => void renew(),
    },
  })

  const stream = new MessageStream({
    url: streamUrl,
    poll: (after, wait, signal) => api.messages(after, wait, signal),
    onMessages: put,
    onState(state) {
      const back = link.value !== 'live' && link.value !== 'polling' && (state === 'live' || state === 'polling')
      link.value = state
      if (back) outbox.resume()
    },
    onUnauthorized: () => void renew(),
  })

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
    for (const item of outbox.pending) {
      resumed.add(item.id)
      show(item)
    }
    await loadHistory()
    stream.start(entries.value.reduce((max, e) => Math.max(max, e.message.seq), 0))
    outbox.resume()
  }

  async function loadHistory(): Promise<void> {
    try {
      let page: Message[]
      do {
        page = await api.messages(entries.value.reduce((max, e) => Math.max(max, e.message.seq), 0))
        put(page)
      } while (page.length >= HISTORY_PAGE)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) await session.renew()
      else link.value = 'offline'
    }
    entries.value = unsentLast(entries.value)
    loaded.value = true
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
    if (outbox.holds({ payload: choice.payload })) return
    post({ body: { payload: choice.payload }, label: choice.label, labelled: true })
  }

  /** A setting that the assistant should know. Before anything was said it waits for the citizen's first words, and is not shown. */
  function tell(setting: Choice): void {
    if (session.state !== 'ready') return
    if (visible.value.length) tap(setting)
    else untold.push(setting)
  }

  async function sendImage(file: File, label: string): Promise<void> {
    const id = newId()
    pictures.set(id, file)
    const item: OutboxItem = { id, body: { upload_id: '' }, label, labelled: true, createdAt: new Date().toISOString() }
    show(item, URL.createObjectURL(file))
    change(id, { state: 'sending' })
    try {
      const image = await shrinkImage(file)
      outbox.add({ ...item, body: { upload_id: await api.upload({ image, name: file.name || 'photo.jpg' }) } })
    } catch (error) {
      change(id, { state: 'failed', error: error instanceof ApiError ? error.message : '' })
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

  async function renew(): Promise<void> {
    stream.stop()
    outbox.pause()
    try {
      await session.renew()
      entries.value = entries.value.filter((e) => e.local && e.local.state !== 'sent')
      stream.start(0)
      outbox.resume()
    } catch {
      link.value = 'offline'
      setTimeout(() => void renew(), 5000)
    }
  }

  function stop(): void {
    stream.stop()
    outbox.pause()
    outbox.clear()
    untold.length = 0
    composing.words = ''
    entries.value = []
    owner.value = 'bot'
    loaded.value = false
    inFlight.value = null
  }

  window.addEventListener('online', () => {
    stream.wake()
    outbox.resume()
  })
  window.addEventListener('offline', () => stream.sleep())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') stream.wake()
  })

  return { entries, visible, link, owner, loaded, thinking, waitingCount, start, stop, say, tap, tell, sendImage, discard, again }
})
