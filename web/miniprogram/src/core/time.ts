/** Times as a citizen reads them: always the clock of Asia/Shanghai (which has no summer time), by arithmetic: Android's WeChat has no `Intl`. */

import type { Translate } from '@bangban/shared'

const OFFSET_MS = 8 * 3_600_000

/** The moment with its parts in Shanghai as those of UTC. */
const there = (iso: string) => new Date(Date.parse(iso) + OFFSET_MS)
const two = (n: number) => String(n).padStart(2, '0')

/** `09:30` */
export function clock(iso: string): string {
  const d = there(iso)
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}

/** `2026-11-03` */
export function civilDate(iso: string): string {
  return there(iso).toISOString().slice(0, 10)
}

export function isMorning(iso: string): boolean {
  return there(iso).getUTCHours() < 12
}

/** `11月3日 周二`; with the year when it is not this one. */
export function day(iso: string, t: Translate, now = new Date()): string {
  const d = there(iso)
  const values = { year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate(), weekday: t(`time.weekday.${d.getUTCDay()}`) }
  return t(d.getUTCFullYear() === there(now.toISOString()).getUTCFullYear() ? 'time.day' : 'time.day_of_year', values)
}

/** `11月3日 周二 09:30` */
export function moment(iso: string, t: Translate, now = new Date()): string {
  return `${day(iso, t, now)} ${clock(iso)}`
}
