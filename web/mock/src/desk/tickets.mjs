/** A few tickets in different states, and the steps between them. */

const STEPS = {
  registered: ['dispatched', 'processing', 'closed'],
  dispatched: ['processing', 'returned'],
  returned: ['dispatched', 'processing', 'closed'],
  processing: ['replied', 'dispatched', 'returned'],
  replied: ['closed', 'disputed'],
  disputed: ['dispatched', 'processing'],
  closed: ['disputed'],
}
const hours = (n) => new Date(Date.now() + n * 3_600_000 + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+08:00')

export function move(ticket, { to, note = '', department = null, name, at }) {
  ticket.history = [...ticket.history, { at, actor: name === '系统' ? 'system' : 'st_1', name, origin: ticket.history.length ? ticket.state : null, state: to, note, department }]
  Object.assign(ticket, { state: to, department: department ?? ticket.department, next: STEPS[to] })
  return ticket
}

function ticket(n, kind, title, detail, origin, created, due, steps) {
  const made = { number: `GD2026112100${String(n).padStart(3, '0')}${n}`, kind, state: 'registered', title, detail, origin, conversation_id: n % 2 ? 'cv_1' : null, guide_id: null, department: null, created_at: hours(created), due_at: hours(due), promised_at: hours(due), closed_at: null, overdue: due < 0, next: [], history: [] }
  move(made, { to: 'registered', note: '系统登记', name: '系统', at: hours(created) })
  steps.forEach(([to, note, department], i) => move(made, { to, note, department, name: '陈晓敏', at: hours(created + (i + 1) * 0.5) }))
  return made
}

export const tickets = () => [
  ticket(1, 'callback', '回复市民：孩子随父亲入户，父母户口不在同一个区，机器人答不上', '我想问一下孩子出生随爸爸入户，妈妈户口在佛山，要不要先开证明？', 'nobody_there', -5, -1, []),
  ticket(2, 'complaint', '投诉：预约了上午办证，窗口说系统里查不到', '我约了周三上午九点半的，到了窗口说查不到预约，让我重新排队，等了两个小时。', 'bot', -30, 2, [['dispatched', '请核实当天预约记录并答复市民。', '天河区政务服务数据管理局']]),
  ticket(3, 'question', '咨询：港澳居民居住证到期前多久可以换', '居住证明年一月到期，现在可以换吗？', 'desk', -20, 50, [['processing', '正在与出入境核实。']]),
  ticket(4, 'follow_up', '低分回访：市民对上次服务打了2分', '回复太慢，最后也没说清楚要不要带结婚证。', 'rating', -60, 20, [['processing', '已电话联系。'], ['replied', '您好，办理这项业务需要带结婚证原件，给您带来不便很抱歉。']]),
  ticket(5, 'suggestion', '建议：希望办证大厅增加周六延时服务', '平时上班没时间，希望周六也能办。', 'bot', -200, -100, [['processing', ''], ['replied', '您好，天河区办证中心每月第二个周六上午开放，已把您的建议转给相关部门。'], ['closed', '市民已满意']]),
]
