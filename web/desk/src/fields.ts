/** A form field's value as an agent reads it; what he may not see comes hidden from the server, its options too. */

import type { FormField } from '@bangban/shared'

const HIDDEN = '***'

export function filled(value: unknown): boolean {
  return !(value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length))
}

export function shownValue(field: FormField, t: (key: string) => string): string {
  if (!filled(field.value)) return ''
  if (field.value === HIDDEN) return HIDDEN
  const option = field.options?.find((o) => o.value === String(field.value))
  if (option) return option.label
  if (field.type === 'yes_no') return t(['true', 'yes', '1'].includes(String(field.value)) ? 'app.yes' : 'app.no')
  if (field.type === 'image') return t('package.picture')
  return typeof field.value === 'object' ? Object.values(field.value as object).join(' ') : String(field.value)
}
