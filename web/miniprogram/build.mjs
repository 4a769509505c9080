/** Makes `dist/`, the folder that the WeChat developer tools open: each page's and component's script with what it imports, and its markup beside it. */

import { cp, readdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { extname, join, relative } from 'node:path'
import { build, watch } from 'rolldown'

const SRC = fileURLToPath(new URL('./src/', import.meta.url))
const COPIED = ['.wxml', '.wxss', '.json', '.png']
/** WeChat's oldest engines know ES2018; the compiler rewrites what is newer. */
const TARGET = 'es2018'

const files = async (folder) =>
  (await readdir(folder, { withFileTypes: true, recursive: true })).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name))

/** A script is an entry when markup or `app.json` stands beside it. */
async function entries() {
  const all = await files(SRC)
  const scripts = all.filter((f) => f.endsWith('.ts') && (f === join(SRC, 'app.ts') || all.includes(f.replace(/\.ts$/, '.wxml'))))
  return Object.fromEntries(scripts.map((f) => [relative(SRC, f).replace(/\.ts$/, ''), f]))
}

async function copyMarkup(out) {
  const wanted = (await files(SRC)).filter((f) => COPIED.includes(extname(f)) && !relative(SRC, f).startsWith('locale'))
  await Promise.all(wanted.map((f) => cp(f, join(out, relative(SRC, f)))))
}

export async function makeMiniprogram(out = fileURLToPath(new URL('./dist/', import.meta.url)), { watching = false } = {}) {
  await rm(out, { recursive: true, force: true })
  const options = {
    input: await entries(),
    platform: 'neutral',
    resolve: { mainFields: ['main', 'module'] },
    transform: { target: TARGET },
    output: { dir: out, format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js', sourcemap: false },
    logLevel: 'warn',
  }
  await copyMarkup(out)
  if (!watching) return build({ ...options, write: true })
  const watcher = watch({ ...options, watch: { include: ['src/**'] } })
  watcher.on('event', (event) => event.code === 'BUNDLE_END' && copyMarkup(out).then(() => event.result.close()))
  return watcher
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeMiniprogram(undefined, { watching: process.argv.includes('--watch') })
