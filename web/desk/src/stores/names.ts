/** Names of guides and colleagues by their ids; a guide's is asked for once, when it is first wanted. */

import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { api } from '@/api'
import type { Colleague } from '@/api/types'

export const useNames = defineStore('names', () => {
  const guides = reactive<Record<string, string>>({})
  const people = reactive<Record<string, string>>({})

  function guide(id: string | null): string {
    if (!id) return ''
    if (guides[id] === undefined) {
      guides[id] = ''
      api.guide(id).then(
        (found) => (guides[id] = found.name),
        () => undefined, // withdrawn meanwhile: it stays without a name
      )
    }
    return guides[id]
  }

  const person = (id: string | null): string => (id ? (people[id] ?? '') : '')

  function meet(colleagues: Pick<Colleague, 'id' | 'name'>[]): void {
    for (const c of colleagues) people[c.id] = c.name
  }

  return { guide, person, meet }
})
