/** Cards about what the citizen has going: form, times, appointment, case. */

import { coveredValue, type AppointmentMessage, type CaseMessage, type Day, type FormMessage, type Slot, type SlotsMessage, type Translate } from '@bangban/shared'
import { clock, day, isMorning, moment } from '@/core/time'
import { hasWords } from '@/core/words'
import { fieldLine, type FieldLine } from './values'
import type { Button, Shown, Tag, ViewOf } from './shown'

export interface FormView { title: string; tag: Tag; known: { label: string; lines: FieldLine[] } | null; own: FieldLine[]; still: string; open: string; url: string }

/** What government already knows and cannot be changed here is one line, until it is opened. */
export const formView: ViewOf<FormMessage, FormView> = (message, t) => {
  const filled = message.fields.filter((f) => coveredValue(f, t) !== '')
  const known = filled.filter((f) => f.locked)
  const wanting = message.state === 'submitted' ? [] : message.fields.filter((f) => message.missing.includes(f.name) || f.error)
  const lines = (fields: typeof filled) => fields.map((f) => fieldLine(f, t, { covered: true }))
  return {
    title: message.title || t('form.card_title'),
    tag: wanting.length ? { tone: 'warn', text: t('form.missing', { count: wanting.length }) } : { tone: message.state === 'draft' ? 'warn' : 'ok', text: t(`form_state.${message.state}`) },
    known: known.length ? { label: t('form.known_count', { count: known.length }), lines: lines(known) } : null,
    own: lines(filled.filter((f) => !f.locked)),
    still: wanting.length ? t('form.still') + wanting.map((f) => f.label).join(t('app.comma')) : '',
    open: t(message.state === 'submitted' ? 'form.view' : message.state === 'ready' ? 'form.check' : 'form.open'),
    url: `/pages/form/form?id=${message.form_id}`,
  }
}

export interface DayView { index: number; date: string; weekday: string; free: boolean; note: string; chosen: boolean }
export interface TimeView { label: string; payload: string; time: string; left: string; free: boolean }
export interface SlotsView {
  hall: string
  address: string
  none: string
  pick: string
  days: DayView[]
  /** The chosen day when the day is a decision of its own (elder mode). */
  day: string
  other: string
  note: string
  halves: { name: string; times: TimeView[] }[]
}

const freeOf = (d: Day) => d.slots.reduce((sum, s) => sum + s.left, 0)

/** The day that is open at first: the first with a free time; none yet in elder mode. */
export function firstDay(message: SlotsMessage, shown: Pick<Shown, 'elder'>): number {
  return shown.elder ? -1 : Math.max(0, message.days.findIndex((d) => freeOf(d) > 0))
}

export function slotsView(message: SlotsMessage, t: Translate, shown: Pick<Shown, 'elder'>, chosen: number): SlotsView {
  const date = (d: Day) => t('slots.date', { month: Number(d.date.slice(5, 7)), day: Number(d.date.slice(8, 10)) })
  const open = message.days[chosen]
  const time = (s: Slot): TimeView => ({
    label: `${date(open!)} ${open!.weekday} ${clock(s.start)}`,
    payload: s.payload,
    time: `${clock(s.start)}–${clock(s.end)}`,
    left: s.left ? t('slots.left', { n: s.left }) : t('slots.full'),
    free: s.left > 0,
  })
  const half = (name: string, morning: boolean) => ({
    name: t(name),
    times: (open?.slots ?? []).filter((s) => isMorning(s.start) === morning && (s.left || !shown.elder)).map(time),
  })
  const picked = shown.elder && open !== undefined
  return {
    hall: message.hall.name,
    address: message.hall.address ?? '',
    none: message.days.length ? '' : t('slots.none'),
    pick: message.days.length && !picked ? t('slots.pick_day') : '',
    days: picked ? [] : message.days.map((d, index) => ({ index, date: date(d), weekday: d.weekday, free: freeOf(d) > 0, note: t(freeOf(d) ? 'slots.free' : 'slots.full'), chosen: index === chosen })),
    day: picked ? `${date(open)} ${open.weekday}` : '',
    other: t('slots.other_day'),
    note: open?.note ?? '',
    halves: [half('slots.morning', true), half('slots.afternoon', false)].filter((h) => h.times.length),
  }
}

export interface AppointmentView {
  title: string
  tag: Tag
  about: string
  stands: boolean
  day: string
  time: string
  hall: string
  address: string
  /** Empty unless there is something to show at the hall. */
  code: string
  codeLabel: string
  held: string
  bring: { label: string; lines: string[] } | null
  buttons: Button[]
  show: { label: string; url: string } | null
  calendar: string
}

const TONES = { held: 'warn', booked: 'ok', cancelled: 'quiet', completed: 'info', no_show: 'danger' } as const

export const appointmentView: ViewOf<AppointmentMessage, AppointmentView> = (message, t, shown) => {
  const stands = message.state === 'held' || message.state === 'booked'
  const booked = message.state === 'booked'
  const act = (intent: string, label: string, main = false): Button => ({ label: t(label), payload: `/${intent}${JSON.stringify({ appointment_id: message.appointment_id })}`, main })
  const held = [act('confirm_slot', 'appointment.confirm', true), act('reschedule', 'appointment.other_time')]
  return {
    title: t('appointment.title'),
    tag: { tone: TONES[message.state], text: t(`appointment_state.${message.state}`) },
    about: shown.name,
    stands,
    day: `${day(message.start, t)} ${t(isMorning(message.start) ? 'slots.morning' : 'slots.afternoon')}`,
    time: `${clock(message.start)}–${clock(message.end)}`,
    hall: message.hall.name,
    address: message.hall.address ?? '',
    code: booked ? message.code : '',
    codeLabel: t('appointment.code'),
    held: message.state === 'held' && !shown.asks ? t('appointment.held') : '',
    bring: stands && message.bring.length ? { label: t('appointment.bring'), lines: message.bring } : null,
    buttons: message.state === 'held' ? held : booked ? [act('reschedule', 'appointment.reschedule'), act('cancel_booking', 'appointment.cancel')] : [],
    show: booked ? { label: t('appointment.show'), url: `/pages/appointment/appointment?id=${message.appointment_id}` } : null,
    calendar: booked ? t('appointment.calendar') : '',
  }
}

export interface CaseView { title: string; state: string; about: string; numberLabel: string; number: string; timeline: { state: string; note: string; at: string }[]; pdf: string }

export const caseView: ViewOf<CaseMessage, CaseView> = (message, t, shown) => {
  // States are the business system's; one that has no word here is shown as it came.
  const word = (state: string) => (hasWords(`case_state.${state}`) ? t(`case_state.${state}`) : state)
  const newestFirst = [...message.timeline].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  return {
    title: t('case.title'),
    state: word(message.state),
    about: shown.name,
    numberLabel: t('case.number'),
    number: message.number,
    timeline: newestFirst.map((e) => ({ state: word(e.state), note: e.note ?? '', at: moment(e.at, t) })),
    pdf: message.form_pdf_url ? t('case.pdf') : '',
  }
}
