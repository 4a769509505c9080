/** One entry of the conversation: whose it is, its card, and how its sending stands. The row is made by `core/rows`. */
import type { Row } from '@/core/rows'

Component({
  properties: { row: { type: Object, value: {} as Row } },
  methods: {
    again() {
      this.triggerEvent('again', { id: this.data.row.key })
    },
    discard() {
      this.triggerEvent('discard', { id: this.data.row.key })
    },
  },
})
