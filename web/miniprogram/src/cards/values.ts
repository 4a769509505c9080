import type { FormField, Translate } from '@bangban/shared'
import type { Tag } from './shown'

const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const YES = [true, 'true', 'yes', '1']
const NO = [false, 'false', 'no', '0']
const ID_NUMBER = /^(\d{6})\d{8}([\dX]{4})$/

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)
}

/** A field's value in the reader's words; empty when there is none. */
export function shownValue(field: FormField, t: Translate): string {
  if (isEmpty(field.value)) return ''
  const option = field.options?.find((o) => o.value === String(field.value))
  if (option) return option.label
  if (field.type === 'yes_no' && YES.includes(field.value as string)) return t('app.yes')
  if (field.type === 'yes_no' && NO.includes(field.value as string)) return t('app.no')
  const day = field.type === 'date' ? ISO_DAY.exec(String(field.value)) : null
  if (day) return t('app.date', { year: day[1], month: Number(day[2]), day: Number(day[3]) })
  if (field.type === 'image') return t('form.uploaded')
  return typeof field.value === 'object' ? Object.values(field.value as object).join(' ') : String(field.value)
}

/** The same where others may look over the shoulder: an identity number without its birthday. */
export function coveredValue(field: FormField, t: Translate): string {
  return shownValue(field, t).replace(ID_NUMBER, '$1********$2')
}

/** Where a value came from; none for an empty field. */
export function sourceTag(field: FormField, t: Translate): Tag | null {
  if (!field.source) return null
  return { tone: field.locked ? 'ok' : field.source === 'citizen' ? 'quiet' : 'info', text: t(`source.${field.source}`) }
}

export interface FieldLine { name: string; label: string; value: string; source: Tag | null; error: string }

export function fieldLine(field: FormField, t: Translate, { covered = false } = {}): FieldLine {
  const value = covered ? coveredValue(field, t) : shownValue(field, t)
  return { name: field.name, label: field.label, value: value || t('form.empty'), source: sourceTag(field, t), error: field.error ?? '' }
}
