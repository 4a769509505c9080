import { chunks } from '@bangban/shared'
import type { Tap } from '@/components/card'
import { call, copy } from '@/platform/device'

/** Text whose telephone numbers can be called; an address is copied, since a mini-program opens no foreign page. */
Component({
  properties: { text: { type: String, value: '' } },
  data: { parts: [] as ReturnType<typeof chunks> },
  observers: {
    text(text: string) {
      this.setData({ parts: chunks(text ?? '') })
    },
  },
  methods: {
    follow(event: Tap) {
      const { kind, value } = event.currentTarget.dataset
      if (kind === 'phone') call(value!)
      else if (kind === 'link') copy(value!)
    },
  },
})
