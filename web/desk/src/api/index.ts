/** The one connection to the gateway, and the token it carries. The token lives as long as the browser's tab. */

import { browserStore, Http } from '@bangban/shared'
import { DeskApi } from './desk_api'
import { EditorApi } from './editor_api'

export const store = browserStore('bangban.desk.', tabStorage())
export const settingsStore = browserStore('bangban.desk.')
export const credentials = { token: null as string | null }
const http = new Http({ token: () => credentials.token, language: () => 'zh-Hans' })
export const api = new DeskApi(http)
export const editor = new EditorApi(http)

export function streamUrl(): string {
  const url = new URL('/api/desk/stream', location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  url.searchParams.set('token', credentials.token ?? '')
  return url.href
}

function tabStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage
  } catch {
    return undefined
  }
}
