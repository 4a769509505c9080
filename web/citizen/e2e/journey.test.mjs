/** The main job in a real browser against the mock gateway, and WCAG 2.1 AA by axe on every page and card: `npm run e2e`. */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { DESKTOP, launch, openChat, settled } from './browser.mjs'

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** No rule of WCAG 2.1 A or AA is broken on what is shown now, and nothing sticks out sideways. */
async function sound(page, where) {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  const found = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? n.failureSummary}`).join(' | ')}`)
  assert.deepEqual(found, [], where)
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where} is wider than the screen`)
}

const mine = (page) => page.locator('[data-sender="citizen"]').allTextContents()
const sends = (mock) => mock.world.calls.filter((c) => c.route === 'POST /api/chat/messages').map((c) => JSON.parse(c.body))

test('from one sentence to a booked visit, by touch alone', async () => {
  const { page, say, close } = await openChat(browser)
  await say('我身份证丢了')
  await page.getByRole('button', { name: '已满16周岁' }).click()
  await settled(page)
  assert.ok(await page.getByRole('region', { name: '申请材料' }).isVisible())
  await page.getByText('先了解别的，或者直接去办').first().click()
  await page.getByRole('button', { name: '预约去窗口' }).click()
  await settled(page)
  await page.locator('.time:not(:disabled)').first().click()
  await settled(page)
  await page.getByRole('button', { name: '确认预约' }).click()
  await settled(page)
  await page.getByRole('link', { name: '出示预约码' }).click()
  await page.locator('.qr img').waitFor()
  assert.equal(await page.locator('.code').textContent(), 'A0826')
  await sound(page, 'appointment')
  await close()
})

test('the form is filled on its page and submitted', async () => {
  const { page, mock, close } = await openChat(browser)
  await page.goto(`${mock.url}/#/form/fm_demo`)
  await page.locator('#field-phone').fill('123')
  await page.locator('#field-phone').blur()
  await page.getByText('手机号应是11位数字').waitFor()
  await sound(page, 'form with an error')
  await page.locator('#field-phone').fill('13900139000')
  await page.locator('#field-lost_date').fill('2026-10-01')
  await page.getByLabel('遗失').check()
  await page.getByLabel('否').check()
  await page.locator('#field-delivery_address').fill('天河区石牌街道体育西路1号')
  await page.getByRole('button', { name: '核对并提交' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('天河区石牌街道体育西路1号', { exact: true }).waitFor()
  await sound(page, 'summary')
  await sheet.getByRole('button', { name: '确认提交' }).click()
  await page.getByText('提交成功').waitFor()
  await sound(page, 'submitted')
  await close()
})

test('what is said offline is kept over a reload and sent once', async () => {
  const { page, context, mock, close } = await openChat(browser)
  await context.setOffline(true)
  await page.locator('#words').fill('身份证丢了')
  await page.keyboard.press('Enter')
  await page.getByText('1 条消息会在联网后自动发送').waitFor()
  await context.setOffline(false)
  await page.reload()
  await page.getByRole('region', { name: '居民身份证丢失补领' }).waitFor()
  assert.deepEqual(await mine(page).then((list) => list.length), 1)
  assert.equal(new Set(sends(mock).map((m) => m.client_message_id)).size, 1)
  await close()
})

test('a failing server is tried again under the same id, and the citizen sees one message', async () => {
  const { page, mock, close } = await openChat(browser)
  mock.world.fail = { times: 2, status: 503 }
  await page.locator('#words').fill('要多少钱')
  await page.keyboard.press('Enter')
  await page.getByText('丢失补领工本费').waitFor()
  assert.equal(sends(mock).length, 3)
  assert.equal(new Set(sends(mock).map((m) => m.client_message_id)).size, 1)
  assert.equal((await mine(page)).length, 1)
  await close()
})

test('messages of an agent come over the socket, and by long-poll where there is none', async () => {
  for (const sockets of [true, false]) {
    const { page, say, mock, close } = await openChat(browser)
    mock.world.sockets = sockets
    mock.world.drop()
    await page.waitForTimeout(sockets ? 1500 : 4500)
    await say('人工')
    await page.getByText('我是帮办员陈静').waitFor({ timeout: 15_000 })
    await say('谢谢')
    await page.getByRole('button', { name: '非常满意', exact: true }).waitFor({ timeout: 15_000 })
    await close()
  }
})

test('history comes back after a reload, and a lost session is replaced without losing words', async () => {
  const { page, say, mock, close } = await openChat(browser)
  await say('要多少钱')
  await page.reload()
  await page.getByText('丢失补领工本费').waitFor()
  for (const token of mock.world.sessions.keys()) mock.world.sessions.delete(token)
  await page.locator('#words').fill('要带什么')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: '申请材料' }).waitFor()
  assert.equal(mock.world.sessions.size, 1)
  await close()
})

test('a picture is shown at once and sent by its upload', async () => {
  const { page, mock, close } = await openChat(browser)
  await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a', 'hex') })
  await page.getByText('照片收到了').waitFor()
  assert.match(sends(mock)[0].upload_id, /^up_/)
  await close()
})

test('everything can be done with the keyboard, and sheets give the focus back', async () => {
  const { page, close } = await openChat(browser, { device: DESKTOP })
  await page.locator('.bar__tools button.icon').focus()
  await page.keyboard.press('Enter')
  const inside = () => page.evaluate(() => Boolean(document.activeElement?.closest('dialog')))
  await page.getByRole('dialog').waitFor()
  assert.ok(await inside())
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab')
  assert.ok(await inside())
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'icon')
  await close()
})

test('elder mode has no letter under 20 px, tells the assistant, and shows one turn', async () => {
  const { page, say, mock, close } = await openChat(browser)
  await say('身份证')
  await page.getByRole('button', { name: '长辈版' }).click()
  await settled(page)
  await say('身份证丢了')
  assert.ok(sends(mock).some((m) => m.payload === '/simplify'))
  assert.equal((await mine(page)).length, 1)
  const small = await page.evaluate(() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const out = []
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const box = n.parentElement
      if (!n.textContent.trim() || box.closest('.sr-only, script, style, [aria-hidden]') || !box.offsetParent) continue
      if (parseFloat(getComputedStyle(box).fontSize) < 20) out.push(`${box.className}: ${n.textContent}`)
    }
    return out
  })
  assert.deepEqual(small, [])
  await sound(page, 'elder')
  await page.getByRole('button', { name: '看前面的对话' }).click()
  assert.ok((await mine(page)).length > 1)
  await close()
})

test('nothing is asked of any other server', async () => {
  const { page, mock, say, close } = await openChat(browser)
  const outside = []
  page.on('request', (r) => r.url().startsWith('http') && !r.url().startsWith(mock.url) && outside.push(r.url()))
  await page.reload()
  await say('身份证丢了')
  for (const path of ['/me', '/privacy', '/guide/jumin-shenfenzheng-buling']) await page.goto(`${mock.url}/#${path}`)
  await page.waitForTimeout(500)
  assert.deepEqual(outside, [])
  await close()
})

const TALK = ['身份证', '身份证丢了', '要带什么', '要多少钱', '我要填表', '我要预约去窗口', '晕倒了', '系统坏了', '没人在线', '给个评价', '查进度', '人工']
const LOOKS = { plain: {}, elder: { elder: true }, contrast: { contrast: true }, traditional: { script: 'zh-Hant' } }
for (const [name, settings] of Object.entries(LOOKS)) {
  test(`every card and page meets WCAG 2.1 AA (${name})`, async () => {
    const { page, say, mock, close } = await openChat(browser, { settings })
    await sound(page, 'welcome')
    for (const words of TALK) {
      await say(words)
      await sound(page, words)
    }
    for (const path of ['/form/fm_demo', '/me', '/privacy', '/guide/jumin-shenfenzheng-buling', '/guide/none']) {
      await page.goto(`${mock.url}/#${path}`)
      await page.waitForTimeout(400)
      await sound(page, path)
    }
    await close()
  })
}

test('a guide is read by whoever opens its link; who he is, is asked when he wants something done, and then it is done', async () => {
  for (const settings of [{}, { script: 'zh-Hant' }, { elder: true }]) {
    const { page, mock, close } = await openChat(browser, { settings })
    await page.evaluate(() => localStorage.removeItem('bangban.session'))
    mock.world.calls.length = 0
    await page.goto('about:blank')
    await page.goto(`${mock.url}/#/guide/jumin-shenfenzheng-buling`)
    await page.locator('#section-materials').waitFor()
    await sound(page, 'guide of nobody')
    await page.goto(`${mock.url}/#/privacy`)
    await page.locator('.panel h2').first().waitFor()
    assert.deepEqual([...new Set(mock.world.calls.map((c) => c.route).filter((r) => r.includes('/api/') && !r.includes('/api/guides/')))], [])
    await page.goto(`${mock.url}/#/guide/jumin-shenfenzheng-buling`)
    await page.locator('.foot .btn--main').click()
    await page.locator('button:has-text("张伟")').click()
    await page.locator('[data-sender="citizen"]').first().waitFor()
    await page.getByRole('region').first().waitFor()
    assert.equal(sends(mock).filter((m) => m.payload?.startsWith('/choose_item')).length, 1)
    await close()
  }
})

test('who one is, is asked accessibly', async () => {
  const { page, close } = await openChat(browser)
  await page.evaluate(() => localStorage.removeItem('bangban.session'))
  await page.reload()
  await page.getByText('您是谁？').waitFor()
  await sound(page, 'picker')
  await close()
})
