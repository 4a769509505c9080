/** One example of every message type, in the shapes of the contract; used by the scripted dialogues and by component tests. */

const GUIDE = 'jumin-shenfenzheng-buling'
const HALL = { id: 'gz-tianhe-huzheng', name: '天河区公安分局办证中心', address: '天河区软件路13号', district: '天河区' }

export const at = (days, time) => {
  const date = new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)
  return `${date}T${time}:00+08:00`
}

export const text = (words, sender = 'bot') => ({ type: 'text', text: words, sender })

export const emergency = () => ({
  type: 'notice',
  code: 'emergency.120',
  text: '请立即拨打 120 急救电话，说清楚地点和病人的情况。\n等待时让病人平躺，保持呼吸通畅；如果没有呼吸，请按电话里医生的指导做心肺复苏。',
})

export const unavailable = () => ({ type: 'notice', code: 'service.unavailable', text: '查询服务暂时出了点问题，不是没有这个事项。请稍等片刻再试，或者转人工帮办。' })

export const hello = () => ({
  type: 'choices',
  text: '您好，我是帮办助手。您可以直接说要办的事，比如“身份证丢了怎么补”。',
  choices: [
    { label: '身份证丢失补领', payload: `/choose_item${JSON.stringify({ guide_id: GUIDE })}` },
    { label: '查办件进度', payload: '/ask_progress' },
    { label: '转人工帮办', payload: '/human' },
  ],
})

export const situation = () => ({
  type: 'choices',
  prompt: '办证的人满16周岁了吗？\n（未满16周岁要监护人陪同，材料不一样）',
  text: '办证的人满16周岁了吗？\n（未满16周岁要监护人陪同，材料不一样）\n1. 已满16周岁\n2. 未满16周岁',
  choices: ['adult', 'minor'].map((option, i) => ({
    label: ['已满16周岁', '未满16周岁'][i],
    payload: `/answer_situation${JSON.stringify({ guide_id: GUIDE, situation: 'age16', option })}`,
  })),
})

export const items = () => ({
  type: 'item_list',
  text: '和“身份证”有关的事项有这几个，您要办哪一个？\n1. 居民身份证丢失补领\n2. 居民身份证换领\n3. 居民身份证首次申领\n4. 临时居民身份证申领',
  items: [
    ['居民身份证丢失补领', '证件丢了或被偷，要补一张新的', GUIDE],
    ['居民身份证换领', '有效期快满、损坏或信息有变', 'jumin-shenfenzheng-huanling'],
    ['居民身份证首次申领', '第一次办，含未满16周岁', 'jumin-shenfenzheng-shenling'],
    ['临时居民身份证申领', '等新证期间急用', 'linshi-jumin-shenfenzheng-shenling'],
  ].map(([name, why, guide_id]) => ({ guide_id, name, region: '广州市', why, payload: `/choose_item${JSON.stringify({ guide_id })}` })),
})

export const guide = () => ({
  type: 'guide',
  text: '居民身份证丢失补领（广州市）',
  guide_id: GUIDE,
  version: 3,
  name: '居民身份证丢失补领',
  region: '广州市',
  department: '公安机关（户政部门）',
  summary: [
    { label: '办理时限', value: '法定60日' },
    { label: '收费', value: '40元/证' },
    { label: '办理地点', value: '任一区公安分局办证中心，或者可以办户政业务的派出所、自助受理机' },
    { label: '能否网办', value: '满16周岁、省内户籍可以网上办' },
  ],
  sections: [
    ['materials', '申请材料'], ['conditions', '受理条件'], ['steps', '办理流程'], ['fee', '收费'], ['time', '办理时限'], ['where', '办理地点'], ['faq', '常见问题'],
  ].map(([id, title]) => ({ id, title })),
  actions: [
    { label: '看要带什么', payload: `/ask_aspect${JSON.stringify({ aspect: 'materials', guide_id: GUIDE })}` },
    { label: '帮我填表', payload: `/start_form${JSON.stringify({ guide_id: GUIDE })}` },
    { label: '预约去窗口', payload: `/start_booking${JSON.stringify({ guide_id: GUIDE })}` },
    { label: '要多少钱', payload: `/ask_aspect${JSON.stringify({ aspect: 'fee', guide_id: GUIDE })}` },
  ],
  reviewed: false,
  as_of: '2024',
})

const material = (name, kind, copies, more = {}) => ({ name, kind, copies, required: true, waived_by: null, deferrable: false, note: null, ...more })

export const materials = () => ({
  type: 'materials',
  text: '居民身份证丢失补领，按您的情况要准备这些：\n1. 广东省居民身份证数字相片采集回执',
  guide_id: GUIDE,
  version: 3,
  situation: [
    { ask: '办证的人满16周岁了吗？', answer: '已满16周岁' },
    { ask: '申请人的户口在哪里？', answer: '广州户籍' },
    { ask: '相貌有明显变化，或者两年内没在广州拍过证件数字相片吗？', answer: '是，需要重新拍' },
  ],
  materials: [
    material('广东省居民身份证数字相片采集回执', '表格', 1, { note: '在公安机关认可的照相点拍照后领取' }),
    material('居住证明', '原件和复印件', 2, { deferrable: true, note: '可以先受理，之后补交' }),
    material('委托书', '原件', 1, { required: false }),
    material('居民户口簿', '原件', null, { waived_by: 'e_licence', note: '系统直接调用您的电子户口簿' }),
    material('社会保险参保证明', '电子', null, { waived_by: 'data_sharing' }),
  ],
})

export const answer = () => ({
  type: 'answer',
  text: '居民身份证丢失补领·收费\n丢失补领工本费：40元/证（发改价格〔2003〕2322号）\n邮寄：省内18元/件、省外20元/件，到付\n（依据：广州身份证补办指南）',
  guide_id: GUIDE,
  version: 3,
  section: 'fee',
  aspect: 'fee',
})

const option = (value, label) => ({ value, label })
const field = (name, label, type, more = {}) => ({ name, label, type, value: null, source: null, locked: false, required: true, error: null, ...more })

export const formFields = () => [
  field('applicant_name', '申请人姓名', 'name', { value: '张伟', source: 'identity', locked: true }),
  field('applicant_id', '申请人身份证号', 'id_number', { value: '440106199003071234', source: 'identity', locked: true }),
  field('phone', '联系手机', 'phone', { value: '13800138000', source: 'previous' }),
  field('gender', '性别', 'select', { value: 'male', source: 'identity', locked: true, options: [option('male', '男'), option('female', '女')] }),
  field('hukou_address', '户籍地址', 'address', { value: '广东省广州市天河区石牌街道体育西路1号', source: 'licence', locked: true }),
  field('lost_date', '丢失日期', 'date'),
  field('lost_how', '丢失原因', 'select', { options: [option('lost', '遗失'), option('stolen', '被盗')] }),
  field('ethnicity', '民族', 'select', { value: 'han', source: 'licence', options: ['汉族', '壮族', '回族', '瑶族', '满族', '苗族', '土家族'].map((n, i) => option(['han', 'zhuang', 'hui', 'yao', 'man', 'miao', 'tujia'][i], n)) }),
  field('interim', '是否同时办临时身份证', 'yes_no'),
  field('delivery_address', '收件地址', 'address', { help: '写到区、街道和门牌号，例如：天河区石牌街道体育西路1号' }),
  field('email', '电子邮箱', 'email', { required: false }),
  field('photo', '本人照片', 'image', { required: false, help: '近期正面免冠照片' }),
  field('remark', '备注', 'long_text', { required: false }),
]

export const form = (fields = formFields(), state = 'draft') => {
  const missing = fields.filter((f) => f.required && (f.value === null || f.value === '' || f.error)).map((f) => f.name)
  return {
    type: 'form',
    text: `居民身份证丢失补领申请表：还差${missing.length}项。`,
    form_id: 'fm_demo',
    guide_id: GUIDE,
    state: state === 'draft' && !missing.length ? 'ready' : state,
    url: '/#/form/fm_demo',
    fields,
    missing,
  }
}

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六']

export const slots = () => ({
  type: 'slots',
  text: '天河区公安分局办证中心可以约这些时间，您看哪个方便？',
  guide_id: GUIDE,
  hall: HALL,
  days: [1, 2, 3, 4, 5, 6].map((n) => {
    const date = at(n, '00:00').slice(0, 10)
    const times = ['09:00', '09:20', '09:40', '10:00', '10:20', '11:00', '14:00', '14:20', '14:40', '15:00', '16:00']
    return {
      date,
      weekday: WEEKDAYS[new Date(`${date}T12:00:00Z`).getUTCDay()],
      slots: times.map((time, i) => ({
        slot_id: `sl_${date}_${time.replace(':', '')}`,
        start: at(n, time),
        end: at(n, time.replace(/(\d\d)$/, (m) => String(Number(m) + 19).padStart(2, '0'))),
        left: (i * 7 + n * 3) % 5,
        payload: `/pick_slot${JSON.stringify({ slot_id: `sl_${date}_${time.replace(':', '')}` })}`,
      })),
    }
  }),
})

export const appointment = (state = 'booked', id = 'ap_demo') => ({
  type: 'appointment',
  text: '已经约好了。',
  appointment_id: id,
  code: 'A0826',
  state,
  guide_id: GUIDE,
  hall: HALL,
  start: at(2, '09:20'),
  end: at(2, '09:40'),
  bring: ['广东省居民身份证数字相片采集回执（表格，1份）', '居住证明（原件和复印件，2份，可容缺）'],
  ics_url: `/api/appointments/${id}/visit.ics?key=demo`,
  qr_url: `/api/appointments/${id}/qr.svg?key=demo`,
})

export const caseCard = () => ({
  type: 'case',
  text: '您的办件正在审核。',
  case_id: 'ca_demo',
  number: '4401062026103100012',
  state: 'processing',
  guide_id: GUIDE,
  timeline: [
    { at: at(-2, '09:32'), state: 'submitted', note: '已收到您的申请' },
    { at: at(-1, '10:05'), state: 'accepted', note: '材料齐全，予以受理' },
    { at: at(0, '09:10'), state: 'processing', note: null },
  ],
  form_pdf_url: '/api/cases/ca_demo/form.pdf?key=demo',
})

export const handoff = (state, more = {}) => ({
  type: 'handoff',
  state,
  text: {
    queued: `正在为您转接帮办员\n您排在第${more.position}位，预计等3分钟。`,
    connected: '帮办员已接入',
    closed: '人工服务已结束',
    ticket: `已登记，稍后回复您\n现在没有帮办员在线，工作日上午会有人给您回电话。\n工单号：${more.ticket_number}`,
  }[state],
  position: null,
  estimated_wait_s: null,
  agent: null,
  ticket_number: null,
  ...more,
})

export const rating = () => ({
  type: 'rating',
  text: '请给这次服务打个分：\n5 非常满意\n4 满意',
  episode_id: 'ep_demo',
  levels: ['非常不满意', '不满意', '基本满意', '满意', '非常满意']
    .map((label, i) => ({ value: i + 1, label, payload: `/rate${JSON.stringify({ episode_id: 'ep_demo', value: i + 1 })}` }))
    .reverse(),
})

export const future = () => ({ type: 'hologram', text: '这是一种以后才有的消息，旧页面只显示它的文字。' })
