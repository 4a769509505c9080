/** A Chromium for the browser tests: `CHROMIUM` names it, else the usual places are tried. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startMock } from '@bangban/mock'
import { chromium } from 'playwright-core'

export const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export async function launch() {
  const executablePath = PLACES.find((p) => p && existsSync(p))
  return chromium.launch({ executablePath, args: FLAGS })
}

export const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, locale: 'zh-CN' }
export const DESKTOP = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, locale: 'zh-CN' }

/** A mock gateway with the built pages, and a page signed in as a sandbox citizen (or anonymous for `null`). */
export async function openChat(browser, { device = PHONE, citizen = '张伟', settings = {}, mock, ...options } = {}) {
  const context = await browser.newContext({ ...device, reducedMotion: 'reduce' })
  await context.addInitScript((saved) => {
    if (!localStorage.getItem('bangban.settings')) localStorage.setItem('bangban.settings', JSON.stringify({ elder: false, contrast: false, script: 'zh-Hans', ...saved }))
  }, settings)
  const server = mock ?? (await startMock({ pages: DIST, thinkMs: 60, ...options }))
  const page = await context.newPage()
  await page.goto(`${server.url}/`)
  if (options.demo !== false) await page.locator(citizen ? `button:has-text("${citizen}")` : '.picker__card > .btn').click()
  await page.locator('#words').waitFor()
  const say = async (words) => {
    await page.locator('#words').fill(words)
    await page.keyboard.press('Enter')
    await settled(page)
  }
  return { context, page, mock: server, say, close: async () => (await context.close(), mock || (await server.close())) }
}

/** The assistant has answered and the page stands still. */
export async function settled(page) {
  await page.waitForTimeout(120)
  await page.locator('.typing').waitFor({ state: 'detached' })
  await page.waitForTimeout(450)
}
