import { Newest, type GuideReply } from '@bangban/shared'
import { guidePage } from '@/cards/guide_page'
import type { Script } from '@/core/words'
import { intentOf } from '@/cards/shown'
import { agreed, api, chat, settings } from '@/core/app'
import { failureWords } from '@/core/failure'
import { definePage, toChat, type Query } from '@/pages/page'
import { call, copy, toast } from '@/platform/device'

interface GuidePage { data: { open: string }; setData(change: object, then?: () => void): void; render(): void; load(): Promise<void>; id: string; guide: GuideReply | null; script: Script; asked: Newest }

/** Public: needs neither consent nor session, so that a search or a friend's link can open it. */
definePage({
  words: ['app', 'guide'],
  title: 'guide.title',
  data: { loading: true, failed: '', view: null, open: '' },

  onLoad(this: GuidePage, query: Query) {
    this.id = query.id ?? ''
    this.guide = null
    this.script = settings.script
    this.asked = new Newest()
    this.setData({ open: query.section ?? '' })
    return this.load()
  },
  onUnload(this: GuidePage) {
    this.asked.end()
  },
  /** Whoever changes to other characters gets the guide in those. */
  render(this: GuidePage) {
    if (this.asked && this.script !== settings.script) return this.load()
    if (this.guide) this.setData({ loading: false, failed: '', view: guidePage(this.guide, settings.t) })
  },
  methods: {
    async load(this: GuidePage) {
      const counts = this.asked.ask()
      const first = !this.guide
      this.script = settings.script
      this.setData({ loading: first, failed: '' })
      try {
        const guide = await api.guide(this.id)
        if (!counts()) return
        this.guide = guide
        this.render()
        const { open } = this.data
        if (first && open) wx.pageScrollTo({ selector: `#section-${open}`, offsetTop: -10 })
      } catch (error) {
        if (counts() && first) this.setData({ loading: false, failed: failureWords(error, settings.t) })
      }
    },
    call(event: { currentTarget: { dataset: { number: string } } }) {
      call(event.currentTarget.dataset.number)
    },
    /** A source stands on a foreign page, which a mini-program does not open. */
    copy(event: { currentTarget: { dataset: { link: string } } }) {
      if (!event.currentTarget.dataset.link) return
      copy(event.currentTarget.dataset.link)
      toast(settings.t('chat.copied'))
    },
    /** Nothing is sent for somebody who has not agreed: he is asked in the conversation, which then does it. */
    async choose(this: GuidePage, event: { currentTarget: { dataset: { label: string; payload: string } } }) {
      const { label, payload } = event.currentTarget.dataset
      if (!(await agreed())) return wx.reLaunch({ url: `/pages/chat/chat?guide_id=${this.id}&do=${intentOf(payload)}` })
      chat.tap({ label, payload })
      toChat()
    },
    onShareAppMessage(this: GuidePage) {
      return { title: this.guide?.name ?? '', path: `/pages/guide/guide?id=${this.id}` }
    },
  },
})
