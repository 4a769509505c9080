/** What no compiler of ours checks: markup against scripts, words, and what a phone's engine does not know. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import simplified from '@/locale/zh-Hans.json'
import traditional from '@/locale/zh-Hant.json'
import { hasWords } from '@/core/words'
import { styleOf } from './rendering'

const ROOT = process.cwd()
const files = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith(ending)).map((f) => join(folder, f))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const keys = (tree: object, at = ''): string[] => Object.entries(tree).flatMap(([k, v]) => (typeof v === 'object' && v ? keys(v, `${at}${k}.`) : [at + k]))
const bare = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|<!--[\s\S]*?-->/gm, '')
const markup = files('src', '.wxml')
/** Names that nothing asks for literally: they are put together from a type, a state or a number. */
const COMPOSED = /^(appointment_state|device\.(camera|calendar)_|chat\.(queued|sender)|form\.help|me\.|privacy\.part|settings\.use_|time\.|welcome\.|shortcut\.|guide\.(verdict|legal|promised|at_once|pair|basis|visits)|consent\.|app\.)/

describe('markup', () => {
  it.each(markup)('%s names only components that exist and methods of its script', (file) => {
    const used = (JSON.parse(read(file.replace('.wxml', '.json'))) as { usingComponents: Record<string, string> }).usingComponents
    const tags = new Set([...read(file).matchAll(/<([a-z]+(?:-[a-z]+)+)/g)].map((m) => m[1]!).filter((tag) => tag !== 'scroll-view'))
    expect([...tags].sort()).toEqual(Object.keys(used).sort())
    for (const path of Object.values(used)) expect(markup).toContain(`src${path}.wxml`)
    const script = read(file.replace('.wxml', '.ts')) + read('src/components/card.ts')
    for (const [, handler] of read(file).matchAll(/\bbind\w+="(\w+)"/g)) expect(script).toMatch(new RegExp(`\\b${handler}(\\(|:)`))
  })

  it('stays small: no script, markup or style of a component is longer than a screen and a half', () => {
    for (const file of [...markup, ...files('src', '.wxss'), ...files('src/components', '.ts')]) expect([file, read(file).split('\n').length <= 150]).toEqual([file, true])
  })

  it('has styles that the tools can read', () => {
    for (const file of files('dist', '.wxss')) expect([file, styleOf(file.replace(/^dist./, '')).length > 100]).toEqual([file, true])
  })

  it('is styled by classes alone: WeChat takes no tag, id or attribute selector in a component', () => {
    for (const file of files('src', '.wxss').filter((f) => !f.endsWith('app.wxss')))
      for (const [, selectors] of bare(read(file)).matchAll(/([^{};]+)\{/g))
        for (const part of selectors!.split(/[\s,>+~]+/).filter(Boolean)) expect([file, part]).toEqual([file, expect.stringMatching(/^(\.[\w-]+)+(::?[a-z-]+)*$|^@/)])
  })

  it('tells a screen reader what it is by the names that WeChat knows: `aria-role`, not `role`', () => {
    for (const file of markup) expect([file, read(file).match(/\srole=/g)]).toEqual([file, null])
  })

  it('lists every page', () => {
    const { pages } = JSON.parse(read('src/app.json')) as { pages: string[] }
    expect(pages.map((p) => `src/${p}.wxml`).sort()).toEqual(markup.filter((f) => f.startsWith('src/pages')).sort())
  })
})

describe('words', () => {
  it('stand only in the catalogues', () => {
    for (const file of [...markup, ...files('src', '.ts')]) expect([file, /[\u4e00-\u9fff]/.test(bare(read(file)))]).toEqual([file, false])
  })

  it('are the same in both scripts, and none is empty', () => {
    expect(keys(traditional)).toEqual(keys(simplified))
    expect(JSON.stringify(traditional)).not.toMatch(/""|[们说办请还没对问时间]/)
  })

  it('exist for every key that a script or markup names, and are all used', () => {
    const sources = [...files('src', '.ts'), ...files('../shared/src', '.ts'), ...markup].map(read).join('\n') // shared code names words of this catalogue too
    const named = [...sources.matchAll(/\bt\(\s*(?:[^'()]*\? )?'([a-z_]+\.[\w.]+)'(?: : '([a-z_]+\.[\w.]+)')?/g)].flatMap((m) => [m[1]!, m[2]].filter(Boolean) as string[])
    const bound = [...sources.matchAll(/\bw\.([a-z_]+\.[a-z_]+)/g)].map((m) => m[1]!)
    for (const key of [...named, ...bound]) expect([key, hasWords(key)]).toEqual([key, true])
    const unused = keys(simplified).filter((key) => !COMPOSED.test(key) && !sources.includes(key) && !sources.includes(`w.${key.split('.').at(-1)}`))
    expect(unused).toEqual([])
  })
})

describe('what is built', () => {
  const scripts = files('dist', '.js')

  it('uses nothing that a phone’s engine lacks', () => {
    expect(scripts.length).toBeGreaterThan(20)
    for (const file of scripts) {
      const code = bare(read(file))
      expect([file, code.match(/\(\?<[=!]|\bIntl\.|\bdocument\.|\bwindow\.|\blocalStorage\b|\bfetch\(|\bAbortController\b|\bcrypto\.|\bFormData\b|\bstructuredClone\b/)?.[0] ?? null]).toEqual([file, null])
    }
  })

  it('is far below the two megabytes of a package', () => {
    const bytes = ['.js', '.wxml', '.wxss', '.json'].flatMap((e) => files('dist', e)).reduce((sum, f) => sum + Buffer.byteLength(read(f)), 0)
    expect(bytes).toBeLessThan(600_000)
  })
})
