/** Asks whether WeChat may tell the citizen later. To be called within a tap; what he answers never holds up what he was doing. */

import { config, type Notifiable } from '@/config'

export function offerNotice(...about: Notifiable[]): Promise<void> {
  const ids = about.map((kind) => config.templates[kind]).filter(Boolean)
  if (!ids.length) return Promise.resolve()
  return new Promise((done) => wx.requestSubscribeMessage({ tmplIds: ids, complete: () => done() }))
}

/** What can happen after a tap on a button of the conversation, by its intent. */
const ABOUT: Record<string, Notifiable> = { confirm_slot: 'appointment', submit_form: 'case', human: 'ticket' }

export function offerNoticeAfter(payload: string): void {
  const kind = ABOUT[/^\/(\w+)/.exec(payload)?.[1] ?? '']
  if (kind) void offerNotice(kind)
}
