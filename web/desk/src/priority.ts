/** How pressing somebody is, as `services/handoff` counts it: 2 people who are served first, 1 whom the bot could not help, 0 everybody else. */

export type PriorityKey = 'elder' | 'missed' | 'normal'

export function priorityKey(priority: string | number | null | undefined): PriorityKey {
  if (priority === 'elder' || priority === 'missed') return priority
  const number = Number(priority)
  return number >= 2 ? 'elder' : number >= 1 ? 'missed' : 'normal'
}
