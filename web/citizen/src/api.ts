/** The one connection to the gateway, and the token it carries. */

import { browserStore, CitizenApi, Http } from '@bangban/shared'

export const store = browserStore('bangban.')

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
