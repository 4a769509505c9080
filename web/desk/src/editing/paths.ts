/** Places in a document as the server writes them: `materials[guardian].when`, `fees[0].amount`. */

import { i18n, words } from '@/i18n'

export type Step = { key: string } | { entry: string }
/** What names an entry of a list, in this order; the mirror of `knowledge/workflow/diff.py`. */
export const NAMES = ['id', 'name', 'q', 'number', 'what', 'value']

/** What a person calls an entry by. */
const CALLED = ['name', 'q', 'ask', 'what', 'title', 'label', 'text']

export function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map((m) => (m[2] === undefined ? { entry: m[1]! } : { key: m[2] }))
}

export function indexOf(list: readonly unknown[], entry: string): number {
  const named = list.findIndex((e) => e === entry || (isMap(e) && NAMES.some((name) => e[name] === entry)))
  return named < 0 && /^\d+$/.test(entry) && Number(entry) < list.length ? Number(entry) : named
}

/** `fees[0].amount` is 收费第1项 · 金额. With the document, an entry is called by its name and not by its id. */
export function pathLabel(path: string, document?: unknown): string {
  const said: string[] = []
  let here: unknown = document
  for (const step of stepsOf(path)) {
    if ('key' in step) {
      said.push((said.length ? fields[step.key] : sections[step.key]) ?? step.key)
      here = isMap(here) ? here[step.key] : undefined
    } else if (said.length) {
      here = Array.isArray(here) ? here[indexOf(here, step.entry)] : undefined
      said.push(entryLabel(said.pop()!, step.entry, here))
    }
  }
  return said.join(' · ') || words.path.document
}

function entryLabel(label: string, entry: string, found: unknown): string {
  const { t } = i18n.global
  const called = isMap(found) ? CALLED.map((key) => found[key]).find((name) => typeof name === 'string' && name) : undefined
  if (called) return t('path.named', { label, id: called })
  return /^\d+$/.test(entry) ? t('path.nth', { label, at: Number(entry) + 1 }) : t('path.named', { label, id: entry })
}

export const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const sections: Record<string, string> = words.path.sections
const fields: Record<string, string> = words.path.fields
