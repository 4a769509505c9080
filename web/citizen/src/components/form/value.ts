import type { FormField } from '@bangban/shared'

const YES = [true, 'true', 'yes', '1']
const NO = [false, 'false', 'no', '0']

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)
}

/** A field's value in the reader's words; empty when there is none. */
export function shownValue(field: FormField, t: (key: string) => string): string {
  if (isEmpty(field.value)) return ''
  const option = field.options?.find((o) => o.value === String(field.value))
  if (option) return option.label
  if (field.type === 'yes_no' && YES.includes(field.value as string)) return t('app.yes')
  if (field.type === 'yes_no' && NO.includes(field.value as string)) return t('app.no')
  if (field.type === 'image') return t('form.uploaded')
  return typeof field.value === 'object' ? Object.values(field.value as object).join(' ') : String(field.value)
}
