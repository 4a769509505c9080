/** The script: what the assistant of the mock says to a sentence or a button. A list of messages, or a function of the session. */

import * as cards from './cards.mjs'

const connectAgent = (session) => {
  session.owner = 'queue'
  session.later(1500, () => {
    session.owner = 'agent'
    session.push(cards.handoff('connected', { agent: '陈静' }))
    session.push({ ...cards.text('您好，我是帮办员陈静。刚才您和助手说的我都看到了，不用重复。请问还差哪一步？'), sender: 'agent' })
  })
  return [cards.handoff('queued', { position: 2, estimated_wait_s: 180 })]
}

const booked = (session) => {
  session.appointment = 'booked'
  return [cards.text('约好了，到时带上下面这些就行。'), cards.appointment('booked')]
}

const RULES = [
  [/晕倒|没有呼吸|急救/, [cards.emergency]],
  [/系统坏了/, [cards.unavailable]],
  [/未来/, [cards.future]],
  [/^\/simplify/, [() => cards.text('好的，我会说得简单一点，一次只问一件事。')]],
  [/^\/use_traditional/, [() => cards.text('好的，之後用繁體字回覆您。')]],
  [/^\/use_simplified/, [() => cards.text('好的，之后用简体字回复您。')]],
  [/^\/rate/, [() => cards.text('谢谢您的评价，我们会继续改进。')]],
  [/^\/human|人工/, connectAgent],
  [/^\/cancel_handoff/, (s) => ((s.owner = 'bot'), [cards.text('好的，已经取消排队。')])],
  [/没人在线/, [() => cards.handoff('ticket', { ticket_number: 'T20261031-007' })]],
  [/^\/pick_slot/, (s) => ((s.appointment = 'held'), [cards.appointment('held')])],
  [/^\/confirm_slot|^确认/, booked],
  [/^\/cancel_booking|取消预约/, (s) => ((s.appointment = 'cancelled'), [cards.text('预约已经取消。'), cards.appointment('cancelled')])],
  [/^\/reschedule|改约|^\/start_booking|预约去/, [cards.slots]],
  [/^\/my_appointments|我的预约/, (s) => [s.appointment ? cards.appointment(s.appointment) : cards.text('您还没有预约。')]],
  [/^\/start_form|^\/continue_form|^\/show_form|填表/, (s) => [cards.text('能从您的身份信息和电子证照里取到的，我已经填好了。'), s.form()]],
  [/^\/ask_progress|^\/show_case|进度/, [cards.caseCard]],
  [/^\/answer_situation|^\/ask_aspect.*materials|要带什么/, [() => cards.text('按您的情况，要准备的就是这些，一次说全：'), cards.materials]],
  [/^\/ask_aspect|多少钱/, [cards.answer]],
  [/^\/choose_item/, [cards.guide, cards.situation]],
  [/评价/, [cards.rating]],
  [/丢|补领|唔見/, [cards.guide, cards.situation]],
  [/身份证/, [cards.items]],
  [/^\/start_over|^\/greet|你好|您好/, [cards.hello]],
]

const NO_ANSWER = [
  () => ({
    type: 'choices',
    text: '这个我没有查到，不敢乱说。要不要请帮办员来看看？',
    choices: [{ label: '转人工帮办', payload: '/human' }, { label: '换个说法再问', payload: '/start_over' }],
  }),
]

export function replies(session, said) {
  if (session.owner !== 'bot' && !said.startsWith('/cancel_handoff')) return agentTurn(session, said)
  const rule = RULES.find(([pattern]) => pattern.test(said))?.[1] ?? NO_ANSWER
  return typeof rule === 'function' ? rule(session) : rule.map((make) => make())
}

function agentTurn(session, said) {
  if (/谢谢|没有了/.test(said)) {
    session.later(300, () => {
      session.owner = 'bot'
      session.push(cards.handoff('closed', { agent: '陈静' }))
      session.push(cards.rating())
    })
  } else if (session.owner === 'agent') {
    session.later(800, () => session.push({ ...cards.text('好的，我看一下，请稍等。'), sender: 'agent' }))
  }
  return []
}
