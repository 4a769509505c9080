/** Lengths of time: whole units, the two largest ones. */

export interface Length { key: 'seconds' | 'minutes' | 'minutes_seconds' | 'hours' | 'hours_minutes'; values: { h: number; m: number; s: number } }

/** Up to ten minutes with seconds, then minutes, then hours. */
export function length(seconds: number): Length {
  const whole = Math.max(0, Math.floor(seconds))
  const values = { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60), s: whole % 60 }
  if (values.h) return { key: values.m ? 'hours_minutes' : 'hours', values }
  if (!values.m) return { key: 'seconds', values }
  return { key: values.m < 10 && values.s ? 'minutes_seconds' : 'minutes', values }
}

export function secondsSince(iso: string, now: number): number {
  return (now - new Date(iso).getTime()) / 1000
}
