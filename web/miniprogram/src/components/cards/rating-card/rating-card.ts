import { ratingView } from '@/cards/talk'
import { defineCard } from '@/components/card'

defineCard(ratingView)
