/** Words in a bubble; also every type that this client does not know yet. */
import { defineCard } from '@/components/card'

defineCard(null)
