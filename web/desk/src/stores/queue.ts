/** Who waits, in the order that the server gives (it weighs priority against waiting time), and taking one of them. */

import { ApiError } from '@bangban/shared'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '@/api'
import type { QueueItem } from '@/api/types'
import { useAlerts } from './alerts'
import { useSession } from './session'

export type ClaimResult = { won: true } | { won: false; owner: string; message: string }

export const useQueue = defineStore('queue', () => {
  const alerts = useAlerts()
  const session = useSession()
  const items = ref<QueueItem[]>([])
  const loaded = ref(false)
  const claiming = ref<string | null>(null)
  let told = 0

  async function refresh(): Promise<void> {
    const before = ++told
    const found = await api.queue()
    if (before === told) adopt(found) // else something newer was told meanwhile
  }

  function adopt(found: QueueItem[]): void {
    told += 1
    const known = new Set(items.value.map((i) => i.conversation_id))
    items.value = found
    if (loaded.value && found.some((i) => !known.has(i.conversation_id))) alerts.announce('queue')
    loaded.value = true
    alerts.count('queue', found.length)
  }

  /** Compare and set: the version that was shown is the one that is claimed. */
  async function claim(item: Pick<QueueItem, 'conversation_id' | 'version'>): Promise<ClaimResult> {
    claiming.value = item.conversation_id
    const { era } = session
    try {
      await api.claim(item.conversation_id, item.version)
      if (era === session.era) adopt(items.value.filter((i) => i.conversation_id !== item.conversation_id))
      return { won: true }
    } catch (error) {
      if (era === session.era) void refresh().catch(() => undefined)
      if (!(error instanceof ApiError) || error.code !== 'handoff.already_claimed') throw error
      return { won: false, owner: String(error.fields.owner ?? ''), message: error.message }
    } finally {
      claiming.value = null
    }
  }

  function clear(): void {
    told += 1 // what is still on its way is for whoever was here before
    items.value = []
    loaded.value = false
    alerts.count('queue', 0)
  }

  return { items, loaded, claiming, refresh, adopt, claim, clear }
})
