/** Times as a citizen reads them: always the clock of Asia/Shanghai, whatever the phone is set to. */

const ZONE = 'Asia/Shanghai'

function parts(iso: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('zh-CN-u-nu-latn', {
    timeZone: ZONE, year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', weekday: 'short', hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(new Date(iso)).map((p) => [p.type, p.value]))
}

/** `09:30` */
export function clock(iso: string): string {
  const p = parts(iso)
  return `${p.hour}:${p.minute}`
}

/** `11月3日 周二`; with the year when it is not this one. */
export function day(iso: string, now = new Date()): string {
  const p = parts(iso)
  const year = p.year === parts(now.toISOString()).year ? '' : `${p.year}年`
  return `${year}${p.month}月${p.day}日 ${p.weekday}`
}

/** `11月3日 周二 09:30` */
export function moment(iso: string, now = new Date()): string {
  return `${day(iso, now)} ${clock(iso)}`
}

/** `2026-11-03`, the civil date in Asia/Shanghai. */
export function civilDate(iso: string): string {
  const p = parts(iso)
  return `${p.year}-${p.month?.padStart(2, '0')}-${p.day?.padStart(2, '0')}`
}

/** Whether it is before noon there. */
export function isMorning(iso: string): boolean {
  return Number(parts(iso).hour) < 12
}
