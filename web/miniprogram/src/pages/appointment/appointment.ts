import type { AppointmentMessage, Choice } from '@bangban/shared'
import { appointmentView } from '@/cards/dealings'
import { qrPicture } from '@/cards/qr'
import { PLAINLY } from '@/cards/shown'
import { addVisit } from '@/components/visit'
import { api, chat, nameOf, ready, settings } from '@/core/app'
import { failureWords } from '@/core/failure'
import { askFirst, definePage, toChat, type Query } from '@/pages/page'
import { go } from '@/platform/device'

interface VisitPage { data: object; setData(change: object): void; render(): void; load(): Promise<void>; id: string; visit: AppointmentMessage | null; name: string; brightness: number | null }

/** The newest word on it in the conversation: past ones stand only there, and it shows without a network. */
function said(id: string): AppointmentMessage | null {
  const all = chat.entries.map((e) => e.message).filter((m): m is AppointmentMessage => m.type === 'appointment' && m.appointment_id === id)
  return all[all.length - 1] ?? null
}

function dim(page: VisitPage): void {
  wx.setKeepScreenOn({ keepScreenOn: false })
  if (page.brightness != null) wx.setScreenBrightness({ value: page.brightness })
}

definePage({
  words: ['app', 'appointment', 'guide'],
  title: 'appointment.title',
  data: { loading: true, failed: '', view: null, qr: '', guide: '' },

  onLoad(this: VisitPage, query: Query) {
    this.id = query.id ?? ''
    this.visit = said(this.id)
    this.name = ''
    this.render()
    return this.load()
  },
  /** A scanner at a desk needs a bright screen, and in the queue it must not go dark. */
  onShow(this: VisitPage) {
    wx.setKeepScreenOn({ keepScreenOn: true })
    wx.getScreenBrightness({ success: ({ value }) => ((this.brightness = value), wx.setScreenBrightness({ value: Math.max(value, 0.8) })) })
  },
  onHide(this: VisitPage) {
    dim(this)
  },
  onUnload(this: VisitPage) {
    dim(this)
  },

  render(this: VisitPage) {
    if (!this.visit) return
    const view = appointmentView(this.visit, settings.t, { ...PLAINLY, script: settings.script, elder: settings.elder, name: this.name })
    this.setData({ loading: false, failed: '', view, qr: view.code ? qrPicture(view.code) : '', guide: `/pages/guide/guide?id=${this.visit.guide_id}` })
  },

  methods: {
    async load(this: VisitPage) {
      this.setData({ loading: !this.visit, failed: '' })
      try {
        if (!(await ready())) return askFirst(`/pages/appointment/appointment?id=${this.id}`)
        this.visit = (await api.me()).appointments.find((a) => a.appointment_id === this.id) ?? this.visit
        if (!this.visit) return this.setData({ loading: false, failed: settings.t('appointment.not_found') })
        this.name = await nameOf(this.visit.guide_id)
      } catch (error) {
        if (!this.visit) this.setData({ loading: false, failed: failureWords(error, settings.t) })
      }
      this.render()
    },
    /** What is done with an appointment goes on in the conversation. */
    choose(this: VisitPage, event: { currentTarget: { dataset: Choice } }) {
      const { label, payload } = event.currentTarget.dataset
      chat.tap({ label, payload })
      toChat()
    },
    calendar(this: VisitPage) {
      return this.visit && addVisit(this.visit, settings.t)
    },
    guide(this: VisitPage & { data: { guide: string } }) {
      go(this.data.guide)
    },
  },
})
