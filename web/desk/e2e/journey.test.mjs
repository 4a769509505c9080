/** An agent's day in a real browser against the mock gateway, and WCAG 2.1 AA by axe on every page: `npm run e2e`. */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { launch, NARROW, openDesk, PHONE, WIDE } from './browser.mjs'

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** No rule of WCAG 2.1 A or AA is broken on what is shown now, and nothing sticks out sideways. */
async function sound(page, where) {
  await page.waitForTimeout(400) // what moves in has arrived: its colours are judged
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  const found = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? n.failureSummary}`).join(' | ')}`)
  assert.deepEqual(found, [], where)
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where} is wider than the screen`)
}

async function takeFirst(page) {
  await page.locator('article').first().waitFor()
  await page.keyboard.press('Alt+q')
}

const button = (page, name) => page.getByRole('button', { name, exact: true })
const calls = (mock, route) => mock.world.calls.filter((c) => c.route === route).map((c) => JSON.parse(c.body))
const MESSAGES = 'POST /api/desk/conversations/cv_1/messages'

test('from signing in to closing, by keyboard alone', async () => {
  const { page, mock, login, tell, problems, close } = await openDesk(browser, WIDE)
  await sound(page, 'sign-in')
  await login('agent1')
  await page.getByText('长者优先').waitFor()
  await sound(page, 'workbench, offline')
  await takeFirst(page)
  await page.getByText('帮办员陈晓敏已接入').waitFor()
  assert.equal(mock.world.desk.presence.get('st_1').state, 'online', 'taking somebody means being there')
  await page.getByText('440106199003071234').waitFor()
  await sound(page, 'conversation')
  await page.keyboard.type('请稍等')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('我查一下')
  await page.keyboard.press('Enter')
  await page.locator('.row.agent', { hasText: '我查一下' }).waitFor()
  assert.deepEqual(calls(mock, MESSAGES), [{ text: '请稍等\n我查一下' }])
  await tell({ conversation_id: 'cv_1', text: '好的，谢谢' })
  await page.locator('.row.citizen', { hasText: '好的，谢谢' }).waitFor()

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').locator('input').waitFor()
  await page.waitForTimeout(200)
  await page.keyboard.type('身份证丢了')
  await page.locator('.guide-hit').first().waitFor()
  await sound(page, 'guide search')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await button(page, '收费').click()
  await page.locator('.row.agent', { hasText: '工本费' }).waitFor()
  assert.deepEqual(calls(mock, MESSAGES).at(-1), { guide_id: 'jumin-shenfenzheng-buling', section: 'fee' })

  await button(page, '结束服务').click()
  await page.getByLabel(/备注（可不填/).fill('已说明代领')
  await sound(page, 'closing')
  await page.getByRole('dialog').getByRole('button', { name: '结束服务' }).click()
  await page.getByText('请从左边选一个会话').waitFor()
  assert.deepEqual(calls(mock, 'POST /api/desk/conversations/cv_1/release'), [{ to: 'closed', note: '已说明代领' }])
  assert.equal(mock.world.desk.find('cv_1').owner, 'closed')
  assert.deepEqual(problems, [])
  await close()
})

test('of two agents who take the same citizen one wins, and the other is told who', async () => {
  const first = await openDesk(browser, NARROW)
  await first.login('agent1')
  await button(first.page, '上线').click()
  await first.page.locator('article').first().waitFor()
  // The colleague's claim reaches the server first, and this page has not heard of it yet.
  Object.assign(first.mock.world.desk.find('cv_1'), { owner: 'agent', agent: 'st_2', version: 8 })
  await first.page.locator('article', { hasText: '身份证' }).getByRole('button', { name: '接入' }).click()
  await first.page.getByText('这位市民已由黄志强接待。').waitFor()
  await sound(first.page, 'lost race')
  assert.equal(await first.page.locator('article', { hasText: '身份证' }).count(), 0, 'and the queue is read again')
  await first.close()
})

test('what comes in while the line is down is there when it is back', async () => {
  const { page, mock, login, tell, context, close } = await openDesk(browser, NARROW)
  await login('agent1')
  await takeFirst(page)
  await page.locator('#words').waitFor()
  await context.setOffline(true)
  await page.getByText('网络断开了').waitFor()
  await page.locator('#words').fill('断网时写的')
  await page.keyboard.press('Enter')
  await page.getByText('没有发出去').waitFor()
  await tell({ conversation_id: 'cv_1', text: '断网时市民说的' })
  await context.setOffline(false)
  await page.locator('.row.citizen', { hasText: '断网时市民说的' }).waitFor()
  await button(page, '重发').click()
  await page.locator('.row.agent', { hasText: '断网时写的' }).waitFor()
  assert.equal(calls(mock, MESSAGES).length, 1)
  await close()
})

test('a page without sockets still hears of everything', async () => {
  const desk = await openDesk(browser, NARROW)
  desk.mock.world.sockets = false
  await desk.login('agent1')
  await desk.page.getByText('每隔几秒刷新').waitFor()
  await takeFirst(desk.page)
  await desk.page.locator('#words').waitFor()
  await desk.tell({ conversation_id: 'cv_1', text: '还在吗' })
  await desk.page.locator('.row.citizen', { hasText: '还在吗' }).waitFor()
  await desk.close()
})

test('a draft and the place survive a reload; signing out forgets both', async () => {
  const { page, login, close } = await openDesk(browser, NARROW)
  await login('agent1')
  await takeFirst(page)
  await page.locator('#words').fill('写到一半')
  await page.reload()
  await page.locator('#words').waitFor()
  assert.equal(await page.locator('#words').inputValue(), '写到一半')
  await page.getByRole('button', { name: '陈晓敏的菜单' }).click()
  await page.getByText('退出登录').click()
  await page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
  await page.locator('#username').waitFor()
  assert.equal(await page.evaluate(() => sessionStorage.length), 0)
  await close()
})

test('a supervisor sees the desk and takes over with a reason; the agent is told', async () => {
  const agent = await openDesk(browser, NARROW)
  await agent.login('agent1')
  await takeFirst(agent.page)
  await agent.page.locator('#words').waitFor()
  const { page, mock, login, close } = await openDesk(browser, WIDE, { mock: agent.mock })
  await login('supervisor1')
  await page.getByRole('link', { name: '总览' }).click()
  await page.getByText('机器人今日答复').waitFor()
  await sound(page, 'overview')
  await page.locator('li', { hasText: '陈晓敏' }).getByRole('button', { name: '接管' }).click()
  await page.getByLabel('接管理由').fill('市民等了太久')
  await sound(page, 'takeover')
  await page.getByRole('dialog').getByRole('button', { name: '接管' }).click()
  await page.locator('#words').waitFor()
  assert.deepEqual(calls(mock, 'POST /api/desk/conversations/cv_1/takeover'), [{ reason: '市民等了太久' }])
  await agent.page.getByText('这位市民现在由林淑仪服务。').waitFor()
  await agent.page.getByText('您可以查看，不能回复').waitFor()
  await button(page, '转给同事').click()
  await page.getByRole('dialog').getByText('陈晓敏').click()
  await page.getByRole('dialog').getByRole('button', { name: '转给同事' }).click()
  await agent.page.getByText('同事转来一位市民').waitFor()
  await sound(agent.page, 'notices')
  await close()
  await agent.close()
})

test('a ticket is opened, moved on and answered', async () => {
  const { page, login, close } = await openDesk(browser, WIDE)
  await login('agent1')
  await page.getByRole('link', { name: '工单' }).click()
  await button(page, '新建工单').click()
  await page.getByLabel('内容', { exact: true }).fill('想问延时服务')
  await sound(page, 'new ticket')
  await page.getByRole('dialog').getByRole('button', { name: '创建' }).click()
  await page.getByRole('heading', { name: '咨询：想问延时服务' }).waitFor()
  await page.locator('.next').getByText('开始办理').click()
  await page.getByLabel('说明', { exact: true }).fill('已联系')
  await page.locator('.next').getByRole('button', { name: '开始办理' }).click()
  await page.locator('.next').getByText('答复市民').waitFor()
  await sound(page, 'ticket')
  await close()
})

test('the editors’ page shows guides and is honest about what is not there', async () => {
  const { page, login, problems, close } = await openDesk(browser, NARROW, { path: '/editor/' })
  await login('editor1')
  await page.getByLabel('输入事项名称').fill('身份证')
  await page.getByRole('link', { name: /丢失补领/ }).click()
  await page.getByRole('heading', { name: '申请材料' }).waitFor()
  await sound(page, 'guide')
  await button(page, '检查这份指南').click()
  await page.getByText('还没有开通指南检查').waitFor()
  assert.deepEqual(problems.filter((p) => !p.includes('404')), [])
  await close()
})

test('on a phone one thing at a time, and nothing sticks out', async () => {
  const { page, login, close } = await openDesk(browser, PHONE)
  await login('agent1')
  await page.locator('article').first().getByRole('button', { name: '接入' }).click()
  await page.locator('#words').waitFor()
  await sound(page, 'conversation on a phone')
  await button(page, '看帮办包').click()
  await page.getByText('市民的情况').waitFor()
  await sound(page, 'package on a phone')
  await page.locator('.package').getByRole('button', { name: '返回' }).click()
  await page.locator('.talk').getByRole('button', { name: '返回' }).click()
  await page.getByText('我的会话').waitFor()
  await close()
})
