/** Renders a built component as WeChat would, with the developer tools' own compiler and component engine. */

import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PLAINLY, type Shown } from '@/cards/shown'

const require = createRequire(import.meta.url)
const DIST = join(dirname(fileURLToPath(import.meta.url)), '../dist')
const WAIT_MS = 20_000
/** Styles are for pictures; compiling them anew for every page would be most of the time. `project.test.ts` compiles each once. */
const styles = require('miniprogram-simulate/src/wxss') as { getContent(path: string): string; compile(wxss: string, options?: object): string }
/** One style sheet as the tools read it, with what it imports. */
const compiled = styles.compile
export const styleOf = (file: string): string => compiled(styles.getContent(join(DIST, file)), { prefix: 'x' })
if (!process.env.SHOTS) styles.compile = () => ''

const { Event: Events } = require('miniprogram-exparser') as { Event: { create(name: string, detail: object, options: object): object; dispatchEvent(target: object, event: object): void } }

export interface Node { dom: Element; fire(name: string, detail?: object): Promise<void> }
interface Component {
  instance: { data: Record<string, unknown> } & Record<string, (...args: unknown[]) => unknown>
  attach(parent: Element): void
  addEventListener(name: string, act: (event: { detail: unknown }) => void): void
  setData(data: object): void
}
interface Simulate { load(path: string, tagName: string, options: object): string; render(id: string, properties: object): Component }

export interface Rendered {
  component: Component
  root: Element
  text(): string
  /** Those whose words contain `words`. */
  find(words: string): Node[]
  /** By class, also inside of components. */
  all(name: string): Node[]
  tap(target: Node | undefined): Promise<void>
  chosen: { label: string; payload: string }[]
  events: Record<string, unknown[]>
}

const TAPPABLE = 'btn item fold link level time day topic example material radio tab pill shortcut words__link mine__do sections__one picture fine__link flip'.split(' ')

/** The engine puts the component's name before each class: `main--btn`. */
const has = (el: Element, name: string) => (el.getAttribute('class') ?? '').split(/\s+/).some((c) => c === name || c.endsWith(`--${name}`))

export function render(path: string, properties: object = {}, listen: string[] = []): Rendered {
  const simulate = require('miniprogram-simulate') as Simulate
  const component = simulate.render(simulate.load(`${DIST}/${path}`, basename(path), { rootPath: DIST }), properties)
  const root = document.createElement('div')
  component.attach(root)
  const chosen: Rendered['chosen'] = []
  const events: Rendered['events'] = {}
  component.addEventListener('choose', (event) => chosen.push(event.detail as Rendered['chosen'][number]))
  for (const name of listen) component.addEventListener(name, (event) => (events[name] ??= []).push(event.detail))
  const nodes = (wanted: (el: Element) => boolean) =>
    [...root.querySelectorAll('*')].filter((el) => '__wxElement' in el && wanted(el)).map(nodeOf)
  const all = (name: string) => nodes((el) => has(el, name))
  return {
    component,
    root,
    chosen,
    events,
    all,
    text: () => (root.textContent ?? '').replace(/\s+/g, ' ').trim(),
    find: (words) => nodes((el) => TAPPABLE.some((name) => has(el, name)) && Boolean(el.textContent?.includes(words))),
    tap: async (target) => {
      if (!target) throw new Error('nothing to tap')
      await target.fire('tap')
    },
  }
}

/** The engine's side of a DOM element. */
const nodeOf = (dom: Element): Node => ({
  dom,
  fire: (name, detail = {}) => {
    Events.dispatchEvent((dom as unknown as { __wxElement: object }).__wxElement, Events.create(name, detail, { bubbles: true, capturePhase: true, composed: true }))
    return settled()
  },
})

export const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0))

export async function until(holds: () => boolean, what = 'it'): Promise<void> {
  const end = Date.now() + WAIT_MS
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((done) => setTimeout(done, 5))
  }
}

export function renderCard(message: { type: string }, shown: Partial<Shown> = {}): Rendered {
  const name = `${message.type.replace('_', '-')}-card`
  return render(`components/cards/${name}/${name}`, { message: { seq: 1, id: 'ms_1', sender: 'bot', created_at: null, ...message }, shown: { ...PLAINLY, ...shown } })
}
