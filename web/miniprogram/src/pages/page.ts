/** What every page is: words in the reader's script, elder mode as a class, a title, and subscriptions that end with the page. Pages are components, so that tests can render them. */

import { settings } from '@/core/app'
import { section, type Script } from '@/core/words'
import type { Signal } from '@/core/signal'

export type Query = Record<string, string | undefined>
interface PageInstance { data: Record<string, unknown>; setData(change: object): void; stops?: (() => void)[] }

export interface PageParts {
  /** Parts of the catalogue that the markup names as `w.<part>.<key>`. */
  words: string[]
  /** The key of the title. */
  title: string
  data?: object
  /** What the page listens to beside the settings. */
  signals?: Signal[]
  onLoad?: (this: never, query: Query) => unknown
  onShow?: (this: never) => unknown
  onHide?: (this: never) => unknown
  onUnload?: (this: never) => unknown
  /** Draws the page anew: called when the settings or a signal changed, never before `onLoad`. */
  render?: (this: never) => unknown
  methods?: Record<string, (this: never, ...args: never[]) => unknown>
}

const wordsOf = (script: Script, parts: string[]) => Object.fromEntries(parts.map((part) => [part, section(script, part)]))

export function definePage(parts: PageParts): void {
  function dress(page: PageInstance): void {
    const title = settings.t(parts.title)
    page.setData({ w: wordsOf(settings.script, parts.words), elder: settings.elder, pageClass: settings.elder ? 'page--elder elder' : '' })
    wx.setNavigationBarTitle({ title })
    parts.render?.call(page as never)
  }
  const options = {
    data: { w: {}, elder: false, pageClass: '', ...parts.data },
    methods: {
      ...parts.methods,
      ...(parts.render && { render: parts.render }),
      onLoad(this: PageInstance, query: Query) {
        this.stops = [settings.changed.subscribe(() => dress(this)), ...(parts.signals ?? []).map((signal) => signal.subscribe(() => parts.render?.call(this as never)))]
        dress(this)
        return parts.onLoad?.call(this as never, query)
      },
      onShow(this: PageInstance) {
        return parts.onShow?.call(this as never)
      },
      onHide(this: PageInstance) {
        return parts.onHide?.call(this as never)
      },
      onUnload(this: PageInstance) {
        for (const stop of this.stops ?? []) stop()
        return parts.onUnload?.call(this as never)
      },
    },
  }
  Component(options as never)
}

/** Back to the conversation, wherever this page was opened from. */
export function toChat(): void {
  const pages = getCurrentPages()
  const at = pages.map((p) => p.route).lastIndexOf('pages/chat/chat')
  if (at >= 0) wx.navigateBack({ delta: pages.length - 1 - at })
  else wx.reLaunch({ url: '/pages/chat/chat' })
}

/** Somebody who opened this page by a link and has not agreed yet is asked in the conversation first, and comes back here. */
export function askFirst(url: string): void {
  wx.reLaunch({ url: `/pages/chat/chat?next=${encodeURIComponent(url)}` })
}
