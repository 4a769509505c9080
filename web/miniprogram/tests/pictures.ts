/** Pictures of every card and page in `.shots/` (`npm run shots`): what the component engine rendered, drawn by Chromium at 360 px. Near what WeChat draws, not the same. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, inject, it } from 'vitest'
import * as cards from '../../mock/src/cards.mjs'
import { forget, openPage, type Page } from './opening'
import { phone } from './phone'
import { render, renderCard, until, type Rendered } from './rendering'

const OUT = join(process.cwd(), '.shots')
const WIDTH = 360
/** How WeChat draws its own elements, as far as it matters here. */
const BUILT_IN = `
* { box-sizing: border-box; } wx-view, wx-scroll-view, wx-picker { display: block; } wx-scroll-view { overflow: auto; }
wx-button { display: block; padding: 0 14px; border-radius: 5px; background: #f8f8f8; font-size: 18px; text-align: center; line-height: 2.55; cursor: pointer; }
wx-text { white-space: pre-line; } wx-image { display: inline-block; overflow: hidden; } wx-image img { width: 100%; height: 100%; object-fit: contain; }
wx-input, wx-textarea { display: block; overflow: hidden; white-space: nowrap; color: #777; } .typed { color: #1b2333; }
body { margin: 0; font-family: 'Noto Sans CJK SC', sans-serif; } .frame { padding: 12px; }`
let browser: Browser

beforeAll(async () => {
  rmSync(OUT, { recursive: true, force: true })
  mkdirSync(OUT)
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync), args: ['--no-sandbox'] })
})
afterAll(() => browser?.close())
beforeEach(() => {
  forget()
  document.head.innerHTML = ''
  phone.connect(inject('gateway'))
  phone.storage.consent = { version: 1, at: '' }
})

/** What the engine does not put into the document: pictures, and what stands in an input. */
function dress(rendered: Rendered): void {
  for (const el of rendered.root.querySelectorAll('wx-image, wx-input, wx-textarea')) {
    const given = (el as unknown as { __wxElement: { _vt?: { attrs: { name: string; value: string }[] } } }).__wxElement._vt?.attrs ?? []
    const { src, value, placeholder } = Object.fromEntries(given.map((a) => [a.name, a.value]))
    if (el.localName === 'wx-image') el.innerHTML = src ? `<img src="${src}">` : ''
    else el.innerHTML = value ? `<span class="typed">${value}</span>` : (placeholder ?? '') || '&nbsp;'
  }
}

const styles = () => [...document.querySelectorAll('style')].map((s) => s.textContent).join('\n')
const app = () => readFileSync(join(process.cwd(), 'dist/app.wxss'), 'utf8').replace('page {', ':root {')

async function picture(name: string, html: string, elder = false, height = 200): Promise<void> {
  const shown = `<!doctype html><meta charset="utf-8"><style>${BUILT_IN}${app()}${styles().replaceAll('}', '}\n')}</style><body><div class="page ${elder ? 'page--elder' : ''}">${html}</div>`
  writeFileSync(join(OUT, `${name}.html`), shown)
  const tab = await browser.newPage({ viewport: { width: WIDTH, height }, deviceScaleFactor: 1.5 })
  await tab.goto(`file://${OUT}/${name}.html`)
  await tab.screenshot({ path: join(OUT, `${name}.png`), fullPage: true })
  await tab.close()
}

const EVERY = {
  text: cards.text('请打 12345，或看 https://www.gd.gov.cn/a'), emergency: cards.emergency(), notice: cards.unavailable(), choices: cards.situation(), hello: cards.hello(), items: cards.items(),
  guide: cards.guide(), answer: cards.answer(), materials: cards.materials(), form: cards.form(), slots: cards.slots(), held: cards.appointment('held'), booked: cards.appointment('booked'),
  cancelled: cards.appointment('cancelled'), case: cards.caseCard(), queued: cards.handoff('queued', { position: 2, estimated_wait_s: 180 }), connected: cards.handoff('connected', { agent: '陈静' }),
  ticket: cards.handoff('ticket', { ticket_number: 'T20261031-007' }), rating: cards.rating(),
}

describe.each([['', false], ['elder-', true]] as const)('%s', (prefix, elder) => {
  it.each(Object.entries(EVERY))('card %s', async (name, message) => {
    const card = renderCard(message, { elder, name: '居民身份证丢失补领' })
    dress(card)
    await picture(`card-${prefix}${name}`, `<div class="frame">${card.root.innerHTML}</div>`, elder)
  })

  const shot = async (name: string, page: Page) => {
    dress(page)
    await picture(`page-${prefix}${name}`, page.root.innerHTML, elder, 720)
  }

  it('pages', async () => {
    phone.storage.settings = { elder, script: 'zh-Hans' }
    const chat = openPage('pages/chat/chat')
    await until(() => chat.text().includes('大家常办'))
    await shot('welcome', chat)
    chat.component.instance.say!({ detail: { words: '身份证丢了怎么补' } })
    await until(() => chat.text().includes('满16周岁了吗'))
    await shot('chat', chat)
    const form = openPage('pages/form/form', { id: 'fm_demo' })
    await until(() => form.text().includes('联系手机') || form.text().includes('第 1 步'))
    await form.tap(form.find(elder ? '下一步' : '核对并提交')[0])
    await shot('form', form)
    chat.component.instance.choose!({ detail: { label: '确认', payload: '/confirm_slot' } })
    await until(() => chat.text().includes('A0826'))
    const visit = openPage('pages/appointment/appointment', { id: 'ap_demo' })
    await until(() => visit.text().includes('给工作人员看'))
    await shot('appointment', visit)
    const guide = openPage('pages/guide/guide', { id: 'jumin-shenfenzheng-buling' })
    await until(() => guide.text().includes('申请材料'))
    await shot('guide', guide)
    const me = openPage('pages/me/me')
    await until(() => me.text().includes('预约 1'))
    await shot('me', me)
    const notices = openPage('pages/notices/notices')
    await until(() => notices.text().includes('电子邮件'))
    await shot('notices', notices)
    await shot('privacy', openPage('pages/privacy/privacy'))
    await picture(`page-${prefix}consent`, render('components/consent-sheet/consent-sheet', { w: chat.component.instance.data.w as object }).root.innerHTML, elder, 560)
  })
})

it('pages in traditional characters', async () => {
  for (const elder of [false, true]) {
    phone.storage.settings = { elder, script: 'zh-Hant' }
    phone.storage.consent = { version: 1, at: '' }
    for (const [name, path, query, words] of [['guide', 'guide', { id: 'jumin-shenfenzheng-buling' }, '申請材料'], ['notices', 'notices', {}, '電子郵件'], ['me', 'me', {}, '預約']] as const) {
      forget()
      const page = openPage(`pages/${path}/${path}`, query)
      await until(() => page.text().includes(words))
      dress(page)
      await picture(`page-${elder ? 'elder-' : ''}hant-${name}`, page.root.innerHTML, elder, 720)
    }
  }
})
