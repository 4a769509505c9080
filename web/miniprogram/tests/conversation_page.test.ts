import { beforeEach, describe, expect, it } from 'vitest'
import { forget, openPage } from './opening'
import { phone } from './phone'
import { until } from './rendering'
import { asked, begun, chatPage, sent, shows } from './visiting'

const URL_OF_FORM = '/pages/form/form?id=fm_demo'

beforeEach(begun)

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
