/** Where the citizen writes: common requests, a picture, words. */
import type { Tap } from '@/components/card'

const SHORTCUTS = [
  { key: 'progress', payload: '/ask_progress' },
  { key: 'appointments', payload: '/my_appointments' },
  { key: 'human', payload: '/human' },
  { key: 'start_over', payload: '/start_over' },
]

Component({
  properties: { w: { type: Object, value: {} }, names: { type: Object, value: {} }, elder: { type: Boolean, value: false } },
  data: { words: '', blank: true, shortcuts: SHORTCUTS },
  observers: {
    elder(elder: boolean) {
      this.setData({ shortcuts: elder ? SHORTCUTS.slice(0, 3) : SHORTCUTS })
    },
  },
  methods: {
    typed(event: { detail: { value: string } }) {
      this.setData({ words: event.detail.value, blank: !event.detail.value.trim() })
    },
    send() {
      if (this.data.blank) return
      this.triggerEvent('say', { words: this.data.words })
      this.setData({ words: '', blank: true })
    },
    choose(event: Tap) {
      const { label, payload } = event.currentTarget.dataset
      this.triggerEvent('choose', { label, payload })
    },
    picture() {
      this.triggerEvent('picture')
    },
  },
})
