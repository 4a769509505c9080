/** The one connection to the gateway, and the token it carries. */

import { browserStore, CitizenApi, Http } from '@bangban/shared'

export const store = browserStore('bangban.')

/** What stays on the device when its citizen has had everything erased: how he reads, and what the desk's pages of the same address keep. */
export function forgetPerson(): void {
  store.keepOnly((key) => key === 'settings' || key.startsWith('desk.'))
}

export const credentials = {
  token: null as string | null,
  language: 'zh-Hans',
}

export const api = new CitizenApi(new Http({ token: () => credentials.token, language: () => credentials.language }))

export function streamUrl(after: number): string {
  const url = new URL('/api/chat/stream', location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  url.searchParams.set('token', credentials.token ?? '')
  url.searchParams.set('after', String(after))
  return url.href
}
