/** One field of the form page: label, the right kind of input, help, source, and the error tied to it. `field` is made by `cards/fields`. */
import type { FieldView } from '@/cards/fields'
import type { Tap } from '@/components/card'

interface Typed { detail: { value: string } }

Component({
  properties: { field: { type: Object, value: {} as FieldView }, alone: { type: Boolean, value: false }, w: { type: Object, value: {} } },
  methods: {
    typed(event: Typed) {
      this.triggerEvent('typed', { name: this.data.field.name, value: event.detail.value })
    },
    left(event: Typed) {
      this.triggerEvent('save', { name: this.data.field.name, value: event.detail.value })
    },
    pick(event: Tap) {
      this.triggerEvent('save', { name: this.data.field.name, value: event.currentTarget.dataset.value })
    },
    /** The picker tells which line was chosen. */
    chosen(event: Typed) {
      const option = this.data.field.options[Number(event.detail.value)]
      if (option) this.triggerEvent('save', { name: this.data.field.name, value: option.value })
    },
    /** He agreed to give the number of his WeChat account, or did not; or WeChat could not (no right to it, nothing left of what it costs). */
    phone({ detail }: { detail: { code?: string; errMsg?: string } }) {
      if (detail.code) this.triggerEvent('phone', { name: this.data.field.name, code: detail.code })
      else if (!/deny|cancel/.test(detail.errMsg ?? 'deny')) this.triggerEvent('nophone')
    },
    picture() {
      this.triggerEvent('picture', { name: this.data.field.name })
    },
  },
})
