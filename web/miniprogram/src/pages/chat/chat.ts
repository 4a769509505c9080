import type { Choice, FormReply } from '@bangban/shared'
import { welcomeView } from '@/cards/welcome'
import { api, begin, chat, consent, notices, session, settings, tellPlain, tellScript } from '@/core/app'
import { changesOf, rowsOf, type Row } from '@/core/rows'
import { definePage, type Query } from '@/pages/page'

interface ChatPage {
  data: { rows: Row[]; earlier: boolean; started: boolean; draft: FormReply | null }
  setData(change: object, then?: () => void): void
  onLine: (line: { isConnected: boolean }) => void
  render(): void
  start(): Promise<void>
  follow(): void
  scroll(): void
  query: Query
  lastKey: string
}

const opening = (query: Query): Choice | null => (query.guide_id ? { label: '', payload: `/choose_item${JSON.stringify({ guide_id: query.guide_id })}` } : null)

definePage({
  words: ['app', 'chat', 'shortcut', 'settings', 'me', 'consent'],
  title: 'app.name',
  signals: [chat.changed],
  data: { rows: [], hidden: 0, earlier: false, agreed: false, started: false, failed: false, loaded: false, welcome: null, draft: null, thinking: false, offline: '', anchor: '' },

  onLoad(this: ChatPage, query: Query) {
    this.query = query
    this.onLine = ({ isConnected }) => isConnected && chat.wake()
    wx.onNetworkStatusChange(this.onLine)
    this.setData({ agreed: consent.given })
    if (consent.given) return this.start()
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
      this.setData({ failed: false })
      try {
        await begin()
      } catch {
        return this.setData({ failed: true })
      }
      this.setData({ started: true })
      this.follow()
      this.setData({ draft: (await api.me().catch(() => null))?.drafts[0] ?? null })
      this.render()
    },

    /** What the link that opened the mini-program asks for. */
    follow(this: ChatPage) {
      const { next, say } = this.query
      const tap = opening(this.query)
      this.query = {}
      if (next) wx.navigateTo({ url: decodeURIComponent(next) })
      else if (say) chat.say(decodeURIComponent(say))
      else if (tap) chat.tap({ ...tap, label: settings.t('guide.do_short') })
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
      this.setData({ agreed: true })
      return this.start()
    },
    say(this: ChatPage, event: { detail: { words: string } }) {
      this.setData({ earlier: false })
      chat.say(event.detail.words)
    },
    choose(this: ChatPage, event: { detail: Choice }) {
      this.setData({ earlier: false })
      notices.offerAfter(event.detail.payload)
      chat.tap(event.detail)
    },
    picture(this: ChatPage, event: { detail: { path: string } }) {
      return chat.sendPicture(event.detail.path, settings.t('chat.picture_label'))
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
      wx.navigateTo({ url: '/pages/me/me' })
    },
  },
})
