import { Newest, type Choice, type Mine } from '@bangban/shared'
import { PLAINLY } from '@/cards/shown'
import { api, chat, nameOf, notices, ready, session, settings } from '@/core/app'
import { failureWords } from '@/core/failure'
import { askFirst, definePage, toChat, type Query } from '@/pages/page'
import { go, pickOne, toast } from '@/platform/device'

type Tab = 'appointments' | 'cases' | 'drafts'
interface MePage { setData(change: object): void; render(): void; load(): Promise<void>; mine: Mine | null; asked: Newest; tab: Tab | null; demo: { id: string; display_name: string }[] }

const TABS: Tab[] = ['appointments', 'cases', 'drafts']

/** What has to do with the citizen: appointments, cases, forms begun. */
definePage({
  words: ['app', 'me', 'notices', 'privacy'],
  title: 'me.title',
  data: { loading: true, failed: '', tab: '', tabs: [], name: '', note: '', list: [], shown: [], empty: '', isDemo: false },

  onLoad(this: MePage, query: Query) {
    this.mine = null
    this.asked = new Newest()
    this.demo = []
    this.tab = TABS.find((key) => key === query.tab) ?? null
    return this.load()
  },
  /** Back from the form or the conversation, where something may have changed. */
  onShow(this: MePage) {
    if (this.mine) return this.load()
  },

  render(this: MePage) {
    const mine = this.mine
    if (!mine) return
    const { t, script, elder } = settings
    const tab = this.tab ?? TABS.find((k) => mine[k].length) ?? 'appointments'
    const shown = mine[tab].map((one) => ({ ...PLAINLY, script, elder, name: chat.names[one.guide_id] ?? '' }))
    this.setData({
      loading: false,
      failed: '',
      tab,
      tabs: TABS.map((key) => ({ key, label: t(`me.${key}`, { n: mine[key].length }) })),
      name: mine.citizen.display_name,
      note: t(mine.citizen.verified ? 'me.verified' : session.wechat ? 'me.wechat_note' : 'me.anonymous_note'),
      list: mine[tab],
      shown,
      empty: mine[tab].length ? '' : t(`me.no_${tab}`),
      isDemo: this.demo.length > 0,
    })
  },

  methods: {
    async load(this: MePage) {
      this.setData({ loading: !this.mine, failed: '' })
      const counts = this.asked.ask()
      try {
        if (!(await ready())) return askFirst('/pages/me/me')
        const mine = await api.me()
        const ids = [...mine.appointments, ...mine.cases].map((one) => one.guide_id)
        const [demo] = await Promise.all([session.demo(), ...[...new Set(ids)].map(nameOf)])
        if (!counts()) return
        this.mine = mine
        this.demo = demo
        this.render()
      } catch (error) {
        if (!counts()) return
        const words = failureWords(error, settings.t)
        if (this.mine) toast(words) // what was there stays
        else this.setData({ loading: false, failed: words })
      }
    },
    async onPullDownRefresh(this: MePage) {
      await this.load()
      wx.stopPullDownRefresh()
    },
    pick(this: MePage, event: { currentTarget: { dataset: { tab: Tab } } }) {
      this.tab = event.currentTarget.dataset.tab
      this.render()
    },
    /** What is done with an appointment goes on in the conversation. */
    choose(event: { detail: Choice }) {
      chat.tap(event.detail)
      toChat()
    },
    notices() {
      go('/pages/notices/notices')
    },
    privacy() {
      go('/pages/privacy/privacy')
    },
    /** In a demo: somebody else. What a visitor began comes along. */
    async another(this: MePage) {
      const index = await pickOne([...this.demo.map((one) => one.display_name), settings.t('picker.anonymous')])
      if (index === null) return
      try {
        this.asked.end()
        await session.become(this.demo[index]?.id ?? null)
        chat.forget()
        notices.forget()
        wx.reLaunch({ url: '/pages/chat/chat' })
      } catch (error) {
        this.setData({ failed: failureWords(error, settings.t) })
      }
    },
  },
})
