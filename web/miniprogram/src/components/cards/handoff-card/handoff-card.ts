import { handoffView } from '@/cards/talk'
import { defineCard } from '@/components/card'

defineCard(handoffView)
