/** The states of a ticket, in the order of its life. */

export const STATES = ['registered', 'dispatched', 'processing', 'replied', 'disputed', 'returned', 'closed'] as const
export const STATE_TONE: Record<string, 'primary' | 'success' | 'warning' | 'danger' | 'info'> = {
  registered: 'primary', dispatched: 'warning', processing: 'warning', replied: 'success', closed: 'info', returned: 'danger', disputed: 'danger',
}

const ANSWERED = ['replied', 'closed']
export function isOpen(state: string): boolean {
  return !ANSWERED.includes(state)
}
