// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- plain JavaScript shared with the mock server
// @ts-nocheck
import * as cards from '../../mock/src/cards.mjs'
import guide from '../../mock/data/guide.json'
import { flushPromises } from '@vue/test-utils'
import { ApiError } from '@bangban/shared'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { api } from '@/api'
import FormPage from '@/pages/FormPage.vue'
import { useSettings } from '@/stores/settings'
import { render, stored } from './mounting'

let fields
const reply = () => stored(cards.form(fields))

beforeEach(() => {
  fields = cards.formFields()
  HTMLDialogElement.prototype.showModal ??= function () {
    this.open = true
  }
  vi.restoreAllMocks()
  vi.spyOn(api, 'form').mockImplementation(async () => reply())
  vi.spyOn(api, 'guide').mockResolvedValue(guide)
  vi.spyOn(api, 'saveForm').mockImplementation(async (_id, values) => {
    for (const [name, value] of Object.entries(values)) Object.assign(fields.find((f) => f.name === name), { value, source: 'citizen' })
    return reply()
  })
})

async function open() {
  const wrapper = render(FormPage, { id: 'fm_demo' })
  await flushPromises()
  return wrapper
}

describe('the form page', () => {
  it('shows what is known as text, and only the rest as fields', async () => {
    const wrapper = await open()
    expect(wrapper.find('.known').text()).toContain('张伟')
    expect(wrapper.find('#field-applicant_name').exists()).toBe(false)
    expect(wrapper.find('#field-phone').element.value).toBe('13800138000')
    expect(wrapper.find('h1').text()).toBe('居民身份证丢失补领申请表')
  })

  it('saves a field when it is left, once, and not when nothing changed', async () => {
    const wrapper = await open()
    const phone = wrapper.find('#field-phone')
    await phone.trigger('blur')
    expect(api.saveForm).not.toHaveBeenCalled()
    await phone.setValue('13900139000')
    await phone.trigger('blur')
    await flushPromises()
    expect(api.saveForm).toHaveBeenCalledExactlyOnceWith('fm_demo', { phone: '13900139000' })
  })

  it('keeps what was typed and ties the error to the field when the server refuses it', async () => {
    api.saveForm.mockImplementation(async () => {
      fields.find((f) => f.name === 'phone').error = '手机号应是11位数字'
      return reply()
    })
    const wrapper = await open()
    await wrapper.find('#field-phone').setValue('123')
    await wrapper.find('#field-phone').trigger('blur')
    await flushPromises()
    const phone = wrapper.find('#field-phone')
    expect(phone.element.value).toBe('123')
    expect(phone.attributes('aria-invalid')).toBe('true')
    expect(wrapper.find(`#${phone.attributes('aria-describedby')}`).text()).toContain('11位')
  })

  it('shows the error of an envelope too', async () => {
    api.saveForm.mockRejectedValue(new ApiError(422, 'forms.invalid', '请检查', { email: '邮箱不对' }))
    const wrapper = await open()
    await wrapper.find('#field-email').setValue('x')
    await wrapper.find('#field-email').trigger('blur')
    await flushPromises()
    expect(wrapper.text()).toContain('邮箱不对')
  })

  it('keeps a value that could not be sent and sends it when the network is back', async () => {
    api.saveForm.mockRejectedValueOnce(new ApiError(0, 'client.unreachable'))
    const wrapper = await open()
    await wrapper.find('#field-phone').setValue('13900139000')
    await wrapper.find('#field-phone').trigger('blur')
    await flushPromises()
    expect(wrapper.text()).toContain('联网后自动保存')
    window.dispatchEvent(new Event('online'))
    await flushPromises()
    expect(api.saveForm).toHaveBeenCalledTimes(2)
    expect(fields.find((f) => f.name === 'phone').value).toBe('13900139000')
  })

  it('names what is missing instead of submitting', async () => {
    const wrapper = await open()
    await wrapper.find('.foot .btn--main').trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('请填写“丢失日期”')
    expect(wrapper.find('.sheet__body').exists()).toBe(false)
  })

  it('shows everything once more before it submits, and then the case', async () => {
    for (const f of fields) if (f.required && f.value === null) f.value = f.options?.[0].value ?? (f.type === 'yes_no' ? 'no' : '2026-11-01')
    vi.spyOn(api, 'submitForm').mockResolvedValue({ case: stored(cards.caseCard()) })
    const wrapper = await open()
    await wrapper.find('.foot .btn--main').trigger('click')
    await flushPromises()
    expect(api.submitForm).not.toHaveBeenCalled()
    expect(wrapper.find('.sheet__content').text()).toContain('遗失')
    await wrapper.find('.sheet__foot .btn--main').trigger('click')
    await flushPromises()
    expect(api.submitForm).toHaveBeenCalledTimes(1)
    expect(wrapper.text()).toContain(cards.caseCard().number)
  })

  it('asks one field a screen in elder mode, and takes two taps in a row for one', async () => {
    const wrapper = render(FormPage, { id: 'fm_demo' })
    useSettings().elder = true
    await flushPromises()
    expect(wrapper.findAll('.field')).toHaveLength(0)
    const start = Date.now() + 60_000
    const next = async (afterMs: number) => {
      vi.spyOn(Date, 'now').mockReturnValue(start + afterMs)
      await wrapper.find('.foot .btn--main').trigger('click')
      await flushPromises()
    }
    await next(0)
    expect(wrapper.text()).toContain('第 2 步')
    await next(200)
    expect(wrapper.text()).toContain('第 2 步')
    expect(wrapper.findAll('.field')).toHaveLength(1)
    await next(1000)
    await next(2000)
    expect(wrapper.text()).toContain('请填写“丢失日期”')
    vi.restoreAllMocks()
  })
})
