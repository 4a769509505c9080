import type { Choice, FormReply } from '@bangban/shared'
import { welcomeView } from '@/cards/welcome'
import { takePicture } from '@/components/asking'
import { agreed, api, begin, chat, consent, notices, session, settings, tellPlain, tellScript } from '@/core/app'
import { changesOf, rowsOf, type Row } from '@/core/rows'
import { definePage, type Query } from '@/pages/page'
import { go } from '@/platform/device'

interface ChatPage {
  data: { rows: Row[]; earlier: boolean; opening: boolean; started: boolean; draft: FormReply | null }
  setData(change: object, then?: () => void): void
  onLine: (line: { isConnected: boolean }) => void
  render(): void
  start(): Promise<void>
  follow(): void
  scroll(): void
  query: Query
  lastKey: string
}

/** What a link may ask to be done with the item of its `guide_id`, and the words for it. */
const DEEDS: Record<string, string> = { choose_item: 'guide.do_short', start_form: 'guide.fill_short', start_booking: 'guide.book_short' }

function opening({ guide_id, do: asked = '' }: Query): Choice | null {
  const deed = asked in DEEDS ? asked : 'choose_item'
  return guide_id ? { label: settings.t(DEEDS[deed]!), payload: `/${deed}${JSON.stringify({ guide_id })}` } : null
}

definePage({
  words: ['app', 'chat', 'shortcut', 'settings', 'me', 'consent'],
  title: 'app.name',
  signals: [chat.changed],
  data: { rows: [], hidden: 0, earlier: false, asks: false, opening: false, started: false, failed: false, loaded: false, welcome: null, draft: null, thinking: false, offline: '', anchor: '' },

  async onLoad(this: ChatPage, query: Query) {
    this.query = query
    this.onLine = ({ isConnected }) => isConnected && chat.wake()
    wx.onNetworkStatusChange(this.onLine)
    if (await agreed()) return this.start()
    this.setData({ asks: true })
  },
  onShow(this: ChatPage) {
    if (this.data.started) return chat.loaded ? chat.wake() : this.start()
  },
  onHide() {
    chat.sleep()
  },
  onUnload(this: ChatPage) {
    wx.offNetworkStatusChange(this.onLine as () => void)
    chat.sleep()
  },

  render(this: ChatPage) {
    const { t, script, elder } = settings
    const visible = chat.visible
    const { rows, hidden } = rowsOf(visible, { t, script, elder, owner: chat.owner, names: chat.names, earlier: this.data.earlier })
    const waiting = chat.waitingCount
    this.setData({
      ...changesOf(this.data.rows, rows),
      hidden,
      loaded: chat.loaded,
      welcome: chat.loaded && !visible.length ? welcomeView(session.citizen, this.data.draft, t) : null,
      thinking: chat.thinking,
      offline: chat.link !== 'offline' ? '' : waiting ? t('chat.offline_waiting', { n: waiting }) : t('chat.offline'),
    })
    this.scroll()
  },

  methods: {
    async start(this: ChatPage) {
      if (this.data.opening) return
      this.setData({ failed: false, opening: true })
      try {
        await begin()
      } catch {
        return this.setData({ failed: true, opening: false })
      }
      this.setData({ started: true, opening: false })
      this.follow()
      this.setData({ draft: (await api.me().catch(() => null))?.drafts[0] ?? null })
      this.render()
    },

    /** What the link that opened the mini-program asks for. */
    follow(this: ChatPage) {
      const { next, say } = this.query
      const tap = opening(this.query)
      this.query = {}
      if (next) go(decodeURIComponent(next))
      else if (say) chat.say(decodeURIComponent(say))
      else if (tap) chat.tap(tap)
    },

    /** A long answer is read from its beginning: the citizen's own words go to the top when he has spoken. */
    scroll(this: ChatPage) {
      const rows = this.data.rows
      const mine = rows.filter((r) => r.mine)
      const last = mine[mine.length - 1] ?? rows[rows.length - 1]
      const key = `${last?.key} ${rows.length}`
      if (!last || key === this.lastKey) return
      this.lastKey = key
      this.setData({ anchor: '' }, () => this.setData({ anchor: last.anchor }))
    },

    agree(this: ChatPage) {
      consent.give()
      this.setData({ asks: false })
      return this.start()
    },
    say(this: ChatPage, event: { detail: { words: string } }) {
      this.setData({ earlier: false })
      chat.say(event.detail.words)
    },
    /** An example of the greeting, which stands only where nothing was said yet: the second tap finds something said. */
    example(this: ChatPage, event: { detail: { words: string } }) {
      if (!chat.visible.length) chat.say(event.detail.words)
    },
    choose(this: ChatPage, event: { detail: Choice }) {
      this.setData({ earlier: false })
      notices.offerAfter(event.detail.payload)
      chat.tap(event.detail)
    },
    async picture() {
      const path = await takePicture(settings.t)
      if (path) await chat.sendPicture(path, settings.t('chat.picture_label'))
    },
    again(this: ChatPage, event: { detail: { id: string } }) {
      chat.again(event.detail.id)
    },
    discard(this: ChatPage, event: { detail: { id: string } }) {
      chat.discard(event.detail.id)
    },
    earlier(this: ChatPage) {
      this.setData({ earlier: true })
      this.render()
    },
    elder() {
      settings.set({ elder: !settings.elder })
      if (settings.elder) tellPlain()
    },
    script() {
      settings.set({ script: settings.script === 'zh-Hans' ? 'zh-Hant' : 'zh-Hans' })
      tellScript()
    },
    me() {
      go('/pages/me/me')
    },
  },
})
