import { itemListView } from '@/cards/talk'
import { defineCard } from '@/components/card'

defineCard(itemListView)
