import { simplifiedWords } from '@bangban/shared/locale'
import { createI18n } from 'vue-i18n'
import own from './locale/zh-Hans.json'

export const words = { ...simplifiedWords, ...own, error: { ...simplifiedWords.error, ...own.error } }
export const i18n = createI18n({ legacy: false, locale: 'zh-Hans', fallbackLocale: 'zh-Hans', messages: { 'zh-Hans': words } })
