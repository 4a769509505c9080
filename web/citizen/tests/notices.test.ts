// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- answers of the server are made up as plain objects
// @ts-nocheck
import { ApiError } from '@bangban/shared'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { api } from '@/api'
import NoticesPage from '@/pages/NoticesPage.vue'
import { render } from './mounting'

let state
const topics = (off = []) => ['appointment', 'case', 'ticket'].map((topic) => ({ topic, label: topic, on: !off.includes(topic) }))
const reply = () => structuredClone(state)

beforeEach(() => {
  vi.restoreAllMocks()
  document.body.innerHTML = ''
  state = {
    ways: [
      { way: 'sms', label: '短信', reaches: '138****8000', topics: topics() },
      { way: 'email', label: '电子邮件', reaches: null, topics: topics() },
    ],
    email: { state: 'none', address: null, asked: null },
  }
  vi.spyOn(api, 'notices').mockImplementation(async () => reply())
  vi.spyOn(api, 'switchNotices').mockImplementation(async (switches) => {
    for (const [way, changed] of Object.entries(switches))
      for (const one of state.ways.find((w) => w.way === way).topics) one.on = changed[one.topic] ?? one.on
    return reply()
  })
  vi.spyOn(api, 'askMailCode').mockImplementation(async () => {
    state.email = { state: 'asked', address: null, asked: 'z***@mail.example' }
    return reply()
  })
  vi.spyOn(api, 'confirmMail').mockImplementation(async (code) => {
    if (code !== '123456') throw new ApiError(422, 'notices.code_wrong', '验证码不对，或者已经过期，请重新获取。')
    state.email = { state: 'confirmed', address: 'z***@mail.example', asked: null }
    state.ways[1].reaches = 'z***@mail.example'
    return reply()
  })
})

async function open() {
  const wrapper = render(NoticesPage)
  await flushPromises()
  return wrapper
}

describe('the page of notices', () => {
  it('shows each way, where it reaches me, and a named switch for every topic', async () => {
    const wrapper = await open()
    expect(wrapper.findAll('h2').map((h) => h.text())).toEqual(['短信', '电子邮件'])
    expect(wrapper.text()).toContain('发到 138****8000')
    const names = wrapper.findAll('[role="switch"]').map((s) => s.attributes('aria-label'))
    expect(names).toHaveLength(6)
    expect(names[1]).toBe('用短信通知办件')
  })

  it('switches one topic of one way and shows what the server kept', async () => {
    const wrapper = await open()
    await wrapper.find('[aria-label="用短信通知办件"]').trigger('click')
    await flushPromises()
    expect(api.switchNotices).toHaveBeenCalledExactlyOnceWith({ sms: { case: false } })
    expect(wrapper.find('[aria-label="用短信通知办件"]').attributes('aria-checked')).toBe('false')
    expect(wrapper.find('[aria-label="用短信通知预约"]').attributes('aria-checked')).toBe('true')
  })

  it('says why a switch was refused and leaves it as it was', async () => {
    api.switchNotices.mockRejectedValue(new ApiError(0, 'client.unreachable'))
    const wrapper = await open()
    await wrapper.find('[aria-label="用短信通知办件"]').trigger('click')
    await flushPromises()
    expect(wrapper.find('[role="alert"]').text()).not.toBe('')
    expect(wrapper.find('[aria-label="用短信通知办件"]').attributes('aria-checked')).toBe('true')
  })

  it('proves an address by its code, and says so when the code is wrong', async () => {
    const wrapper = await open()
    await wrapper.find('#mail-address').setValue(' zhang@mail.example ')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(api.askMailCode).toHaveBeenCalledExactlyOnceWith('zhang@mail.example')
    expect(wrapper.text()).toContain('z***@mail.example')
    await wrapper.find('#mail-code').setValue('000000')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(wrapper.find('[role="alert"]').text()).toContain('验证码不对')
    await wrapper.find('#mail-code').setValue('123456')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(wrapper.find('form').exists()).toBe(false)
    expect(wrapper.text()).toContain('发到 z***@mail.example')
  })

  it('lets another address be typed while a code is waited for', async () => {
    state.email = { state: 'asked', address: null, asked: 'z***@mail.example' }
    const wrapper = await open()
    await wrapper.find('form .btn--quiet').trigger('click')
    expect(wrapper.find('#mail-address').exists()).toBe(true)
  })

  it('says plainly when nothing is sent from here', async () => {
    state = { ways: [], email: null }
    const wrapper = await open()
    expect(wrapper.text()).toContain('还没有开通')
  })
})
