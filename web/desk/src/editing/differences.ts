/** What changed between two documents, by path, and how two people's changes go together.
 *  Entries that carry an id or a name are matched by it; the mirror of `knowledge/workflow/diff.py`. */

import type { Change, Doc } from '@/api/editor_types'
import { isMap, NAMES } from './paths'

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))

export function differences(before: unknown, after: unknown, path = ''): Change[] {
  if (same(before, after)) return []
  if (isMap(before) && isMap(after)) {
    return keysOf(after, before).flatMap((key) => one(before[key], after[key], path ? `${path}.${key}` : key))
  }
  if (Array.isArray(before) && Array.isArray(after)) return lists(before, after, path)
  return [{ path, change: 'changed', before, after }]
}

function one(before: unknown, after: unknown, path: string): Change[] {
  if (before === undefined) return [{ path, change: 'added', after }]
  if (after === undefined) return [{ path, change: 'removed', before }]
  return differences(before, after, path)
}

function lists(before: unknown[], after: unknown[], path: string): Change[] {
  let [old, now] = [named(before), named(after)]
  if (!old || !now) [old, now] = [numbered(before), numbered(after)]
  const found = [...new Set([...now.keys(), ...old.keys()])].flatMap((key) => one(old.get(key), now.get(key), `${path}[${key}]`))
  const [then, common] = [[...old.keys()].filter((k) => now.has(k)), [...now.keys()].filter((k) => old.has(k))]
  if (!same(then, common)) found.push({ path, change: 'moved', before: then, after: common })
  return found
}

const numbered = (list: unknown[]) => new Map(list.map((entry, at) => [String(at), entry]))

function named(list: unknown[]): Map<string, unknown> | null {
  for (const key of [null, ...NAMES]) {
    const names = list.map((e) => (key === null ? e : isMap(e) ? e[key] : undefined))
    if (names.every((n) => typeof n === 'string') && new Set(names).size === names.length) return new Map(list.map((e, i) => [names[i] as string, e]))
  }
  return null
}

/** Mine and theirs, both made from `base`, part by part. `clashes` are the parts that both changed, each in his own way; mine stands there. */
export function merged(base: Doc, mine: Doc, theirs: Doc): { document: Doc; clashes: string[] } {
  const document: Doc = {}
  const clashes: string[] = []
  for (const key of keysOf(mine, theirs)) {
    const untouched = same(base[key], mine[key])
    const value = untouched ? theirs[key] : mine[key]
    if (!untouched && !same(base[key], theirs[key]) && !same(mine[key], theirs[key])) clashes.push(key)
    if (value !== undefined) document[key] = value
  }
  return { document, clashes }
}

/** The same without one of its keys. */
export const without = (document: Doc, key: string): Doc => Object.fromEntries(Object.entries(document).filter(([k]) => k !== key))

const keysOf = (first: Doc, second: Doc) => [...Object.keys(first), ...Object.keys(second).filter((k) => !(k in first))]

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isMap(value)) return value
  return Object.fromEntries(Object.keys(value).filter((k) => value[k] !== undefined).sort().map((k) => [k, ordered(value[k])]))
}
