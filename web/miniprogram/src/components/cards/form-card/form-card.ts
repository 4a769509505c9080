import { formView } from '@/cards/dealings'
import { defineCard } from '@/components/card'

defineCard(formView, { data: { knownOpen: false } })
