import * as cards from '../../mock/src/cards.mjs'
import { ApiError, type Message } from '@bangban/shared'
import { flushPromises, mount } from '@vue/test-utils'
import { getActivePinia } from 'pinia'
import { expect, test, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { api } from '@/api'
import MessageBody from '@/components/cards/MessageBody.vue'
import SuggestionList from '@/components/package/SuggestionList.vue'
import QueueCard from '@/components/queue/QueueCard.vue'
import TalkComposer from '@/components/talk/TalkComposer.vue'
import TalkPanel from '@/components/talk/TalkPanel.vue'
import { i18n } from '@/i18n'
import LoginPage from '@/pages/LoginPage.vue'
import { useConversations } from '@/stores/conversations'
import { useNames } from '@/stores/names'
import { conversation, message, signIn, waiting } from './making'

function show(component: Component, props: Record<string, unknown> = {}) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['home', 'login', 'workbench', 'tickets', 'overview', 'guides', 'guide'].map((name) => ({ path: name === 'home' ? '/' : `/${name}/:id?/:number?`, name, component: { template: '<i />' } })),
  })
  return mount(component, { props, global: { plugins: [i18n, router, getActivePinia()!] }, attachTo: document.body })
}

const stored = (card: unknown) => ({ sender: 'bot', seq: 1, id: 'ms_1', created_at: null, ...(card as object) }) as Message

test.each([
  ['text', cards.text('请说'), '请说'],
  ['notice', cards.unavailable(), '不是没有这个事项'],
  ['choices', cards.situation(), '未满16周岁'],
  ['item_list', cards.items(), '临时居民身份证申领'],
  ['guide', cards.guide(), '40元/证'],
  ['materials', cards.materials(), '免交 · 电子证照'],
  ['answer', cards.answer(), '工本费'],
  ['form', cards.form(), '还缺：丢失日期、丢失原因'],
  ['slots', cards.slots(), '可预约时间'],
  ['appointment', cards.appointment(), 'A0826'],
  ['case', cards.caseCard(), '办理中'],
  ['handoff', cards.handoff('ticket', { ticket_number: 'GD1' }), 'GD1'],
  ['rating', cards.rating(), '打分'],
  ['one of tomorrow', cards.future(), '以后才有'],
])('a message of type %s is readable', (_, card, words) => {
  expect(show(MessageBody, { message: stored(card) }).text()).toContain(words)
})

test('the options of a question are shown once', () => {
  const words = show(MessageBody, { message: stored(cards.situation()) }).text()
  expect(words.match(/已满16周岁/g)).toHaveLength(1)
})

test('a waiting citizen shows item, wait, priority and reason, and can be taken', async () => {
  vi.spyOn(api, 'guide').mockResolvedValue({ name: '身份证补领' } as never)
  vi.useFakeTimers({ now: new Date('2026-11-03T09:34:05+08:00'), toFake: ['Date'] })
  useNames().guide('g')
  await flushPromises()
  const card = show(QueueCard, { item: waiting('cv_1', { priority: 2, guide_id: 'g' }), first: true, here: false })
  for (const words of ['身份证补领', '已等 4 分 5 秒', '长者优先', '市民要求人工', '想办身份证']) expect(card.text()).toContain(words)
  await card.find('.el-button').trigger('click')
  expect(card.emitted('take')).toHaveLength(1)
})

test('Enter sends, Shift+Enter and the Enter that ends the choosing of a character do not', async () => {
  const say = vi.spyOn(useConversations(), 'say').mockImplementation(() => undefined)
  const area = show(TalkComposer, { id: 'cv_1' }).find('textarea')
  await area.setValue(' 您好 ')
  await area.trigger('keydown', { key: 'Enter', shiftKey: true })
  await area.trigger('keydown', { key: 'Enter', isComposing: true })
  expect(say).not.toHaveBeenCalled()
  await area.trigger('keydown', { key: 'Enter' })
  expect(say).toHaveBeenCalledExactlyOnceWith('cv_1', { text: '您好' }, '您好')
  expect(area.element.value).toBe('')
})

test('a suggested sentence goes into the draft, a card goes out', async () => {
  const store = useConversations()
  const say = vi.spyOn(store, 'say').mockImplementation(() => undefined)
  const suggestions = [
    { label: '请稍等', text: '请稍等', guide_id: null, section: null },
    { label: '补领', text: null, guide_id: 'g', section: 'fee' },
  ]
  const list = show(SuggestionList, { id: 'cv_1', suggestions })
  await list.findAll('.use')[0]!.trigger('click')
  expect(store.drafts.cv_1).toBe('请稍等')
  await list.findAll('.use')[1]!.trigger('click')
  expect(say).toHaveBeenCalledExactlyOnceWith('cv_1', { guide_id: 'g', section: 'fee' }, '［指南卡片］补领 · 收费')
})

test.each([
  ['agent', 'st_1', true, '我在服务'],
  ['agent', 'st_2', false, '同事服务中'],
  ['queue', null, false, '排队中'],
  ['bot', null, false, '机器人服务中'],
  ['closed', null, false, '已结束'],
] as const)('owner %s (%s): may write %s', async (owner, agent, writes, words) => {
  signIn()
  const store = useConversations()
  store.details.cv_1 = conversation('cv_1', { owner, agent }, [message(1)])
  const panel = show(TalkPanel, { id: 'cv_1' })
  expect(panel.find('textarea').exists()).toBe(writes)
  expect(panel.text()).toContain(words)
})

test.each([
  [{ delivered: 1, waits: 'quota', room: 0 }, '他说一句话', 1],
  [{ delivered: 1, waits: 'window', room: 0 }, '很久没有说话', 1],
  [{ delivered: 1, waits: 'gone', room: 0 }, '取消了关注', 1],
  [{ delivered: 1, waits: 'fetch', room: null }, '“继续”', 1],
  [{ delivered: 3, waits: null, room: 2 }, '只能再收 2 条', 0],
  [{ delivered: 1, waits: null, room: 5 }, '', 0],
  [{ delivered: 3, waits: null, room: null }, '', 0],
] as const)('how far the citizen has it (%o) is told, and what waits is marked', (reach, words, marked) => {
  signIn()
  useConversations().details.cv_1 = { ...conversation('cv_1', {}, [message(1, 'agent'), message(2), message(3, 'agent')]), reach }
  const panel = show(TalkPanel, { id: 'cv_1' })
  const note = panel.find('.reach').text()
  if (words) expect(note).toContain(words)
  else expect(note).toBe('')
  expect(panel.text().match(/还没送到/g) ?? []).toHaveLength(marked)
})

test('who reads on our own page gets no word about it', () => {
  signIn()
  useConversations().details.cv_1 = { ...conversation('cv_1'), reach: null }
  expect(show(TalkPanel, { id: 'cv_1' }).find('.reach').exists()).toBe(false)
})

test('news of how far he has it are taken in', () => {
  signIn()
  const store = useConversations()
  store.details.cv_1 = { ...conversation('cv_1', {}, [message(1), message(2, 'agent')]), reach: { delivered: 1, waits: 'quota', room: 0 } }
  store.reached('cv_1', { delivered: 2, waits: null, room: 4 })
  store.reached('cv_unknown', { delivered: 2, waits: null, room: 4 })
  const panel = show(TalkPanel, { id: 'cv_1' })
  expect(panel.text()).not.toContain('还没送到')
})

test('only a supervisor is offered to take over', () => {
  const store = useConversations()
  store.details.cv_1 = conversation('cv_1', { owner: 'agent', agent: 'st_2' })
  signIn()
  expect(show(TalkPanel, { id: 'cv_1' }).text()).not.toContain('接管')
  signIn({ id: 'st_3', name: '林淑仪', roles: ['supervisor'] })
  expect(show(TalkPanel, { id: 'cv_1' }).text()).toContain('接管')
})

test('a wrong password is told in words and the password is asked again', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => new Response('', { status: 404 })))
  vi.spyOn(api, 'login').mockRejectedValue(new ApiError(401, 'staff.wrong_password', '用户名或密码不对。'))
  const page = show(LoginPage)
  await flushPromises()
  await page.find('#username').setValue('agent1')
  await page.find('#password').setValue('x')
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.find('[role=alert]').text()).toBe('用户名或密码不对。')
  expect((page.find('#password').element as HTMLInputElement).value).toBe('')
})
