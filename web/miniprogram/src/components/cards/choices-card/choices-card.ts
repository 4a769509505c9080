import { choicesView } from '@/cards/talk'
import { defineCard } from '@/components/card'

defineCard(choicesView)
