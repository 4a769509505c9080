/** Which component shows which message; an unknown type is shown by its words. */

import type { MessageType } from '@bangban/shared'
import type { Component } from 'vue'
import AnswerCard from './AnswerCard.vue'
import AppointmentCard from './AppointmentCard.vue'
import CaseCard from './CaseCard.vue'
import ChoicesCard from './ChoicesCard.vue'
import FormCard from './FormCard.vue'
import GuideCard from './GuideCard.vue'
import HandoffCard from './HandoffCard.vue'
import ItemListCard from './ItemListCard.vue'
import MaterialsCard from './MaterialsCard.vue'
import NoticeCard from './NoticeCard.vue'
import RatingCard from './RatingCard.vue'
import SlotsCard from './SlotsCard.vue'
import TextCard from './TextCard.vue'

const CARDS: Record<MessageType, Component> = {
  text: TextCard,
  notice: NoticeCard,
  choices: ChoicesCard,
  item_list: ItemListCard,
  guide: GuideCard,
  materials: MaterialsCard,
  answer: AnswerCard,
  form: FormCard,
  slots: SlotsCard,
  appointment: AppointmentCard,
  case: CaseCard,
  handoff: HandoffCard,
  rating: RatingCard,
}

export function cardFor(type: string): Component {
  return (CARDS as Record<string, Component>)[type] ?? TextCard
}
