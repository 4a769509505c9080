/** What a card offers by itself, so that the same buttons are not shown again right below it. */

import type { Message } from '@bangban/shared'

const INTENTS: Record<string, string[]> = {
  'appointment.held': ['confirm_slot', 'start_booking', 'reschedule'],
  'appointment.booked': ['reschedule', 'cancel_booking'],
  'handoff.queued': ['cancel_handoff'],
}

/** `/confirm_slot{"…"}` → `confirm_slot` */
export const intentOf = (payload: string) => /^\/(\w+)/.exec(payload)?.[1] ?? ''

export function offeredBy(message: Message): string[] {
  return 'state' in message ? (INTENTS[`${message.type}.${message.state}`] ?? []) : []
}
