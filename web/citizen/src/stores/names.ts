/** Names of guides that cards mention only by id: learnt from the conversation, else asked for once. */

import { defineStore } from 'pinia'
import { reactive, watch } from 'vue'
import { api } from '@/api'
import { useSettings } from '@/stores/settings'

export const useNames = defineStore('names', () => {
  const guides = reactive<Record<string, string>>({})
  const asked = new Set<string>()
  const settings = useSettings()
  /** In the reader's characters: for others they are asked for again. */
  watch(
    () => settings.script,
    () => {
      asked.clear()
      for (const id of Object.keys(guides)) void want(id)
    },
  )

  function learn(id: string, name: string): void {
    asked.add(id)
    guides[id] = name
  }

  async function want(id: string): Promise<void> {
    if (asked.has(id)) return
    asked.add(id)
    const script = settings.script
    try {
      const { name } = await api.guide(id)
      if (script === settings.script) learn(id, name)
    } catch {
      asked.delete(id) // the card does without it
    }
  }

  return { guides, learn, want }
})
