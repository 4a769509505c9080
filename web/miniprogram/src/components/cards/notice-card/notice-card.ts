import { noticeView } from '@/cards/talk'
import { defineCard } from '@/components/card'

defineCard(noticeView)
