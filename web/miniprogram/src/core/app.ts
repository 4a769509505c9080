/** The one of each that all pages share. */

import { ApiError, CitizenApi } from '@bangban/shared'
import { config } from '@/config'
import { loginCode } from '@/platform/device'
import { Http } from '@/platform/http'
import { askForNotices } from '@/platform/notify'
import { wantsAgreement } from '@/platform/privacy'
import { phoneStore } from '@/platform/store'
import type { Api } from './api'
import { Chat } from './chat'
import { Consent } from './consent'
import { Notices } from './notices'
import { SessionKeeper } from './session'
import { Settings } from './settings'

const phone = wx.getAppBaseInfo?.()
export const settings = new Settings(phoneStore, phone?.language ?? 'zh_CN', phone?.fontSizeSetting)
export const consent = new Consent(phoneStore, config.privacyVersion)
export const api: Api = new CitizenApi(new Http({ base: config.baseUrl, token: () => session.token, language: () => settings.script }))
export const session = new SessionKeeper({ api, store: phoneStore, loginCode, allowed: () => consent.given })
export const chat = new Chat({ api, store: phoneStore, session })
export const notices = new Notices({ api, store: phoneStore, ask: askForNotices })

/** Opens the session and the conversation, once the citizen has agreed. */
export async function begin(): Promise<void> {
  await session.start()
  if (session.fresh) {
    session.fresh = false
    if (settings.script === 'zh-Hant') tellScript()
    if (settings.elder) tellPlain()
  }
  if (session.wechat) void notices.load()
  await chat.start()
}

/** Whether he has agreed, to our notice and in WeChat's record. */
export async function agreed(): Promise<boolean> {
  return consent.given && !(await wantsAgreement())
}

let known = false

/** For a page that may be opened by a link of its own: a session that the gateway knows. False where the citizen has not agreed yet. */
export async function ready(): Promise<boolean> {
  if (!(await agreed())) return false
  if (!session.token) await session.start()
  if (!known && !chat.loaded) {
    await check()
    if (session.wechat) void notices.load()
  }
  known = true
  return true
}

/** A token from an earlier visit may have run out; the conversation finds out by itself. */
async function check(): Promise<void> {
  try {
    await api.me()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    await session.renew()
  }
}

const named: Record<string, string> = {}

/** The name of an item that a card mentions by its id, in the reader's characters: asked for once, else as the conversation has it. */
export async function nameOf(guideId: string): Promise<string> {
  const key = `${settings.script} ${guideId}`
  try {
    return (chat.names[guideId] = named[key] ??= (await api.guide(guideId)).name)
  } catch {
    return chat.names[guideId] ?? '' // the card does without it
  }
}

export function tellPlain(): void {
  chat.tell({ label: settings.t('settings.say_plain'), payload: '/simplify' })
}

export function tellScript(): void {
  const name = settings.script === 'zh-Hant' ? 'use_traditional' : 'use_simplified'
  chat.tell({ label: settings.t(`settings.${name}`), payload: `/${name}` })
}
