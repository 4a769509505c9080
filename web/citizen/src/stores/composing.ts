/** What the citizen has typed and not sent: it outlives a look at another page and a reload, but not the tab. */

import { browserStore } from '@bangban/shared'
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

const tab = browserStore('bangban.', safeSessionStorage())

export const useComposing = defineStore('composing', () => {
  const words = ref(tab.read<string>('composing') ?? '')
  watch(words, (now) => (now ? tab.write('composing', now) : tab.remove('composing')))
  return { words }
})

function safeSessionStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage
  } catch {
    return undefined
  }
}
