/** Names of guides that cards mention only by id: learnt from the conversation, else asked for once. */

import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { api } from '@/api'

export const useNames = defineStore('names', () => {
  const guides = reactive<Record<string, string>>({})
  const asked = new Set<string>()

  function learn(id: string, name: string): void {
    asked.add(id)
    guides[id] = name
  }

  async function want(id: string): Promise<void> {
    if (asked.has(id)) return
    asked.add(id)
    try {
      learn(id, (await api.guide(id)).name)
    } catch {
      asked.delete(id) // the card does without it
    }
  }

  return { guides, learn, want }
})
