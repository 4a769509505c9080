/** Speaking instead of typing, where the browser can (it may use its maker's service; the privacy page says so). */

import { onBeforeUnmount, ref } from 'vue'
import { useSettings } from '@/stores/settings'

interface Recognition {
  lang: string
  interimResults: boolean
  start(): void
  stop(): void
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null
  onend: (() => unknown) | null
  onerror: (() => unknown) | null
}

export function useSpeech(onWords: (heard: string) => void) {
  const scope = window as unknown as Record<string, (new () => Recognition) | undefined>
  const Maker = scope.SpeechRecognition ?? scope.webkitSpeechRecognition
  const settings = useSettings()
  const listening = ref(false)
  let current: Recognition | undefined

  function begin(): void {
    if (!Maker) return
    drop()
    const heard = (current = new Maker())
    heard.lang = settings.script === 'zh-Hant' ? 'yue-Hant-HK' : 'zh-CN'
    heard.interimResults = true
    heard.onresult = (event) => onWords(Array.from(event.results, (r) => r[0]?.transcript ?? '').join(''))
    heard.onend = heard.onerror = () => current === heard && (listening.value = false)
    heard.start()
    listening.value = true
  }

  /** He has said enough: the last words may still come. */
  function stop(): void {
    current?.stop()
    listening.value = false
  }

  /** What is still to come is not wanted: the words were sent, or whoever spoke has gone. */
  function drop(): void {
    if (current) current.onresult = null
    stop()
    current = undefined
  }

  onBeforeUnmount(drop)
  return { available: Boolean(Maker), listening, drop, toggle: () => (listening.value ? stop() : begin()) }
}
