/** A citizen with the mini-program in his hand: what tests of pages do again and again. */

import { inject } from 'vitest'
import { forget, openPage, type Page } from './opening'
import { phone } from './phone'
import { until } from './rendering'

/** Before each test: it was never opened, the gateway runs, and he has agreed. */
export function begun(): void {
  forget()
  phone.connect(inject('gateway'))
  phone.storage.consent = { version: 1, at: '' }
}

export const sent = (page: Page, words: string) => page.component.instance.say!({ detail: { words } })
export const shows = (page: Page, words: string) => until(() => page.text().includes(words), words)
export const asked = (method: string, path: string) => phone.asked.filter((a) => a.method === method && a.path.startsWith(path))

export async function chatPage(query: Record<string, string> = {}): Promise<Page> {
  const page = openPage('pages/chat/chat', query)
  await until(() => page.component.instance.data.started === true, 'the conversation')
  return page
}
