import { ApiError, type CaseMessage, type FormField } from '@bangban/shared'
import { fieldView } from '@/cards/fields'
import { PLAINLY } from '@/cards/shown'
import { fieldLine } from '@/cards/values'
import { takePicture } from '@/components/asking'
import { api, nameOf, notices, ready, session, settings } from '@/core/app'
import { Draft } from '@/core/draft'
import { failureWords } from '@/core/failure'
import { askFirst, definePage, toChat, type Query } from '@/pages/page'
import { toast, warnBeforeLeaving } from '@/platform/device'

interface FormPage {
  data: { step: number; asked: boolean; reviewing: boolean; submitting: boolean }
  setData(change: object): void
  render(): void
  load(): Promise<void>
  goTo(field: FormField): void
  draft: Draft
  onLine: (line: { isConnected: boolean }) => void
  id: string
  name: string
  /** A second tap on a step of the form, while the first is still saving or right after it, is the same tap. */
  stepping: boolean
  steppedAt: number
}

/** Two taps within this time are one: the second was meant for the screen before. */
const SAME_TAP_MS = 400

/** In elder mode one field a screen; the first shows what is already known. */
const knownStep = (draft: Draft) => (draft.locked.length ? 1 : 0)
const stepsOf = (draft: Draft) => draft.open.length + knownStep(draft)

function errorOf(draft: Draft, field: FormField, asked: boolean): string {
  return draft.errors[field.name] || (asked && draft.lacks(field) ? settings.t('form.needed', { label: field.label }) : '')
}

function stateOf(draft: Draft, asked: boolean): string {
  if (draft.saving === 'waiting') return settings.t('form.waiting')
  if (draft.saving === 'saving') return settings.t('form.saving')
  return asked && draft.wanting.length ? settings.t('form.todo', { count: draft.wanting.length }) : settings.t('form.autosave')
}

definePage({
  words: ['app', 'form'],
  title: 'form.card_title',
  data: { loading: true, failed: '', title: '', submitted: false, byStep: false, step: 0, steps: 0, stepWords: '', known: [], fields: [], all: [], state: '', asked: false, reviewing: false, submitting: false, problem: '', done: null, shown: null },

  async onLoad(this: FormPage, query: Query) {
    this.id = query.id ?? ''
    this.name = ''
    const { era } = session
    this.draft = new Draft(this.id, api, () => settings.t, () => session.era === era)
    this.stepping = false
    this.steppedAt = 0
    this.draft.changed.subscribe(() => this.render())
    this.onLine = ({ isConnected }) => void (isConnected && this.draft.retry())
    wx.onNetworkStatusChange(this.onLine)
    await this.load()
  },
  onHide(this: FormPage) {
    void this.draft.keep()
  },
  onUnload(this: FormPage) {
    wx.offNetworkStatusChange(this.onLine as () => void)
    void this.draft.keep()
  },

  render(this: FormPage) {
    const draft = this.draft
    const form = draft?.form
    if (!form) return draft?.failed ? this.setData({ loading: false, failed: draft.failed }) : undefined
    const { t, elder, script } = settings
    const { asked, step } = this.data
    warnBeforeLeaving(draft.saving === 'waiting' ? t('form.unsaved') : '')
    const byStep = elder && form.state !== 'submitted' && stepsOf(draft) > 0
    const view = (f: FormField) => fieldView(f, draft.typed[f.name] ?? '', errorOf(draft, f, asked), t, draft.saving === 'saving', session.wechat)
    const current = draft.open[step - knownStep(draft)]
    this.setData({
      loading: false,
      failed: '',
      title: form.title || this.name || t('form.card_title'),
      submitted: form.state === 'submitted',
      byStep,
      steps: stepsOf(draft),
      stepWords: t('form.step', { n: step + 1, total: stepsOf(draft) }),
      known: !byStep || !current ? draft.locked.map((f) => fieldLine(f, t)) : [],
      fields: (byStep ? (current ? [current] : []) : draft.open).map(view),
      all: form.fields.map((f) => fieldLine(f, t)),
      state: stateOf(draft, asked),
      shown: { ...PLAINLY, elder, script, name: this.name },
    })
  },

  methods: {
    async load(this: FormPage) {
      this.setData({ loading: true, failed: '' })
      try {
        if (!(await ready())) return askFirst(`/pages/form/form?id=${this.id}`)
      } catch (error) {
        return this.setData({ loading: false, failed: failureWords(error, settings.t) })
      }
      await this.draft.load()
      if (this.draft.form && !this.draft.form.title) this.name = await nameOf(this.draft.form.guide_id)
      this.render()
    },
    typed(this: FormPage, { detail }: { detail: { name: string; value: string } }) {
      this.draft.type(detail.name, detail.value)
    },
    save(this: FormPage, { detail }: { detail: { name: string; value: string } }) {
      this.draft.type(detail.name, detail.value)
      return this.draft.save(detail.name)
    },
    async picture(this: FormPage, { detail }: { detail: { name: string } }) {
      const path = await takePicture(settings.t)
      if (path) await this.draft.attach(detail.name, path)
    },
    phone(this: FormPage, { detail }: { detail: { name: string; code: string } }) {
      return this.draft.usePhone(detail.name, detail.code)
    },
    /** WeChat would not give the number, through no doing of his. */
    nophone() {
      toast(settings.t('form.no_wechat_phone'))
    },
    previous(this: FormPage) {
      this.setData({ step: Math.max(0, this.data.step - 1), asked: false })
      this.render()
    },
    async next(this: FormPage & { check(): void }) {
      const field = this.draft.open[this.data.step - knownStep(this.draft)]
      if (this.stepping || Date.now() - this.steppedAt < SAME_TAP_MS) return
      if (field) {
        this.stepping = true
        await this.draft.save(field.name)
        this.stepping = false
        this.setData({ asked: true })
        if (errorOf(this.draft, field, true)) return this.render()
      }
      if (this.data.step >= stepsOf(this.draft) - 1) return this.check()
      this.setData({ asked: false, step: this.data.step + 1 })
      this.render()
      this.steppedAt = Date.now() // the next screen is there from now on
    },
    check(this: FormPage) {
      this.setData({ asked: true, problem: '' })
      const first = this.draft.wanting[0]
      if (first) this.goTo(first)
      else this.setData({ reviewing: true })
      this.render()
    },
    goTo(this: FormPage, field: FormField) {
      if (settings.elder) this.setData({ step: this.draft.open.indexOf(field) + knownStep(this.draft) })
      else wx.pageScrollTo({ selector: `#field-${field.name}`, offsetTop: -40 })
    },
    change(this: FormPage) {
      this.setData({ reviewing: false })
    },
    async submit(this: FormPage) {
      if (this.data.submitting) return
      this.setData({ submitting: true, problem: '' })
      await notices.offer('submitting')
      try {
        const done: CaseMessage = await this.draft.submit()
        this.setData({ done, reviewing: false })
        wx.pageScrollTo({ scrollTop: 0 })
      } catch (error) {
        const nameless = error instanceof ApiError && error.code === 'forms.verification_needed'
        this.setData({ problem: failureWords(error, settings.t) + (nameless ? settings.t('form.anonymous_note') : '') })
      } finally {
        this.setData({ submitting: false })
      }
    },
    back: toChat,
  },
})
