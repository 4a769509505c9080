/** Pictures of every page and card, on a phone and on a desktop, for looking at: `node e2e/shots.mjs [folder]`. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DESKTOP, launch, openChat, PHONE, settled } from './browser.mjs'

const folder = process.argv[2] ?? '.shots'
const only = process.argv[3]
await mkdir(folder, { recursive: true })
const browser = await launch()

const TALK = ['身份证', '身份证丢了', '要带什么', '要多少钱', '我要填表', '我要预约去窗口', '晕倒了没有呼吸', '系统坏了', '明天股票会涨吗', '没人在线', '给个评价', '未来', '查进度']

async function run(name, device, settings) {
  if (only && !name.includes(only)) return
  const context = await browser.newContext(device)
  await context.close()
  const chat = await openChat(browser, { device, settings })
  const { page, say } = chat
  const shot = (what, options) => page.screenshot({ path: join(folder, `${name}-${what}.png`), ...options })
  await page.waitForTimeout(500)
  await shot('01-welcome')
  let n = 2
  for (const words of TALK) {
    await say(words)
    await shot(`${String(n++).padStart(2, '0')}-${words}`)
  }
  await say('我要预约去窗口')
  if (settings?.elder) await page.locator('.days--plain .day').nth(1).click()
  await page.locator('.time:not(:disabled)').last().click()
  await settled(page)
  await shot('20-held')
  await page.locator('.actions button.btn--main').last().click()
  await settled(page)
  await shot('21-booked')
  const go = async (path, what, full = true) => {
    await page.goto(`${chat.mock.url}/#${path}`)
    await page.waitForTimeout(700)
    await shot(what, { fullPage: full })
  }
  await go('/form/fm_demo', '30-form', false)
  await shot('31-form-full', { fullPage: true })
  await page.locator('.foot .btn--main').click()
  await page.waitForTimeout(300)
  await shot('32-form-missing')
  await go('/guide/jumin-shenfenzheng-buling', '33-guide')
  await go('/appointment/ap_demo', '34-appointment')
  await go('/me', '35-me')
  await go('/privacy', '36-privacy')
  await go('/notices', '39-notices')
  await go('/guide/none', '37-failed', false)
  await page.goto(`${chat.mock.url}/#/`)
  await page.waitForTimeout(500)
  await page.locator('.bar__tools button.icon').click()
  await page.waitForTimeout(400)
  await shot('38-settings')
  await page.keyboard.press('Escape')
  await say('人工')
  await page.waitForTimeout(300)
  await shot('40-queued')
  await page.waitForTimeout(1800)
  await shot('41-agent')
  await chat.context.setOffline(true)
  await say('我还在吗')
  await shot('42-offline')
  await chat.close()
}

await run('phone', PHONE)
await run('desktop', DESKTOP)
await run('elder', PHONE, { elder: true })
await run('hant', PHONE, { script: 'zh-Hant' })
await run('contrast', PHONE, { contrast: true })
const context = await browser.newContext(PHONE)
await context.close()
await browser.close()
