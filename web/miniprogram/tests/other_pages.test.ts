import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forget, openPage } from './opening'
import { phone, type Answer } from './phone'
import { until } from './rendering'
import { asked, begun, chatPage, sent, shows } from './visiting'

beforeEach(begun)

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
