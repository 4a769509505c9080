/** Opens a built page as WeChat does. */

import { createRequire } from 'node:module'
import { render, type Rendered } from './rendering'

const require = createRequire(import.meta.url)

export type Page = Rendered

const opened: Page[] = []

export function openPage(path: string, query: Record<string, string> = {}): Page {
  const page = render(path)
  opened.push(page)
  void page.component.instance.onLoad!(query)
  void page.component.instance.onShow!()
  return page
}

/** The mini-program is started anew: its modules forget what they knew. */
export function forget(): void {
  for (const page of opened.splice(0)) page.component.instance.onUnload!()
  for (const name of Object.keys(require.cache)) if (name.includes('/miniprogram/dist/')) delete require.cache[name]
}
