/** Where a place of the document stands in the form; `null` when only the text has it. */

import type { Doc } from '@/api/editor_types'
import { BASICS, PARTS } from './parts'
import { indexOf, stepsOf } from './paths'

/** Ids of elements, the nearest first. */
export function elementsOf(document: Doc, path: string): string[] | null {
  const [first, entry, field] = stepsOf(path)
  if (!first || !('key' in first)) return null
  if (BASICS.some((f) => f.key === first.key)) return [`edit-${first.key}`, 'edit-basics']
  const part = PARTS.find((p) => p.key === first.key)
  if (!part) return null
  if (!part.list) return [`edit-${part.key}`]
  if (!entry || !('entry' in entry)) return [`edit-${part.key}-part`]
  const at = indexOf((document[part.key] as unknown[] | undefined) ?? [], entry.entry)
  if (at < 0) return [`edit-${part.key}-part`]
  if (field && 'key' in field && !part.fields.some((f) => f.key === field.key)) return null // a condition, say
  return [...(field && 'key' in field ? [`edit-${part.key}-${at}-${field.key}`] : []), `edit-${part.key}-${at}`]
}
