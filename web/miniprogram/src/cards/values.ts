import { coveredValue, shownValue, type FormField, type Translate } from '@bangban/shared'
import type { Tag } from './shown'

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
