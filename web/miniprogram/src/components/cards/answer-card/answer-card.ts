import { answerView } from '@/cards/talk'
import { defineCard } from '@/components/card'

defineCard(answerView)
