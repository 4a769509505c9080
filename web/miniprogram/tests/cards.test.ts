import { describe, expect, it } from 'vitest'
import * as cards from '../../mock/src/cards.mjs'
import { phone } from './phone'
import { render, renderCard } from './rendering'

const visits = (wanted: string) => phone.did.filter(([name]) => name === 'navigateTo').map(([, o]) => o.url).filter((url) => url.startsWith(wanted))

describe('words', () => {
  it('stand in a bubble, and a number in them can be called', async () => {
    const card = render('components/linked-text/linked-text', { text: '请打 12345，或看 https://a.cn/b' })
    expect(card.text()).toBe('请打 12345，或看 https://a.cn/b')
    await card.tap(card.find('12345')[0])
    expect(phone.last('makePhoneCall')).toMatchObject({ phoneNumber: '12345' })
    await card.tap(card.find('https')[0])
    expect(phone.last('setClipboardData')).toMatchObject({ data: 'https://a.cn/b' })
  })
})

describe('an emergency', () => {
  it('offers the call at once', async () => {
    const card = renderCard(cards.emergency())
    expect(card.text()).toContain('紧急情况')
    await card.tap(card.find('拨打 120')[0])
    expect(phone.last('makePhoneCall')).toMatchObject({ phoneNumber: '120' })
  })

  it('is no notice of another kind', () => {
    expect(renderCard(cards.unavailable()).find('拨打')).toHaveLength(0)
  })
})

describe('choices', () => {
  it('show the question once and send the payload of the button with its words', async () => {
    const card = renderCard(cards.situation())
    expect(card.text().match(/已满16周岁/g)).toHaveLength(1)
    await card.tap(card.find('未满16周岁')[0])
    expect(card.chosen).toEqual([{ label: '未满16周岁', payload: cards.situation().choices[1]!.payload }])
  })

  it('stand in a row when they are short, under each other for elders', () => {
    expect(renderCard(cards.situation()).all('row')).toHaveLength(1)
    expect(renderCard(cards.situation(), { elder: true }).all('list')).toHaveLength(1)
  })

  it('mark what was chosen, and leave out what the card above offers', () => {
    expect(renderCard(cards.situation(), { chosen: '未满16周岁' }).all('is-chosen').map((n) => n.dom.textContent)).toEqual(['未满16周岁'])
    expect(renderCard(cards.hello(), { offered: ['human'] }).find('转人工')).toHaveLength(0)
  })
})

describe('a list of items', () => {
  it('names each once, with the reason, and a tap chooses it', async () => {
    const card = renderCard(cards.items())
    expect(card.text().match(/临时居民身份证申领/g)).toHaveLength(1)
    expect(card.text()).toContain('有效期快满')
    await card.tap(card.find('居民身份证换领')[0])
    expect(card.chosen).toEqual([{ label: '居民身份证换领', payload: cards.items().items[1]!.payload }])
  })
})

describe('a guide', () => {
  it('shows facts and review, opens its sections on a tap', async () => {
    const card = renderCard(cards.guide())
    expect(card.text()).toContain('40元/证')
    expect(card.text()).toContain('尚未经主管部门审核')
    expect(card.text()).not.toContain('受理条件')
    await card.tap(card.find('指南里的 7 个部分')[0])
    await card.tap(card.find('受理条件')[0])
    expect(visits('/pages/guide/guide')).toEqual(['/pages/guide/guide?id=jumin-shenfenzheng-buling&section=conditions'])
  })

  it('keeps its buttons behind a tap when a question follows', async () => {
    const card = renderCard(cards.guide(), { asks: true })
    expect(card.find('帮我填表')).toHaveLength(0)
    await card.tap(card.find('先了解别的')[0])
    await card.tap(card.find('帮我填表')[0])
    expect(card.chosen[0]?.payload).toContain('/start_form')
  })
})

describe('an answer', () => {
  it('names the aspect, the lines, what it rests on and where it stands', async () => {
    const card = renderCard(cards.answer())
    expect(card.text()).toContain('收费居民身份证丢失补领')
    expect(card.text()).toContain('依据：广州身份证补办指南')
    await card.tap(card.find('第 3 版')[0])
    expect(visits('/pages/guide/guide')).toEqual(['/pages/guide/guide?id=jumin-shenfenzheng-buling&section=fee'])
  })
})

describe('materials', () => {
  it('are split in what to bring and what nobody has to hand in', () => {
    const card = renderCard(cards.materials())
    expect(card.text()).toContain('共 5 项，2 项免交')
    expect(card.text()).toContain('免交 · 电子证照')
    expect(card.text()).toContain('可容缺')
  })

  it('are ticked off, and the phone remembers it', async () => {
    const card = renderCard(cards.materials())
    await card.tap(card.find('居住证明')[0])
    expect(card.text()).toContain('已备好 1/3')
    expect(phone.storage['ready.jumin-shenfenzheng-buling']).toEqual(['居住证明'])
    await card.tap(card.find('居住证明')[0])
    expect(phone.storage['ready.jumin-shenfenzheng-buling']).toEqual([])
  })
})

describe('a form', () => {
  it('shows what is filled, whence, and what is missing; the known part is one line until opened', async () => {
    const card = renderCard(cards.form())
    expect(card.text()).toContain('还差 4 项')
    expect(card.text()).toContain('13800138000')
    expect(card.text()).not.toContain('张伟')
    await card.tap(card.find('已经替您填好')[0])
    expect(card.text()).toContain('张伟')
    expect(card.text()).toContain('440106********1234')
    expect(card.text()).not.toContain('199003')
  })

  it('opens its page', async () => {
    const card = renderCard(cards.form())
    await card.tap(card.find('打开表单')[0])
    expect(visits('/pages/form/form')).toEqual(['/pages/form/form?id=fm_demo'])
  })
})

describe('times to choose from', () => {
  it('begin with the first day that has a free one; a full time cannot be taken', async () => {
    const card = renderCard(cards.slots())
    expect(card.all('day--on')).toHaveLength(1)
    const times = card.all('time')
    const free = times.filter((n) => !n.dom.className.includes('full'))
    expect(free.length).toBeGreaterThan(0)
    expect(free.length).toBeLessThan(times.length)
    await card.tap(free[0])
    expect(card.chosen[0]?.payload).toContain('/pick_slot')
    expect(card.chosen[0]?.label).toMatch(/^\d+月\d+日 周. \d\d:\d\d$/)
  })

  it('ask an elder for the day first, then for the time', async () => {
    const card = renderCard(cards.slots(), { elder: true })
    expect(card.all('time')).toHaveLength(0)
    await card.tap(card.all('day')[1])
    expect(card.all('day')).toHaveLength(0)
    expect(card.all('time').length).toBeGreaterThan(0)
    expect(card.all('time--full')).toHaveLength(0)
    await card.tap(card.find('换一天')[0])
    expect(card.all('day')).toHaveLength(6)
  })

  it('keep the chosen day when only something around the card changes', async () => {
    const card = renderCard(cards.slots())
    await card.tap(card.all('day')[3])
    const day = () => card.all('day--on')[0]?.dom.textContent
    const before = day()
    card.component.setData({ shown: { ...card.component.instance.data.shown as object, chosen: '别的' } })
    expect(day()).toBe(before)
  })
})

describe('an appointment', () => {
  it('that is booked shows the code, its picture, what to bring and what can be done', async () => {
    const card = renderCard(cards.appointment('booked'), { name: '居民身份证丢失补领' })
    expect(card.text()).toContain('A0826')
    expect(card.component.instance.data.qr).toMatch(/^data:image\/gif;base64,/)
    expect(card.text()).toContain('请带上')
    await card.tap(card.find('取消预约')[0])
    expect(card.chosen).toEqual([{ label: '取消预约', payload: '/cancel_booking{"appointment_id":"ap_demo"}' }])
    await card.tap(card.find('加入日历')[0])
    expect(phone.last('addPhoneCalendar')).toMatchObject({ title: '到天河区公安分局办证中心办事', location: '天河区软件路13号' })
    expect(phone.last('showToast')).toMatchObject({ title: '已经加入日历' })
  })

  it('that the phone may not write into its calendar leads to the settings; where he went back nothing is said', async () => {
    const card = renderCard(cards.appointment('booked'))
    phone.refuses = 'cancel'
    await card.tap(card.find('加入日历')[0])
    expect(phone.last('showModal')).toBeUndefined()
    phone.refuses = 'auth deny'
    await card.tap(card.find('加入日历')[0])
    expect(phone.last('showModal')).toMatchObject({ title: '还没有允许写日历' })
    expect(phone.last('openSetting')).toBeDefined()
    phone.refuses = 'system error'
    await card.tap(card.find('加入日历')[0])
    expect(phone.last('showToast')).toMatchObject({ title: '没能加入日历，请您记下时间' })
  })

  it('opens its page once, however often it is tapped while that opens', async () => {
    const card = renderCard(cards.appointment('booked'))
    phone.slow = true
    await card.tap(card.find('出示预约码')[0])
    await card.tap(card.find('出示预约码')[0])
    expect(visits('/pages/appointment')).toHaveLength(1)
    phone.slow = false
    phone.opens?.()
    await card.tap(card.find('出示预约码')[0])
    expect(visits('/pages/appointment')).toHaveLength(2)
  })

  it('that is only held asks to be confirmed and shows no code yet', async () => {
    const card = renderCard(cards.appointment('held'))
    expect(card.text()).not.toContain('A0826')
    await card.tap(card.find('确认预约')[0])
    expect(card.chosen[0]?.payload).toBe('/confirm_slot{"appointment_id":"ap_demo"}')
  })

  it('that is cancelled offers nothing more', () => {
    const card = renderCard(cards.appointment('cancelled'))
    expect(card.all('btn')).toHaveLength(0)
    expect(card.text()).toContain('已取消')
  })
})

describe('a case', () => {
  it('tells its story newest first and opens the filled form', async () => {
    phone.network = () => ({ status: 200, data: {} })
    const card = renderCard(cards.caseCard())
    const states = card.all('step__state').map((n) => n.dom.textContent)
    expect(states).toEqual(['办理中', '已受理', '已提交'])
    await card.tap(card.find('下载申请表')[0])
    await card.tap(card.find('下载申请表')[0])
    expect(phone.last('openDocument')).toMatchObject({ fileType: 'pdf' })
  })
})

describe('a hand-over', () => {
  it('tells the place in the queue and lets the citizen leave it', async () => {
    const card = renderCard(cards.handoff('queued', { position: 2, estimated_wait_s: 180 }))
    expect(card.text()).toContain('您排在第 2 位')
    expect(card.text()).toContain('约等 3 分钟')
    await card.tap(card.find('不等了')[0])
    expect(card.chosen[0]?.payload).toBe('/cancel_handoff')
  })

  it('that is over offers no leaving; a ticket says its number once', () => {
    expect(renderCard(cards.handoff('queued', { position: 2 }), { settled: true }).all('btn')).toHaveLength(0)
    expect(renderCard(cards.handoff('connected', { agent: '陈静' })).text()).toContain('帮办员 陈静 已接入')
    expect(renderCard(cards.handoff('ticket', { ticket_number: 'T1' })).text().match(/T1/g)).toHaveLength(1)
  })
})

describe('a rating', () => {
  it('goes from best to worst and sends the level', async () => {
    const card = renderCard(cards.rating())
    expect(card.all('level__label').map((n) => n.dom.textContent)).toEqual(['非常满意', '满意', '基本满意', '不满意', '非常不满意'])
    await card.tap(card.find('基本满意')[0])
    expect(card.chosen[0]?.payload).toContain('"value":3')
  })
})

describe('a row of the conversation', () => {
  it('shows a type that this client does not know by its words', () => {
    const row = render('components/message-row/message-row', { row: { key: 'k', message: { ...cards.future(), seq: 1 }, shown: null } })
    expect(row.root.textContent).toContain('旧页面只显示它的文字')
  })

  it('in traditional characters has traditional words', () => {
    expect(renderCard(cards.appointment('booked'), { script: 'zh-Hant' }).text()).toContain('預約成功')
  })
})
