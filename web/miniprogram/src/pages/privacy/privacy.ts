import { api, chat, consent, notices, ready, session, settings } from '@/core/app'
import { failureWords } from '@/core/failure'
import { section } from '@/core/words'
import { definePage } from '@/pages/page'
import { confirm } from '@/platform/device'

interface PrivacyPage { data: { erasing: boolean }; setData(change: object): void }

const PARTS = ['1', '2', '3', '4', '5', '6']

/** What is done with the citizen's data, and the two ways out: erasing it, and taking the consent back. */
definePage({
  words: ['app', 'privacy'],
  title: 'privacy.title',
  data: { parts: [], given: false, problem: '', erasing: false, erasure: null },

  render(this: PrivacyPage) {
    this.setData({ given: consent.given, parts: PARTS.map((n) => section(settings.script, `privacy.part.${n}`)) })
  },
  methods: {
    async erase(this: PrivacyPage) {
      const { t } = settings
      if (this.data.erasing || !(await confirm({ title: t('privacy.erase'), content: t('privacy.erase_note'), yes: t('privacy.erase_yes'), no: t('privacy.keep') }))) return
      this.setData({ erasing: true })
      chat.hold()
      try {
        await ready()
        const erasure = await api.eraseMe()
        leave()
        this.setData({ erasure, problem: '' })
      } catch (error) {
        chat.release()
        this.setData({ problem: failureWords(error, t) })
      }
      this.setData({ erasing: false })
    },
    async withdraw(this: PrivacyPage) {
      const { t } = settings
      if (!(await confirm({ title: t('privacy.withdraw'), content: t('privacy.withdraw_note'), yes: t('privacy.withdraw'), no: t('app.back') }))) return
      leave()
      consent.withdraw()
      wx.reLaunch({ url: '/pages/chat/chat' })
    },
    again() {
      wx.reLaunch({ url: '/pages/chat/chat' })
    },
  },
})

/** Nothing of the citizen stays on the phone. */
function leave(): void {
  chat.forget()
  notices.forget()
  session.leave()
  const kept = ['settings', 'consent']
  for (const key of wx.getStorageInfoSync().keys) if (!kept.includes(key)) wx.removeStorageSync(key)
}
