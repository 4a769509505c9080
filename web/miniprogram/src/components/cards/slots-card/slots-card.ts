import type { SlotsMessage } from '@bangban/shared'
import { firstDay, slotsView } from '@/cards/dealings'
import { PLAINLY, type Shown } from '@/cards/shown'
import { defineCard, wordsOf, type CardInstance, type Tap } from '@/components/card'

type SlotsInstance = CardInstance & { data: { day: number; elder: boolean; openFor: string } }

function show(card: CardInstance, message: SlotsMessage, shown: Shown, day: number): void {
  card.setData({ day, openFor: keyOf(message, shown), view: slotsView(message, wordsOf(shown), shown, day) })
}

/** The chosen day stays while only something around the card changes. */
const keyOf = (message: SlotsMessage, shown: Shown) => `${message.id} ${shown.elder}`

defineCard<SlotsMessage>(null, {
  data: { day: -1, openFor: '' },
  settled: (card, given, shown) => {
    const message = given as SlotsMessage
    const { day, openFor } = (card as SlotsInstance).data
    show(card, message, shown, openFor === keyOf(message, shown) ? day : firstDay(message, shown))
  },
  methods: {
    /** `data-day`: -1 to choose another. A full day leads nowhere where the day is a decision of its own. */
    pickDay(this: SlotsInstance, event: Tap) {
      const message = this.data.message as SlotsMessage
      const day = Number(event.currentTarget.dataset.day)
      if (this.data.elder && message.days[day]?.slots.every((s) => !s.left)) return
      show(this, message, this.data.shown ?? PLAINLY, day)
    },
  },
})
