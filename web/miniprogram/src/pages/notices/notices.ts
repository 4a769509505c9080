import { Newest, type NoticeSettings, type NoticeTopic } from '@bangban/shared'
import { noticeSettings } from '@/cards/notice_settings'
import { api, ready, settings } from '@/core/app'
import { failureWords } from '@/core/failure'
import { askFirst, definePage } from '@/pages/page'

interface NoticesPage {
  data: { busy: boolean }
  setData(change: object): void
  render(): void
  load(): Promise<void>
  ask(call: () => Promise<NoticeSettings>): Promise<boolean>
  asked: Newest
  told: NoticeSettings | null
  changing: boolean
  address: string
  code: string
}

const CODE_LENGTH = 6

/** What the citizen is told outside of the conversation: each way with a switch per topic, and where his mail goes. */
definePage({
  words: ['app', 'notices'],
  title: 'notices.title',
  data: { loading: true, failed: '', wrong: '', busy: false, view: null, canSend: false, canConfirm: false },

  onLoad(this: NoticesPage) {
    this.asked = new Newest()
    this.told = null
    this.changing = false
    this.address = this.code = ''
    return this.load()
  },
  onUnload(this: NoticesPage) {
    this.asked.end()
  },
  render(this: NoticesPage) {
    if (this.told) this.setData({ loading: false, failed: '', view: noticeSettings(this.told, this.changing, settings.t) })
  },

  methods: {
    async load(this: NoticesPage) {
      this.setData({ loading: !this.told, failed: '' })
      const counts = this.asked.ask()
      try {
        if (!(await ready())) return askFirst('/pages/notices/notices')
        const told = await api.notices()
        if (!counts()) return
        this.told = told
        this.render()
      } catch (error) {
        if (counts()) this.setData({ loading: false, failed: failureWords(error, settings.t) })
      }
    },
    /** One thing at a time; what the server answers is what is shown, and a refusal leaves everything as it was. */
    async ask(this: NoticesPage, call: () => Promise<NoticeSettings>): Promise<boolean> {
      if (this.data.busy) return false
      const counts = this.asked.ask()
      this.setData({ busy: true, wrong: '' })
      try {
        const told = await call()
        if (counts()) this.told = told
        return counts()
      } catch (error) {
        if (counts()) this.setData({ wrong: failureWords(error, settings.t) })
        return false
      } finally {
        if (counts()) {
          this.setData({ busy: false })
          this.render()
        }
      }
    },
    flip(this: NoticesPage, event: { currentTarget: { dataset: { way: string; topic: NoticeTopic; on: boolean } } }) {
      const { way, topic, on } = event.currentTarget.dataset
      return this.ask(() => api.switchNotices({ [way]: { [topic]: !on } }))
    },
    typed(this: NoticesPage, event: { currentTarget: { dataset: { name: 'address' | 'code' } }; detail: { value: string } }) {
      this[event.currentTarget.dataset.name] = event.detail.value.trim()
      this.setData({ canSend: this.address.includes('@'), canConfirm: this.code.length === CODE_LENGTH })
    },
    async send(this: NoticesPage) {
      if (!this.address.includes('@') || !(await this.ask(() => api.askMailCode(this.address)))) return
      this.changing = false
      this.code = ''
      this.setData({ canConfirm: false })
      this.render()
    },
    async confirm(this: NoticesPage) {
      if (this.code.length === CODE_LENGTH) await this.ask(() => api.confirmMail(this.code))
    },
    change(this: NoticesPage) {
      this.changing = true
      this.address = ''
      this.setData({ canSend: false, wrong: '' })
      this.render()
    },
    forget(this: NoticesPage) {
      return this.ask(() => api.forgetMail())
    },
  },
})
