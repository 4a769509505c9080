/** Speaking instead of typing, where the browser can (it may use its maker's service; the privacy page says so). */

import { onBeforeUnmount, ref } from 'vue'
import { useSettings } from '@/stores/settings'

interface Recognition {
  lang: string
  interimResults: boolean
  start(): void
  stop(): void
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null
  onend: (() => void) | null
  onerror: (() => void) | null
}

export function useSpeech(onWords: (heard: string) => void) {
  const scope = window as unknown as Record<string, (new () => Recognition) | undefined>
  const Maker = scope.SpeechRecognition ?? scope.webkitSpeechRecognition
  const settings = useSettings()
  const listening = ref(false)
  let current: Recognition | undefined

  function begin(): void {
    if (!Maker) return
    current = new Maker()
    current.lang = settings.script === 'zh-Hant' ? 'yue-Hant-HK' : 'zh-CN'
    current.interimResults = true
    current.onresult = (event) => onWords(Array.from(event.results, (r) => r[0]?.transcript ?? '').join(''))
    current.onend = current.onerror = () => (listening.value = false)
    current.start()
    listening.value = true
  }

  function stop(): void {
    current?.stop()
    listening.value = false
  }

  onBeforeUnmount(stop)
  return { available: Boolean(Maker), listening, stop, toggle: () => (listening.value ? stop() : begin()) }
}
