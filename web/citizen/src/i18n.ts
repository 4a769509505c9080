/** Words of the pages: simplified at once, traditional when asked for. */

import { simplifiedWords, traditionalWords, type Script } from '@bangban/shared/locale'
import { createI18n } from 'vue-i18n'
import simplified from './locale/zh-Hans.json'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-Hans',
  fallbackLocale: 'zh-Hans',
  messages: { 'zh-Hans': { ...simplifiedWords, ...simplified } },
})

let wanted: Script = 'zh-Hans'

export async function useScript(script: Script): Promise<void> {
  wanted = script
  if (script === 'zh-Hant' && !(i18n.global.availableLocales as string[]).includes('zh-Hant')) {
    const [shared, own] = await Promise.all([traditionalWords(), import('./locale/zh-Hant.json')])
    i18n.global.setLocaleMessage('zh-Hant' as never, { ...shared, ...own.default } as never)
  }
  if (script !== wanted) return // the reader has changed his mind while the words were on their way
  ;(i18n.global.locale as unknown as { value: string }).value = script
}
