import type { FormReply } from '@bangban/shared'
import { beforeEach, describe, expect, it } from 'vitest'
import { openPage, type Page } from './opening'
import { phone } from './phone'
import { until } from './rendering'
import { asked, begun, shows } from './visiting'

const URL_OF_FORM = '/pages/form/form?id=fm_demo'

beforeEach(begun)

describe('the form page', () => {
  async function formPage(): Promise<Page> {
    const page = openPage('pages/form/form', { id: 'fm_demo' })
    await until(() => page.all('field').length > 0 || page.all('line').length > 0, 'fields')
    return page
  }
  const field = (page: Page, label: string) => page.all('field').find((n) => n.dom.textContent?.includes(label))!
  const save = (page: Page, name: string, value: string) => page.component.instance.save!({ detail: { name, value } }) as Promise<void>

  it('asks somebody who has not agreed in the conversation first', async () => {
    phone.storage = {}
    openPage('pages/form/form', { id: 'fm_demo' })
    await until(() => phone.last('reLaunch') !== undefined, 'the way to the conversation')
    expect(phone.last('reLaunch')).toEqual({ url: `/pages/chat/chat?next=${encodeURIComponent(URL_OF_FORM)}` })
    expect(phone.asked).toEqual([])
  })

  it('signs in anew where the session of an earlier visit has run out', async () => {
    phone.storage.session = { token: 'old', citizen: { verified: false, display_name: '' }, sandbox: null }
    const page = await formPage()
    expect(page.text()).toContain('张伟')
    expect(phone.storage.session).not.toMatchObject({ token: 'old' })
  })

  it('shows each kind of field, and an error where it belongs', async () => {
    const page = await formPage()
    expect(page.text()).toContain('440106199003071234')
    expect(field(page, '丢失原因').dom.textContent).toContain('被盗')
    await save(page, 'phone', '123')
    expect(field(page, '联系手机').dom.textContent).toContain('手机号应是11位数字')
    expect(asked('PUT', '/api/forms/fm_demo').at(-1)?.body).toEqual({ values: { phone: '123' } })
    await page.tap(page.find('被盗')[0])
    await until(() => asked('PUT', '/api/forms/fm_demo').length === 2, 'saving')
  })

  it('saves what was typed when it is left or the line is back, and asks before what is unsaved would be lost', async () => {
    const page = await formPage()
    const typed = (value: string) => page.component.instance.typed!({ detail: { name: 'delivery_address', value } })
    typed('体育西路1号')
    page.component.instance.onHide!()
    await until(() => asked('PUT', '/api/forms/fm_demo').length === 1, 'saving')
    const network = phone.network
    phone.network = () => Promise.reject(new Error('down'))
    await save(page, 'delivery_address', '体育西路2号')
    expect(page.text()).toContain('没有网络，联网后自动保存')
    expect(phone.last('enableAlertBeforeUnload')).toMatchObject({ message: expect.stringContaining('现在离开会丢') })
    phone.network = network
    phone.online()
    await shows(page, '填写的内容会自动保存')
    expect(asked('PUT', '/api/forms/fm_demo').at(-1)?.body).toEqual({ values: { delivery_address: '体育西路2号' } })
    expect(phone.did.map(([name]) => name).lastIndexOf('disableAlertBeforeUnload')).toBeGreaterThan(phone.did.map(([name]) => name).lastIndexOf('enableAlertBeforeUnload'))
  })

  it('says what is missing, and submits what is complete after a last look', async () => {
    const page = await formPage()
    await page.tap(page.find('核对并提交')[0])
    expect(page.text()).toContain('请填写“丢失日期”')
    expect(phone.last('pageScrollTo')).toMatchObject({ selector: '#field-lost_date' })
    for (const [name, value] of Object.entries({ lost_date: '2026-11-01', lost_how: 'lost', interim: 'no', delivery_address: '天河区体育西路1号' })) await save(page, name, value)
    await page.tap(page.find('核对并提交')[0])
    await shows(page, '2026年11月1日')
    const submit = page.find('确认提交')[0]
    await Promise.all([page.tap(submit), page.tap(submit)])
    await shows(page, '提交成功')
    expect(asked('POST', '/api/forms/fm_demo/submit')).toHaveLength(1)
    expect(page.text()).toContain('4401062026103100012')
  })

  it('takes the number of his WeChat account where the form asks for one, and says why it could not', async () => {
    phone.storage.session = { token: 'mine', citizen: { verified: false, display_name: '' }, sandbox: null, wechat: true }
    const network = phone.network
    const empty = await network({ method: 'POST', path: '/api/chat/sessions', body: {}, header: {} })
    phone.storage.session = { ...(phone.storage.session as object), token: (empty.data as { token: string }).token }
    let form: FormReply | null = null
    phone.network = async (asked) => {
      if (asked.path === '/api/chat/subscriptions') return { status: 404, data: { error: { code: 'channel.off', message: '' } } }
      if (asked.path === '/api/chat/phone' && (asked.body as { wechat_code: string }).wechat_code === 'used')
        return { status: 422, data: { error: { code: 'miniprogram.phone_code', message: '请再点一次' } } }
      const value = asked.path === '/api/chat/phone' ? '13800138000' : null
      const answer = asked.path.startsWith('/api/forms/') || value ? (form ??= (await network({ ...asked, method: 'GET', path: '/api/forms/fm_demo', body: undefined })).data as FormReply) : null
      if (!answer) return network(asked)
      const shown = { ...answer, fields: answer.fields.map((f) => (f.name === 'phone' ? { ...f, value, source: null, error: null } : f)) }
      return { status: 200, data: value ? { phone: '138****8000', form: shown } : shown }
    }
    const page = await formPage()
    const fire = (code?: string) => page.all('wechat')[0]!.fire('getphonenumber', { code })
    expect(field(page, '联系手机').dom.textContent).toContain('用微信手机号')
    await fire() // he did not agree
    expect(asked('POST', '/api/chat/phone')).toHaveLength(0)
    expect(phone.last('showToast')).toBeUndefined()
    await page.all('wechat')[0]!.fire('getphonenumber', { errMsg: 'getPhoneNumber:fail no permission' })
    expect(phone.last('showToast')).toMatchObject({ title: '暂时取不到微信手机号，请您直接填写' })
    await fire('used')
    await until(() => field(page, '联系手机').dom.textContent!.includes('请再点一次'), 'why not')
    await fire('good')
    await until(() => page.all('wechat').length === 0, 'the number')
    expect(asked('POST', '/api/chat/phone').at(-1)?.body).toEqual({ wechat_code: 'good', form_id: 'fm_demo', field: 'phone' })
    expect((page.component.instance.data.fields as { name: string; value: string }[]).find((f) => f.name === 'phone')?.value).toBe('13800138000')
  })

  /** Longer than two taps that are meant as one. */
  const breath = () => new Promise((done) => setTimeout(done, 450))

  it('asks an elder one field a screen', async () => {
    phone.storage.settings = { elder: true, script: 'zh-Hans' }
    const page = await formPage()
    expect(page.text()).toContain('第 1 步')
    expect(page.all('field')).toHaveLength(0)
    await page.tap(page.find('下一步')[0])
    expect(page.all('field')).toHaveLength(1)
    await breath()
    await page.tap(page.find('下一步')[0])
    expect(page.text()).toContain('丢失日期')
    await breath()
    await page.tap(page.find('下一步')[0])
    expect(page.text()).toContain('请填写“丢失日期”')
  })

  it('takes an elder one step further for two taps in a row, and never before the first', async () => {
    phone.storage.settings = { elder: true, script: 'zh-Hans' }
    const page = await formPage()
    const { next, previous } = page.component.instance
    const twice = () => Promise.all([next!.call(page.component.instance), next!.call(page.component.instance)])
    await twice()
    expect(page.text()).toContain('第 2 步')
    await breath()
    page.component.instance.typed!({ detail: { name: 'phone', value: '13900139000' } })
    await twice()
    expect(page.text()).toContain('第 3 步')
    for (let i = 0; i < 4; i++) previous!.call(page.component.instance)
    expect(page.text()).toContain('第 1 步')
  })
})
