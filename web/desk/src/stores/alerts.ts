/** What calls for attention while the eyes are elsewhere: a sound, and a number in the tab's title. */

import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'
import { settingsStore } from '@/api'
import { i18n } from '@/i18n'

export type Alert = 'queue' | 'message'

/** Two short tones for somebody waiting, one for a message; made here, so that no file is needed. */
const TONES: Record<Alert, number[]> = { queue: [660, 880], message: [740] }

export const useAlerts = defineStore('alerts', () => {
  const sound = ref(settingsStore.read<boolean>('sound') ?? true)
  const counts = ref<Record<Alert, number>>({ queue: 0, message: 0 })
  /** Said by a live region. */
  const spoken = ref('')
  let audio: AudioContext | undefined

  watchEffect(() => settingsStore.write('sound', sound.value))
  watchEffect(() => {
    const number = counts.value.queue + counts.value.message
    document.title = (number ? `(${number}) ` : '') + i18n.global.t('app.name')
  })

  function count(alert: Alert, number: number): void {
    if (counts.value[alert] !== number) counts.value = { ...counts.value, [alert]: number }
  }

  function announce(alert: Alert): void {
    spoken.value = ''
    setTimeout(() => (spoken.value = i18n.global.t(`alert.${alert}`)), 50)
    if (sound.value) play(alert)
  }

  function play(alert: Alert): void {
    try {
      audio ??= new AudioContext()
      void audio.resume()
      TONES[alert].forEach((pitch, i) => tone(audio!, pitch, i * 0.16))
    } catch {
      // No sound device, or the browser waits for a first click.
    }
  }

  return { sound, spoken, counts, count, announce, play }
})

function tone(audio: AudioContext, pitch: number, after: number): void {
  const start = audio.currentTime + after
  const source = audio.createOscillator()
  const gain = audio.createGain()
  source.frequency.value = pitch
  gain.gain.setValueAtTime(0.0001, start)
  gain.gain.exponentialRampToValueAtTime(0.18, start + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.15)
  source.connect(gain).connect(audio.destination)
  source.start(start)
  source.stop(start + 0.16)
}
