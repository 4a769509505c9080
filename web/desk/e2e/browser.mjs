/** A Chromium with a mock gateway and the built desk: `CHROMIUM` names the browser, else the usual places are tried. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startMock } from '@bangban/mock'
import { chromium } from 'playwright-core'

export const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const WIDE = { viewport: { width: 1440, height: 900 }, locale: 'zh-CN' }
export const NARROW = { viewport: { width: 1280, height: 800 }, locale: 'zh-CN' }
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, locale: 'zh-CN' }

export async function launch() {
  return chromium.launch({ executablePath: PLACES.find((p) => p && existsSync(p)), args: FLAGS })
}

/** The built desk behind a mock gateway, at the sign-in page; `problems` collects what the browser complains about. */
export async function openDesk(browser, device = WIDE, { path = '/desk/', mock } = {}) {
  const server = mock ?? (await startMock({ deskPages: DIST, pages: null }))
  const context = await browser.newContext(device)
  const page = await context.newPage()
  const problems = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()))
  page.on('request', (request) => new URL(request.url()).origin === server.url || request.url().startsWith('data:') || problems.push(`outside: ${request.url()}`))
  await page.goto(server.url + path)
  const login = async (username) => {
    await page.locator('#username').fill(username)
    await page.locator('#password').fill('demo')
    await page.keyboard.press('Enter')
    await page.locator('.bar').waitFor()
  }
  const tell = (body) => fetch(`${server.url}/__mock/desk`, { method: 'POST', body: JSON.stringify(body) })
  return { page, context, mock: server, problems, login, tell, close: async () => (await context.close(), mock || (await server.close())) }
}
