/** A form's values in the reader's words, the same in every client. */
import type { FormField } from './messages'
import type { Translate } from './sections'

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
