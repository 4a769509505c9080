/** Every word that a reader sees comes from here: the catalogue of all pages, and this client's own beside it. */

import sharedSimplified from '@bangban/shared/locale/zh-Hans.json'
import sharedTraditional from '@bangban/shared/locale/zh-Hant.json'
import type { Translate } from '@bangban/shared'
import simplified from '@/locale/zh-Hans.json'
import traditional from '@/locale/zh-Hant.json'

export type Script = 'zh-Hans' | 'zh-Hant'
interface Tree { [key: string]: string | Tree }

const CATALOGUES: Record<Script, Tree[]> = { 'zh-Hans': [simplified, sharedSimplified], 'zh-Hant': [traditional, sharedTraditional] }

function found(script: Script, key: string): string | Tree | undefined {
  for (const catalogue of CATALOGUES[script]) {
    let at: string | Tree | undefined = catalogue
    for (const step of key.split('.')) at = typeof at === 'object' ? at[step] : undefined
    if (at !== undefined) return at
  }
  return undefined
}

/** The words of `key` with `{name}` filled in; a key without words is shown itself, so that it is noticed. */
export function translator(script: Script): Translate {
  return (key, values = {}) => {
    const words = found(script, key)
    return typeof words === 'string' ? words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')) : key
  }
}

/** Whether there are words for `key`. */
export function hasWords(key: string): boolean {
  return typeof found('zh-Hans', key) === 'string'
}

/** The words of one part of the catalogue, for markup that shows them as they are. */
export function section(script: Script, key: string): Record<string, string> {
  const words = found(script, key)
  return typeof words === 'object' ? (Object.fromEntries(Object.entries(words).filter(([, v]) => typeof v === 'string')) as Record<string, string>) : {}
}
