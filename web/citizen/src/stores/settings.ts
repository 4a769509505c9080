/** How the reader wants the pages: large type and plain words, traditional characters, strong contrast. Kept on the device. */

import type { Script } from '@bangban/shared/locale'
import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'
import { credentials, store } from '@/api'
import { useScript } from '@/i18n'

interface Saved { elder: boolean; contrast: boolean; script: Script }

function initial(): Saved {
  const saved = store.read<Saved>('settings')
  if (saved) return saved
  const traditional = navigator.languages?.some((l) => /^zh-(hant|hk|tw|mo)/i.test(l)) && !/^zh-(hans|cn)/i.test(navigator.language)
  return { elder: false, contrast: window.matchMedia?.('(prefers-contrast: more)').matches ?? false, script: traditional ? 'zh-Hant' : 'zh-Hans' }
}

export const useSettings = defineStore('settings', () => {
  const saved = initial()
  const elder = ref(saved.elder)
  const contrast = ref(saved.contrast)
  const script = ref<Script>(saved.script)

  watchEffect(() => {
    const root = document.documentElement
    root.classList.toggle('elder', elder.value)
    root.classList.toggle('contrast', contrast.value)
    root.lang = script.value === 'zh-Hant' ? 'zh-Hant-HK' : 'zh-Hans-CN'
    credentials.language = script.value
    store.write('settings', { elder: elder.value, contrast: contrast.value, script: script.value })
    void useScript(script.value)
  })

  return { elder, contrast, script }
})
