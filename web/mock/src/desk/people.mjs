/** Four citizens as the desk sees them: three wait, one is with a colleague. Every message type occurs. */

import * as cards from '../cards.mjs'

const ago = (seconds) => new Date(Date.now() - seconds * 1000 + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+08:00')
const GUIDE = 'jumin-shenfenzheng-buling'
const NAME = '居民身份证丢失补领'
const queued = (position) => cards.handoff('queued', { position, estimated_wait_s: 180 })
const says = (text) => cards.text(text, 'citizen')

function talk(id, started, parts) {
  const step = started / (parts.length + 1)
  return parts.map((part, i) => ({ sender: part.type === 'handoff' ? 'system' : 'bot', ...part, seq: i + 1, id: `ms_${id}_${i + 1}`, created_at: ago(started - step * i) }))
}

const suggestions = [
  { kind: 'reply', id: 'greeting', text: '您好，我是帮办员，您的情况我已经看到了，马上帮您核对。' },
  { kind: 'reply', id: 'confirm', text: `我理解您想办的是“${NAME}”，对吗？` },
  { kind: 'guide', guide_id: GUIDE, name: NAME, section: null, text: null },
  { kind: 'guide', guide_id: 'linshi-jumin-shenfenzheng-shenling', name: '临时居民身份证申领', section: 'time_limit', text: '3个工作日内发证' },
]
const empty = { summary: '', guide_id: null, situation: [], form: null, appointment: null, sources: [], failures: [], waited_s: null }

export const conversations = () => [
  {
    id: 'cv_1', owner: 'queue', agent: null, version: 7, channel: 'miniprogram', since: ago(402), priority: 2, reason: 'asked', notes: [], suggestions,
    package: {
      ...empty, guide_id: GUIDE, waited_s: 402,
      summary: '要补领丢失的身份证，82岁，想请儿子代办。\n最后一句：我儿子能不能替我去拿？',
      situation: [{ ask: '办证的人满16周岁了吗？', answer: '已满16周岁' }, { ask: '申请人的户口在哪里？', answer: '广州户籍' }, { ask: '两年内在广州拍过证件数字相片吗？', answer: '没有，需要重新拍' }],
      form: cards.form(), appointment: cards.appointment('held'),
      sources: [{ guide_id: GUIDE, name: NAME, version: 3, section: 'materials' }, { guide_id: GUIDE, name: NAME, version: 3, section: 'fees' }],
      failures: [{ at: ago(430), text: '我儿子能不能替我去拿', outcome: 'no_answer' }, { at: ago(470), text: '行动不便怎么办', outcome: 'partial' }],
    },
    messages: talk('cv_1', 900, [
      says('身份证唔见咗，点补办？'), cards.guide(), cards.situation(), says('满了'), cards.materials(), says('要多少钱'), cards.answer(), cards.items(), cards.form(),
      says('我要预约'), cards.slots(), cards.appointment('held'), says('我的办件到哪了'), cards.caseCard(), cards.unavailable(), says('我儿子能不能替我去拿？'), says('转人工'), queued(1),
    ]),
  },
  {
    id: 'cv_2', owner: 'queue', agent: null, version: 3, channel: 'wechat_oa', since: ago(126), priority: 1, reason: 'not_understood', notes: [], suggestions: suggestions.slice(0, 1),
    package: { ...empty, summary: '孩子随父亲入户，父母户口不在同一个区，问了两次没答上。', guide_id: 'chusheng-dengji', waited_s: 126, failures: [{ at: ago(200), text: '孩子爸爸户口在番禺，妈妈在佛山，怎么上户口', outcome: 'no_answer' }] },
    messages: talk('cv_2', 400, [says('孩子爸爸户口在番禺，妈妈在佛山，怎么上户口'), cards.text('这个我没有查到，不敢乱说。要不要请帮办员来看看？'), says('好'), queued(2)]),
  },
  {
    id: 'cv_3', owner: 'queue', agent: null, version: 2, channel: 'web', since: ago(31), priority: 0, reason: 'asked', notes: [], suggestions: suggestions.slice(0, 1),
    package: { ...empty, summary: '一开始就要求人工，还没说要办什么。', waited_s: 31 },
    messages: talk('cv_3', 60, [says('人工'), queued(3)]),
  },
  {
    id: 'cv_4', owner: 'agent', agent: 'st_2', version: 5, channel: 'web', since: ago(760), priority: 0, reason: 'asked', suggestions: [],
    notes: [{ at: ago(300), id: 'nt_1', staff: 'st_2', name: '黄志强', text: '已核对回乡证号码，等市民拍照片。' }],
    package: { ...empty, summary: '港澳居民居住证换领，已带齐材料，照片不合格。', guide_id: 'gangao-juzhuzheng', waited_s: 48 },
    messages: talk('cv_4', 900, [says('居住證過期點換？'), cards.text('可以到任一公安派出所办理。'), cards.handoff('connected', { agent: '黄志强' }), cards.text('您好，我是黄志强，请问照片是什么时候拍的？', 'agent'), says('上個月影嘅'), cards.rating()]),
  },
]
