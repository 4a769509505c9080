/** A guide as text and back, and where in the text a place of the document stands. */

import { isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument, stringify, type Node } from 'yaml'
import type { Doc } from '@/api/editor_types'
import { words } from '@/i18n'
import { indexOf, isMap as isObject, stepsOf } from './paths'

/** In the order in which a guide is read, whatever order it was stored in. */
export const toYaml = (document: Doc): string => stringify(inOrder(document, Object.keys(words.path.sections)), { lineWidth: 0 })

const FIRST = ['id', 'use', 'name', 'q', 'a', 'title', 'ask', 'plain', 'label', 'what', 'text', 'number', 'amount', 'verdict', 'value', 'unit', 'type', 'kind', 'options']
const LAST = ['note', 'when', 'sources']

function inOrder(value: unknown, first = FIRST): unknown {
  if (Array.isArray(value)) return value.map((entry) => inOrder(entry))
  if (!isObject(value)) return value
  const place = (key: string) => (first.includes(key) ? first.indexOf(key) - first.length : LAST.indexOf(key) + 1)
  return Object.fromEntries(Object.keys(value).sort((a, b) => place(a) - place(b)).map((key) => [key, inOrder(value[key])]))
}

/** Without the empty lists that the server adds for what is absent: they are noise to a reader, and it adds them again. */
export function tidy(document: Doc): Doc {
  const kept = Object.entries(document).filter(([, value]) => !(Array.isArray(value) && !value.length))
  return Object.fromEntries(kept.map(([key, value]) => [key, bare(value)]))
}
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([k, v]) => !(IMPLIED.includes(k) && Array.isArray(v) && !v.length)).map(([k, v]) => [k, bare(v)]))
}
const IMPLIED = ['sources', 'words']

/** The document, or on which line (from 1) it cannot be read. */
export type Read = { document: Doc } | { line: number; reason: string }

export function fromYaml(text: string): Read {
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = parsed.errors[0]
  if (error) return { line: lines.linePos(error.pos[0]).line, reason: error.message }
  const document: unknown = parsed.toJS()
  return isMap(parsed.contents) ? { document: document as Doc } : { line: 1, reason: '' }
}

/** The line (from 1) where the place begins; the nearest place above it that is there, for one that is missing. */
export function lineOf(text: string, path: string): number {
  const lines = new LineCounter()
  let node: Node | null = parseDocument(text, { lineCounter: lines }).contents
  let offset = 0
  for (const step of stepsOf(path)) {
    if (!isCollection(node)) break
    if ('key' in step) {
      const pair = isMap(node) ? node.items.find((p) => isScalar(p.key) && p.key.value === step.key) : undefined
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else {
      if (!isSeq(node)) break
      const entry = node.items[indexOf(node.items.map((n) => (n as Node).toJSON() as unknown), step.entry)] as Node | undefined
      if (!entry) break
      offset = entry.range?.[0] ?? offset
      node = entry
    }
  }
  return lines.linePos(offset).line
}
