// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- plain JavaScript shared with the mock server
// @ts-nocheck
import * as cards from '../../mock/src/cards.mjs'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { api } from '@/api'
import { cardFor } from '@/components/cards'
import { render, stored } from './mounting'

const show = (card, props = {}) => render(cardFor(card.type), { message: stored(card), ...props })
const chosen = (wrapper) => wrapper.emitted('choose')?.[0]?.[0]
const button = (wrapper, words) => wrapper.findAll('button').find((b) => b.text().includes(words))

beforeEach(() => {
  vi.spyOn(api, 'file').mockResolvedValue(new Blob(['x']))
  vi.spyOn(api, 'guide').mockResolvedValue({ name: '居民身份证丢失补领', document: {} })
})

describe('every type of message has its card', () => {
  it('and an unknown one is shown by its words', () => {
    expect(show(cards.future()).text()).toBe(cards.future().text)
  })

  it('a text links what can be called', () => {
    expect(show(cards.text('请打 12345')).find('a').attributes('href')).toBe('tel:12345')
  })
})

describe('an emergency', () => {
  it('offers the call and is announced at once', () => {
    const wrapper = show(cards.emergency())
    expect(wrapper.find('[role="alert"]').exists()).toBe(true)
    expect(wrapper.find('a').attributes('href')).toBe('tel:120')
  })

  it('is not what another notice looks like', () => {
    expect(show(cards.unavailable()).find('[role="alert"]').exists()).toBe(false)
  })
})

describe('choices', () => {
  it('show the question without the options, and send the button’s payload with its label', async () => {
    const wrapper = show(cards.situation())
    expect(wrapper.find('.ask__prompt').text()).not.toContain('1.')
    await button(wrapper, '未满16周岁').trigger('click')
    expect(chosen(wrapper)).toEqual(cards.situation().choices[1])
  })

  it('do not repeat what the card above them offers', () => {
    const choices = [{ label: '改约', payload: '/reschedule{"appointment_id":"ap_1"}' }, { label: '换个大厅', payload: '/pick_hall{}' }]
    const wrapper = show({ type: 'choices', prompt: '约好了', text: '约好了', choices }, { offered: ['reschedule', 'cancel_booking'] })
    expect(wrapper.findAll('button').map((b) => b.text())).toEqual(['换个大厅'])
  })

  it('mark the one that was taken', () => {
    const wrapper = show(cards.situation(), { chosen: '已满16周岁' })
    expect(button(wrapper, '已满16周岁').attributes('aria-pressed')).toBe('true')
    expect(button(wrapper, '未满16周岁').attributes('aria-pressed')).toBe('false')
  })
})

describe('the list of items', () => {
  it('offers the ways out of it', async () => {
    const none = { label: '都不是', payload: '/none_of_these' }
    const wrapper = show({ ...cards.items(), choices: [none] })
    await button(wrapper, '都不是').trigger('click')
    expect(chosen(wrapper)).toEqual(none)
  })

  it('says why, and sends the item', async () => {
    const wrapper = show(cards.items())
    expect(wrapper.text()).toContain('等新证期间急用')
    await button(wrapper, '居民身份证换领').trigger('click')
    expect(chosen(wrapper)).toEqual({ label: '居民身份证换领', payload: cards.items().items[1].payload })
  })
})

describe('the guide card', () => {
  it('says that no authority has reviewed it, and how old the facts are', () => {
    const text = show(cards.guide()).text()
    expect(text).toContain('尚未经主管部门审核')
    expect(text).toContain('2024')
  })

  it('does not say so of a reviewed one', () => {
    expect(show({ ...cards.guide(), reviewed: true }).text()).not.toContain('尚未')
  })

  it('steps back behind a question that follows it', () => {
    const asking = show(cards.guide(), { asks: true })
    expect(asking.find('details .tasks').exists()).toBe(true)
    expect(show(cards.guide()).find('details .tasks').exists()).toBe(false)
  })

  it('names its department once', () => {
    const card = { ...cards.guide(), department: '公安机关', summary: [{ label: '办理部门', value: '公安机关' }] }
    expect(show(card).text().split('公安机关')).toHaveLength(2)
  })

  it('links each section', () => {
    const links = show(cards.guide()).findAll('.sections a').map((a) => a.attributes('href'))
    expect(links).toContain('/guide/jumin-shenfenzheng-buling?section=fee')
  })
})

describe('materials', () => {
  it('keep apart what to bring and what is free', () => {
    const wrapper = show(cards.materials())
    expect(wrapper.findAll('[role="checkbox"]')).toHaveLength(3)
    expect(wrapper.findAll('.free').map((li) => li.text())).toEqual([expect.stringContaining('免交 · 电子证照'), expect.stringContaining('免交 · 数据共享')])
    expect(wrapper.text()).toContain('原件和复印件×2')
    expect(wrapper.text()).toContain('可容缺')
    expect(wrapper.text()).toContain('已满16周岁')
  })

  it('remember on the device what is ready', async () => {
    await show(cards.materials()).find('[role="checkbox"]').trigger('click')
    expect(show(cards.materials()).find('[role="checkbox"]').attributes('aria-checked')).toBe('true')
  })

  it('say so when nothing is needed', () => {
    expect(show({ ...cards.materials(), text: '您的情况不用另外准备材料。', materials: [] }).text()).toContain('不用另外准备')
  })
})

describe('an answer', () => {
  it('cites its section of the guide', () => {
    const wrapper = show(cards.answer())
    expect(wrapper.find('a.source').attributes('href')).toBe('/guide/jumin-shenfenzheng-buling?section=fee')
    expect(wrapper.text()).toContain('40元/证')
    expect(wrapper.text()).not.toContain('·收费')
  })
})

describe('a form', () => {
  it('shows values with their source and counts what is missing', () => {
    const wrapper = show(cards.form())
    expect(wrapper.text()).toContain('张伟')
    expect(wrapper.text()).toContain('身份信息')
    expect(wrapper.text()).toContain('还差 4 项')
    expect(wrapper.text()).toContain('丢失日期')
    expect(wrapper.find('a').attributes('href')).toBe('/form/fm_demo')
  })

  it('shows labels, not codes, and the error of a field', () => {
    const fields = cards.formFields().map((f) => (f.name === 'phone' ? { ...f, error: '手机号不对' } : f))
    const text = show(cards.form(fields)).text()
    expect(text).toContain('男')
    expect(text).not.toContain('male')
    expect(text).toContain('手机号不对')
  })
})

describe('slots', () => {
  it('open on the first day with room, and send the time that was tapped', async () => {
    const wrapper = show(cards.slots())
    const free = wrapper.findAll('.time').find((b) => b.attributes('disabled') === undefined)
    await free.trigger('click')
    expect(chosen(wrapper).payload).toMatch(/^\/pick_slot\{/)
    expect(chosen(wrapper).label).toMatch(/^\d+月\d+日 周. \d\d:\d\d$/)
  })

  it('cannot be tapped when full', () => {
    const full = cards.slots()
    full.days[0].slots.forEach((s) => (s.left = 0))
    full.days = full.days.slice(0, 1)
    expect(show(full).findAll('.time').every((b) => b.attributes('disabled') !== undefined)).toBe(true)
  })

  it('ask for the day first and the time next in plain mode', async () => {
    const wrapper = show(cards.slots(), { plain: true })
    expect(wrapper.findAll('.time')).toHaveLength(0)
    await wrapper.find('input[type="radio"]').setValue()
    expect(wrapper.findAll('.time').length).toBeGreaterThan(0)
    expect(wrapper.findAll('.day')).toHaveLength(0)
  })
})

describe('an appointment', () => {
  it('shows the code and fetches the QR picture with the token once it is booked', async () => {
    const wrapper = show(cards.appointment('booked'))
    await flushPromises()
    expect(wrapper.text()).toContain('A0826')
    expect(api.file).toHaveBeenCalledWith(cards.appointment().qr_url)
    expect(wrapper.find('img').attributes('alt')).toContain('A0826')
    await button(wrapper, '改约').trigger('click')
    expect(chosen(wrapper).payload).toBe('/reschedule{"appointment_id":"ap_demo"}')
  })

  it('asks to confirm while it is only held, without a code', async () => {
    const wrapper = show(cards.appointment('held'))
    expect(wrapper.text()).not.toContain('A0826')
    await button(wrapper, '确认预约').trigger('click')
    expect(chosen(wrapper).payload).toBe('/confirm_slot{"appointment_id":"ap_demo"}')
  })

  it.each(['cancelled', 'completed', 'no_show'])('offers nothing when it is %s', (state) => {
    expect(show(cards.appointment(state)).findAll('button')).toHaveLength(0)
  })
})

describe('a case', () => {
  it('shows the newest step first, and a state without a word as it came', () => {
    const card = cards.caseCard()
    card.timeline.push({ at: '2099-01-01T08:00:00+08:00', state: '部门自定状态', note: null })
    const steps = show(card).findAll('.van-step').map((s) => s.text())
    expect(steps[0]).toContain('部门自定状态')
    expect(steps[steps.length - 1]).toContain('已提交')
  })

  it('opens a signed link as it is', () => {
    expect(show(cards.caseCard()).find('a').attributes('href')).toBe('/api/cases/ca_demo/form.pdf?key=demo')
  })
})

describe('the handing over to a person', () => {
  it('tells the place in the queue and lets go of it', async () => {
    const wrapper = show(cards.handoff('queued', { position: 2, estimated_wait_s: 170 }))
    expect(wrapper.text()).toContain('第 2 位')
    expect(wrapper.text()).toContain('约等 3 分钟')
    await wrapper.find('button').trigger('click')
    expect(chosen(wrapper).payload).toBe('/cancel_handoff')
  })

  it('names the agent, and the ticket', () => {
    expect(show(cards.handoff('connected', { agent: '陈静' })).text()).toContain('陈静')
    const ticket = show(cards.handoff('ticket', { ticket_number: 'T1' })).text()
    expect(ticket.match(/T1/g)).toHaveLength(1)
  })
})

describe('rating', () => {
  it('has five levels from best to worst, and sends the one tapped', async () => {
    const wrapper = show(cards.rating())
    expect(wrapper.findAll('button').map((b) => b.text())).toEqual(['非常满意', '满意', '基本满意', '不满意', '非常不满意'])
    await wrapper.findAll('button')[4].trigger('click')
    expect(chosen(wrapper)).toMatchObject({ value: 1 })
  })
})

describe('the form in the conversation', () => {
  const field = (name, label, value, more = {}) => ({ name, label, type: 'text', value, source: 'identity', locked: false, required: true, error: null, ...more })
  const form = (fields) => ({ type: 'form', form_id: 'fm_1', guide_id: 'g', state: 'draft', url: '', text: '', missing: [], title: '补领申请表', fields })

  it('keeps what is known in one line and covers the birthday in an identity number', () => {
    const wrapper = show(form([field('id', '身份证号', '440106199003079997', { type: 'id_number', locked: true }), field('phone', '联系手机', '13800138000')]))
    expect(wrapper.find('details').text()).toContain('1 项已经替您填好')
    expect(wrapper.find('details').text()).toContain('440106********9997')
    expect(wrapper.text()).not.toContain('19900307')
    expect(wrapper.text()).toContain('13800138000')
    expect(wrapper.find('h3').text()).toBe('补领申请表')
  })

  it('says a date as people do', () => {
    expect(show(form([field('lost', '丢失日期', '2026-11-01', { type: 'date' })])).text()).toContain('2026年11月1日')
  })
})

describe('a card that names its guide only by id', () => {
  it('says which item it is about', async () => {
    const wrapper = show(cards.appointment())
    await flushPromises()
    expect(wrapper.find('.about').text()).toBe('居民身份证丢失补领')
  })
})
