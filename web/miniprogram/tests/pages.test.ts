import type { FormReply } from '@bangban/shared'
import { beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { forget, openPage, type Page } from './opening'
import { phone, type Answer } from './phone'
import { until } from './rendering'

const URL_OF_FORM = '/pages/form/form?id=fm_demo'

beforeEach(() => {
  forget()
  phone.connect(inject('gateway'))
  phone.storage.consent = { version: 1, at: '' }
})

const sent = (page: Page, words: string) => page.component.instance.say!({ detail: { words } })
const shows = (page: Page, words: string) => until(() => page.text().includes(words), words)
const asked = (method: string, path: string) => phone.asked.filter((a) => a.method === method && a.path.startsWith(path))

async function chatPage(query: Record<string, string> = {}): Promise<Page> {
  const page = openPage('pages/chat/chat', query)
  await until(() => page.component.instance.data.started === true, 'the conversation')
  return page
}

describe('the conversation', () => {
  it('sends and keeps nothing before the citizen has agreed', async () => {
    phone.storage = {}
    const page = openPage('pages/chat/chat')
    await shows(page, '同意并继续')
    await page.tap(page.find('不同意')[0])
    expect(page.text()).toContain('没有同意也没关系')
    expect(phone.asked).toEqual([])
    expect(phone.storage).toEqual({})
    await page.all('sheet__yes')[0]!.fire('agreeprivacyauthorization')
    await shows(page, '大家常办')
    expect(phone.storage.consent).toMatchObject({ version: 1 })
    expect(page.text()).not.toContain('同意并继续')
  })

  it('asks anew where WeChat has no record that he agreed, and takes the tap for a yes where the button cannot tell WeChat', async () => {
    phone.unrecorded = true
    phone.tellsWeChat = false
    const page = openPage('pages/chat/chat')
    await shows(page, '同意并继续')
    expect(phone.asked).toEqual([])
    await page.tap(page.all('sheet__yes')[0])
    await shows(page, '大家常办')
  })

  it('is shown in large type to somebody whose WeChat is', async () => {
    phone.letters = 24
    const page = await chatPage()
    expect(page.component.instance.data.pageClass).toContain('page--elder')
  })

  it('says an example once, however often it is tapped', async () => {
    const page = await chatPage()
    await shows(page, '大家常办')
    const topic = page.find('补身份证')[0]
    await Promise.all([page.tap(topic), page.tap(topic)])
    await shows(page, '办证的人满16周岁了吗')
    expect(page.all('mine__bubble')).toHaveLength(1)
  })

  it('says why there is no picture, and shows the way to allow it', async () => {
    const page = await chatPage()
    phone.refuses = 'auth deny'
    await page.tap(page.all('picture')[0])
    expect(phone.last('showModal')).toMatchObject({ title: '还没有允许用相机或相册' })
    expect(phone.last('openSetting')).toBeDefined()
    expect(asked('POST', '/api/chat/uploads')).toEqual([])
  })

  it('goes from a sentence to a booked appointment', async () => {
    const page = await chatPage()
    await page.tap(page.find('补身份证')[0])
    await shows(page, '办证的人满16周岁了吗')
    expect(page.all('mine__bubble').map((n) => n.dom.textContent)).toEqual(['身份证丢了，怎么补办'])
    sent(page, '改约')
    await until(() => page.all('time').length > 0, 'times')
    await page.tap(page.all('time').find((n) => !n.dom.className.includes('full')))
    await until(() => page.find('确认预约').length > 0, 'the question')
    await page.tap(page.find('确认预约')[0])
    await shows(page, 'A0826')
    expect(JSON.parse(JSON.stringify(asked('POST', '/api/chat/messages').at(-1)?.body))).toMatchObject({ payload: '/confirm_slot{"appointment_id":"ap_demo"}' })
  })

  it('keeps an elder to what follows his last words', async () => {
    const page = await chatPage()
    sent(page, '你好')
    await shows(page, '我是帮办助手')
    await page.tap(page.find('长辈版')[0])
    await shows(page, '一次只问一件事')
    expect(page.text()).not.toContain('我是帮办助手')
    expect(page.root.querySelector('[class~="page--elder"], [class*="--page--elder"]')).not.toBeNull()
    await page.tap(page.find('看前面的对话')[0])
    expect(page.text()).toContain('我是帮办助手')
  })

  it('turns to traditional characters, and tells the assistant', async () => {
    const page = await chatPage()
    await page.tap(page.find('繁')[0])
    await shows(page, '您好，有什麼可以幫您')
    sent(page, '你好')
    await until(() => asked('POST', '/api/chat/messages').length === 2, 'both messages')
    expect(asked('POST', '/api/chat/messages').map((a) => (a.body as { payload?: string }).payload)).toEqual(['/use_traditional', undefined])
    expect(phone.asked.at(-1)?.header['Accept-Language']).toBe('zh-Hant')
  })

  it('uploads a picture and then says so', async () => {
    const page = await chatPage()
    await page.tap(page.all('picture')[0])
    await shows(page, '照片收到了')
    expect(asked('POST', '/api/chat/uploads')).toHaveLength(1)
    expect(asked('POST', '/api/chat/messages')[0]?.body).toMatchObject({ upload_id: expect.stringMatching(/^up_/) })
  })

  it('says what was refused, and lets it be sent again', async () => {
    const page = await chatPage()
    sent(page, '出错')
    await shows(page, '这句话没法处理')
    await page.tap(page.find('删除')[0])
    expect(page.text()).not.toContain('这句话没法处理')
  })

  it('says that the line is down, and sends what was said when it is back', async () => {
    const page = await chatPage()
    const network = phone.network
    phone.network = () => Promise.reject(new Error('down'))
    sent(page, '多少钱')
    await shows(page, '还没发出，联网后自动发送')
    phone.network = network
    phone.online()
    await shows(page, '40元/证')
    expect(page.all('mine__bubble')).toHaveLength(1)
  })

  it('follows the link that opened it', async () => {
    await chatPage({ next: encodeURIComponent(URL_OF_FORM) })
    expect(phone.last('navigateTo')).toEqual({ url: URL_OF_FORM })
    forget()
    const page = await chatPage({ guide_id: 'jumin-shenfenzheng-buling' })
    await shows(page, '40元/证')
  })
})

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

describe('the other pages', () => {
  it('the appointment page shows the code large and the screen bright', async () => {
    const chat = await chatPage()
    chat.component.instance.choose!({ detail: { label: '确认', payload: '/confirm_slot' } })
    await shows(chat, 'A0826')
    const page = openPage('pages/appointment/appointment', { id: 'ap_demo' })
    await shows(page, '给工作人员看这个码')
    expect(page.component.instance.data.qr).toMatch(/^data:image/)
    expect(phone.last('setScreenBrightness')).toEqual({ value: 0.8 })
    page.component.instance.onUnload!()
    expect(phone.last('setScreenBrightness')).toEqual({ value: 0.4 })
  })

  it('the guide page shows every section, the cases and the sources', async () => {
    phone.storage = {}
    const page = openPage('pages/guide/guide', { id: 'jumin-shenfenzheng-buling', section: 'fee' })
    await shows(page, '申请材料')
    expect(phone.last('pageScrollTo')).toMatchObject({ selector: '#section-fee' })
    expect(page.text()).toContain('适用：')
    expect(page.text()).toContain('资料来源')
  })

  it('the guide page sends nothing for somebody who has not agreed: the conversation asks him, and does it then', async () => {
    phone.storage = {}
    const page = openPage('pages/guide/guide', { id: 'jumin-shenfenzheng-buling' })
    await until(() => page.find('帮我填表').length > 0, 'the button')
    await page.tap(page.find('帮我填表')[0])
    expect(phone.last('reLaunch')).toEqual({ url: '/pages/chat/chat?guide_id=jumin-shenfenzheng-buling&do=start_form' })
    expect(phone.asked.map((a) => a.method)).toEqual(['GET'])
    phone.storage.consent = { version: 1, at: '' }
    const chat = await chatPage({ guide_id: 'jumin-shenfenzheng-buling', do: 'start_form' })
    await shows(chat, '打开表单')
    expect(chat.all('mine__bubble').map((n) => n.dom.textContent)).toEqual(['帮我填表'])
  })

  it('a page that did not load says why, and shows that it tries again', async () => {
    const network = phone.network
    phone.network = () => Promise.reject(new Error('down'))
    const page = openPage('pages/guide/guide', { id: 'jumin-shenfenzheng-buling' })
    await shows(page, '暂时连不上服务')
    let answer: (value: Answer) => void = () => undefined
    phone.network = () => new Promise((done) => (answer = done))
    await page.tap(page.find('重试')[0])
    expect(page.text()).toBe('正在加载')
    answer(await network({ method: 'GET', path: '/api/guides/jumin-shenfenzheng-buling', body: undefined, header: {} }))
    await shows(page, '申请材料')
  })

  it('my affairs stay on the page when they cannot be asked for again', async () => {
    const page = openPage('pages/me/me')
    await shows(page, '还没有预约')
    phone.network = () => Promise.reject(new Error('down'))
    page.component.instance.onShow!()
    await until(() => phone.last('showToast') !== undefined, 'the word')
    expect(page.text()).toContain('还没有预约')
  })

  it('my affairs list appointments, cases and drafts, and in a demo somebody else can be chosen', async () => {
    const chat = await chatPage()
    sent(chat, '填表')
    await shows(chat, '打开表单')
    const page = openPage('pages/me/me')
    await shows(page, '草稿 1')
    await page.tap(page.find('预约 0')[0])
    expect(page.text()).toContain('还没有预约')
    Object.assign(wx, { showActionSheet: () => Promise.resolve({ tapIndex: 0 }) })
    await page.tap(page.find('切换身份')[0])
    await until(() => phone.last('reLaunch') !== undefined, 'the new conversation')
    expect(phone.storage.session).toMatchObject({ citizen: { display_name: '张伟' } })
    expect(asked('POST', '/api/chat/sessions').at(-1)?.body).toMatchObject({ sandbox_citizen: 'zhang-wei', visitor_token: expect.any(String) })
  })

  it('the privacy page erases what there is and leaves nothing on the phone', async () => {
    await chatPage()
    phone.storage['ready.x'] = ['居住证明']
    const page = openPage('pages/privacy/privacy')
    await page.tap(page.find('清除我的数据')[0])
    await shows(page, '依法保留')
    expect(Object.keys(phone.storage).sort()).toEqual(['consent'])
  })

  it('a token refused while all is erased opens no session', async () => {
    const { network } = phone
    const chat = await chatPage()
    let late: () => void = () => undefined
    let erase: () => void = () => undefined
    phone.network = async (request) => {
      if (request.method === 'POST' && request.path === '/api/chat/messages') {
        await new Promise<void>((done) => (late = done))
        return { status: 401, data: { error: { code: 'x', message: '' } } }
      }
      if (request.method === 'DELETE') await new Promise<void>((done) => (erase = done))
      return network(request)
    }
    sent(chat, '身份证丢了')
    await until(() => asked('POST', '/api/chat/messages').length === 1, 'the message')
    const page = openPage('pages/privacy/privacy')
    await page.tap(page.find('清除我的数据')[0])
    await until(() => asked('DELETE', '/api/chat/me').length === 1, 'the erasure')
    late()
    await until(() => chat.component.instance.data.thinking === false, 'the refusal')
    phone.online()
    erase()
    await shows(page, '依法保留')
    expect(asked('POST', '/api/chat/sessions')).toHaveLength(1)
    expect(Object.keys(phone.storage).sort()).toEqual(['consent'])
  })

  it.each([['the history', 'GET'], ['a message', 'POST']])('%s that was under way when all was erased brings nothing back', async (_, method) => {
    const { network } = phone
    let late: () => void = () => undefined
    let answered = false
    phone.network = async (request) => {
      if (request.method !== method || !request.path.startsWith('/api/chat/messages')) return network(request)
      await new Promise<void>((done) => (late = done))
      const answer = await network(request)
      setTimeout(() => (answered = true), 50) // whatever follows from it has begun by then
      return answer
    }
    const chat = openPage('pages/chat/chat')
    if (method === 'POST') {
      await until(() => chat.component.instance.data.started === true, 'the conversation')
      sent(chat, '身份证丢了')
    }
    await until(() => asked(method, '/api/chat/messages').length > 0, 'the request')
    const page = openPage('pages/privacy/privacy')
    await page.tap(page.find('清除我的数据')[0])
    await shows(page, '依法保留')
    const openings = asked('POST', '/api/chat/sessions').length
    late()
    await until(() => answered, 'the late answer')
    expect(Object.keys(phone.storage).sort()).toEqual(['consent'])
    expect(asked('POST', '/api/chat/sessions')).toHaveLength(openings)
  })

  it('a consent taken back while he is on his way in opens no session', async () => {
    const { network } = phone
    let late: () => void = () => undefined
    phone.network = async (request) => {
      if (request.path === '/api/chat/sessions') await new Promise<void>((done) => (late = done))
      return network(request)
    }
    const chat = openPage('pages/chat/chat')
    await until(() => asked('POST', '/api/chat/sessions').length === 1, 'the way in')
    const page = openPage('pages/privacy/privacy')
    await page.tap(page.find('撤回同意')[0])
    await until(() => phone.last('reLaunch') !== undefined, 'the beginning')
    late()
    await until(() => chat.component.instance.data.failed === true, 'that it ended')
    expect(phone.storage).toEqual({})
    expect(phone.asked.filter((a) => a.path !== '/api/chat/sessions')).toEqual([])
  })

  it('the guide page is in the reader’s characters, also when he changes them while it loads', async () => {
    phone.storage.settings = { elder: false, script: 'zh-Hant' }
    const page = openPage('pages/guide/guide', { id: 'jumin-shenfenzheng-buling' })
    await shows(page, '居民身份證')
    expect(page.text()).not.toContain('身份证')
    forget()
    phone.storage.settings = { elder: false, script: 'zh-Hans' }
    const chat = await chatPage()
    const { network } = phone
    const late: (() => void)[] = []
    phone.network = async (request) => {
      if (request.path.startsWith('/api/guides/')) await new Promise<void>((done) => late.push(done))
      return network(request)
    }
    const other = openPage('pages/guide/guide', { id: 'jumin-shenfenzheng-buling' })
    await until(() => late.length === 1, 'the first question')
    await chat.tap(chat.find('繁')[0])
    await until(() => late.length === 2, 'the second')
    late[1]!()
    await shows(other, '居民身份證')
    late[0]!()
    await chat.tap(chat.find('简')[0])
    await until(() => late.length === 3, 'the third')
    expect(other.text()).toContain('居民身份證')
    late[2]!()
    await shows(other, '居民身份证')
  })

  it('the page of notices switches one topic of one way, and proves an address by its code', async () => {
    const page = openPage('pages/notices/notices')
    await shows(page, '电子邮件')
    const on = () => page.all('flip').map((n) => n.dom.getAttribute('aria-checked') ?? (n.dom.querySelector('[class*="switch--on"]') ? 'true' : 'false'))
    expect(on()).toEqual(Array(6).fill('true'))
    await page.tap(page.find('办件')[0])
    await until(() => asked('PUT', '/api/me/notices').length === 1 && on()[1] === 'false', 'the switch')
    expect(asked('PUT', '/api/me/notices')[0]?.body).toEqual({ switches: { sms: { case: false } } })
    const type = (name: string, value: string) => page.component.instance.typed!({ currentTarget: { dataset: { name } }, detail: { value } })
    type('address', ' zhang@mail.example ')
    await page.tap(page.find('发送验证码')[0])
    await shows(page, '验证码已发到 z***@mail.example')
    expect(asked('POST', '/api/me/notices/email')[0]?.body).toEqual({ address: 'zhang@mail.example' })
    type('code', '000000')
    await page.tap(page.find('确认邮箱')[0])
    await shows(page, '验证码不对')
    type('code', '123456')
    await page.tap(page.find('确认邮箱')[0])
    await until(() => page.find('不再用邮箱接收通知').length > 0, 'the address')
    expect(page.text()).not.toContain('验证码不对')
    await page.tap(page.find('不再用邮箱接收通知')[0])
    await shows(page, '接收通知的邮箱')
  })

  it('a switch that could not be kept stays as it was, and says why', async () => {
    const page = openPage('pages/notices/notices')
    await shows(page, '电子邮件')
    phone.network = () => Promise.reject(new Error('down'))
    await page.tap(page.find('办件')[0])
    await shows(page, '暂时连不上服务')
    expect(page.all('switch--on')).toHaveLength(6)
  })

  it('a consent taken back is asked for again', async () => {
    await chatPage()
    const page = openPage('pages/privacy/privacy')
    await page.tap(page.find('撤回同意')[0])
    await vi.waitFor(() => expect(phone.last('reLaunch')).toBeDefined(), 20_000)
    expect(phone.storage).toEqual({})
  })
})
