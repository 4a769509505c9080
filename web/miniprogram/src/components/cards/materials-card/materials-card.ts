import type { MaterialsMessage } from '@bangban/shared'
import { materialsView } from '@/cards/guide'
import { PLAINLY, type Shown } from '@/cards/shown'
import { defineCard, wordsOf, type CardInstance, type Tap } from '@/components/card'
import { phoneStore } from '@/platform/store'

/** What is ready is remembered on the phone, per item. */
const keyOf = (message: MaterialsMessage) => `ready.${message.guide_id}`
const readyOf = (message: MaterialsMessage) => phoneStore.read<string[]>(keyOf(message)) ?? []
const show = (card: CardInstance, message: MaterialsMessage, shown: Shown) => card.setData({ view: materialsView(message, wordsOf(shown), readyOf(message)) })

defineCard<MaterialsMessage>(null, {
  data: { situationOpen: false },
  settled: (card, message, shown) => show(card, message as MaterialsMessage, shown),
  methods: {
    tick(this: CardInstance, event: Tap) {
      const message = this.data.message as MaterialsMessage
      const name = event.currentTarget.dataset.name!
      const ready = readyOf(message)
      phoneStore.write(keyOf(message), ready.includes(name) ? ready.filter((n) => n !== name) : [...ready, name])
      show(this, message, this.data.shown ?? PLAINLY)
    },
  },
})
