/** What stands where nothing was said yet: a greeting, a form to go on with, common items, examples. */
import type { Tap } from '@/components/card'
import { go } from '@/platform/device'

Component({
  properties: { view: { type: Object, value: {} }, elder: { type: Boolean, value: false } },
  methods: {
    say(event: Tap) {
      this.triggerEvent('say', { words: event.currentTarget.dataset.words })
    },
    open(event: Tap) {
      go(event.currentTarget.dataset.url!)
    },
  },
})
