import type { AppointmentMessage } from '@bangban/shared'
import { appointmentView } from '@/cards/dealings'
import { qrPicture } from '@/cards/qr'
import { PLAINLY } from '@/cards/shown'
import { defineCard, wordsOf, type CardInstance } from '@/components/card'
import { addVisit } from '@/components/visit'

defineCard<AppointmentMessage>(appointmentView, {
  data: { qr: '' },
  settled: (card, given) => {
    const message = given as AppointmentMessage
    card.setData({ qr: message.state === 'booked' ? qrPicture(message.code) : '' })
  },
  methods: {
    calendar(this: CardInstance) {
      return addVisit(this.data.message as AppointmentMessage, wordsOf(this.data.shown ?? PLAINLY))
    },
  },
})
