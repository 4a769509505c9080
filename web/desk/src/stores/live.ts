/** Keeps what is on the pages true: hands the news to the stores concerned, and looks for what may have been missed. */

import { ApiError, type LinkState } from '@bangban/shared'
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { api, streamUrl } from '@/api'
import { Live, type News, type Occasion } from '@/api/live'
import type { Colleague } from '@/api/types'
import { useConversations } from './conversations'
import { useNames } from './names'
import { useQueue } from './queue'
import { useSession } from './session'

export const useLive = defineStore('live', () => {
  const session = useSession()
  const queue = useQueue()
  const conversations = useConversations()
  const names = useNames()
  const link = ref<LinkState>('connecting')
  /** Everybody who ever came online, as last told. */
  const agents = ref<Colleague[]>([])
  /** Grows when there are news about tickets, or of the desk as a whole; the pages that show them look again. */
  const tickets = ref(0)
  const changes = ref(0)

  const live = new Live({
    url: streamUrl,
    onNews: hear,
    onState: (state) => (link.value = state),
    onUnauthorized: () => session.expire(),
    look,
  })

  function hear(news: News): void {
    if (news.type === 'queue') queue.adopt(news.items)
    else if (news.type === 'message') conversations.put(news.conversation_id, news.message)
    else if (news.type === 'reach') conversations.reached(news.conversation_id, news.reach)
    else if (news.type === 'conversation') conversations.noticed(news.conversation)
    else if (news.type === 'presence') meet(news.agents)
    else tickets.value += 1
    if (news.type !== 'message' && news.type !== 'reach') changes.value += 1
  }

  function meet(found: Colleague[]): void {
    agents.value = found
    names.meet(found)
    session.adopt(found.find((a) => a.id === session.user?.id) ?? null)
  }

  async function look(occasion: Occasion): Promise<boolean> {
    if (!session.user) return false
    const { era } = session
    try {
      await Promise.all([queue.refresh(), conversations.refreshMine()])
      if (occasion !== 'to_be_sure') await Promise.all(followed().map((id) => conversations.pull(id)))
      if (occasion === 'polling') names.meet(await api.colleagues())
      if (era === session.era) changes.value += 1
      return true
    } catch (error) {
      if (era === session.era && error instanceof ApiError && error.status === 401) session.expire() // else it was somebody else's token
      return error instanceof ApiError && error.status > 0 && error.status < 500
    }
  }

  /** Ours, and the one that is looked at. */
  function followed(): string[] {
    const open = conversations.open
    return [...new Set([...conversations.mine.map((i) => i.conversation_id), ...(open ? [open] : [])])]
  }

  watch(
    () => {
      const open = conversations.open
      const known = open ? conversations.details[open] : undefined
      return known && !conversations.isOurs(known.conversation) ? open : null
    },
    (id) => live.watch(id),
  )

  function stop(): void {
    live.stop()
    queue.clear()
    agents.value = []
  }

  window.addEventListener('online', () => live.wake())
  window.addEventListener('offline', () => live.sleep())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return
    live.wake()
    if (conversations.open) conversations.read(conversations.open)
  })

  return { link, agents, tickets, changes, start: () => live.start(), stop }
})
