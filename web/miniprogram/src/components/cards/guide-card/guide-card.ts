import { guideView } from '@/cards/guide'
import { defineCard } from '@/components/card'

defineCard(guideView, { data: { contentsOpen: false, actionsOpen: false } })
