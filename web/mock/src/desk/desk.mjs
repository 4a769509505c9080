/** The desk in memory: staff, presence, a queue with a few citizens, conversations, tickets; and whoever listens. */

import { randomUUID } from 'node:crypto'
import { conversations } from './people.mjs'
import { move, tickets } from './tickets.mjs'

const STAFF = [
  ['st_1', 'agent1', '陈晓敏', ['agent']],
  ['st_2', 'agent2', '黄志强', ['agent']],
  ['st_3', 'supervisor1', '林淑仪', ['supervisor']],
  ['st_4', 'editor1', '何俊文', ['editor']],
].map(([id, username, name, roles]) => ({ id, username, name, roles }))

export const refuse = (status, code, message, fields) => Object.assign(new Error(message), { status, code, fields })
const now = () => new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+08:00')

export class MockDesk {
  constructor(guide) {
    this.guide = guide
    this.tokens = new Map()
    this.presence = new Map([['st_2', { state: 'online', capacity: 5 }]])
    this.conversations = conversations()
    this.tickets = tickets()
    this.sockets = new Set()
  }

  login({ username, password }) {
    const user = STAFF.find((s) => s.username === username)
    if (!user || password !== 'demo') throw refuse(401, 'staff.wrong_password', '用户名或密码不对。')
    const token = randomUUID()
    this.tokens.set(token, user)
    return { token, user: { id: user.id, name: user.name, roles: user.roles } }
  }

  staff(request) {
    const user = this.tokens.get(request.headers.authorization?.replace('Bearer ', ''))
    if (!user) throw refuse(401, 'staff.not_signed_in', '登录已失效，请重新登录。')
    return user
  }

  listen(client, token) {
    if (!this.tokens.has(token)) return client.close(4401)
    this.sockets.add(client)
    client.on('close', () => this.sockets.delete(client))
    client.send(JSON.stringify({ type: 'queue', items: this.queue() }))
    client.send(JSON.stringify({ type: 'presence', agents: this.agents() }))
  }

  tell(news) {
    for (const client of this.sockets) client.send(JSON.stringify(news))
  }

  nameOf(id) {
    return STAFF.find((s) => s.id === id)?.name ?? '系统'
  }

  get waiting() {
    return this.conversations.filter((c) => c.owner === 'queue')
  }

  /** As `HandoffService` orders it: priority is worth a head start. */
  queue() {
    const rank = (c) => Date.parse(c.since) - [0, 10, 30][c.priority] * 60_000
    return [...this.waiting]
      .sort((a, b) => rank(a) - rank(b))
      .map((c, i) => ({ ...this.entry(c), position: i + 1, waited_s: Math.round((Date.now() - Date.parse(c.since)) / 1000) }))
  }

  entry(c) {
    return { conversation_id: c.id, version: c.version, since: c.since, priority: c.priority, reason: c.reason, summary: c.package.summary, guide_id: c.package.guide_id }
  }

  open(user) {
    return this.conversations
      .filter((c) => c.owner === 'agent' && (!user || c.agent === user.id))
      .map((c) => ({ ...this.entry(c), agent: c.agent, claimed_at: c.claimed_at ?? c.since }))
  }

  agents() {
    return STAFF.filter((s) => this.presence.has(s.id)).map((s) => this.there(s))
  }

  there(s) {
    const { state, capacity } = this.presence.get(s.id) ?? { state: 'offline', capacity: 5 }
    const active = this.conversations.filter((c) => c.owner === 'agent' && c.agent === s.id).length
    return { id: s.id, name: s.name, roles: s.roles, state, online: state === 'online', capacity, active, since: now() }
  }

  present(user, { state, capacity }) {
    this.presence.set(user.id, { state, capacity: capacity ?? this.presence.get(user.id)?.capacity ?? 5 })
    if (state !== 'online') for (const c of this.conversations.filter((x) => x.agent === user.id)) this.change(c, 'queue')
    this.tell({ type: 'presence', agents: this.agents() })
    return this.there(user)
  }

  find(id) {
    const found = this.conversations.find((c) => c.id === id)
    if (!found) throw refuse(404, 'system.not_found', '没有找到这个会话。')
    return found
  }

  brief(c) {
    return { id: c.id, owner: c.owner, version: c.version, agent: c.agent, channel: c.channel }
  }

  show(id, user, after) {
    const c = this.find(id)
    const ours = c.owner === 'agent' && c.agent === user.id
    const whole = ours || user.roles.includes('supervisor')
    const pack = { ...c.package, reason: c.reason, priority: c.priority, clocks: { queued_since: c.since } }
    return {
      conversation: this.brief(c),
      messages: c.messages.filter((m) => m.seq > after),
      package: whole || !pack.form ? pack : { ...pack, form: masked(pack.form) },
      suggestions: ours ? c.suggestions : [],
      notes: c.notes,
      masked: !whole,
      can_write: ours,
      reach: c.reach ?? null,
    }
  }

  post(c, message) {
    const seq = (c.messages.at(-1)?.seq ?? 0) + 1
    const stored = { sender: 'agent', ...message, seq, id: `ms_${c.id}_${seq}`, created_at: now() }
    c.messages.push(stored)
    this.tell({ type: 'message', conversation_id: c.id, message: stored })
    return stored
  }

  change(c, owner, agent = null) {
    Object.assign(c, { owner, agent, version: c.version + 1, ...(owner === 'agent' && { claimed_at: now() }) })
    this.tell({ type: 'queue', items: this.queue() })
    this.tell({ type: 'presence', agents: this.agents() })
    this.tell({ type: 'conversation', conversation: this.brief(c) })
  }

  claim(id, version, user) {
    const c = this.find(id)
    if (c.owner === 'agent') throw refuse(409, 'handoff.already_claimed', `这位市民已由${this.nameOf(c.agent)}接待。`, { owner: c.agent })
    if (c.owner !== 'queue' || c.version !== version) throw refuse(409, 'handoff.not_waiting', '这个会话现在不在排队，请刷新列表。', { owner: c.owner })
    if (this.presence.get(user.id)?.state !== 'online') throw refuse(409, 'handoff.not_online', '您还没有上线，请先切换到“在线”再接入。')
    this.change(c, 'agent', user.id)
    this.post(c, { type: 'handoff', sender: 'system', state: 'connected', text: `帮办员${user.name}已接入`, position: null, estimated_wait_s: null, agent: user.name, ticket_number: null })
    return { conversation: this.brief(c) }
  }

  say(id, body, user) {
    const c = this.owned(id, user)
    if (body.text?.includes('出错')) throw refuse(422, 'system.invalid_input', '这句话没法发送，请换个说法。')
    if (body.text) return this.post(c, { type: 'text', text: body.text })
    const document = this.guide.document
    if (body.section) return this.post(c, { type: 'answer', guide_id: body.guide_id, version: 3, section: body.section, aspect: body.section, text: `${document.name}·收费\n工本费：40元/证` })
    return this.post(c, { type: 'guide', guide_id: body.guide_id, version: 3, name: document.name, region: '广州市', department: document.department ?? null, summary: [{ label: '收费', value: '40元/证' }, { label: '办理时限', value: '法定60日' }], sections: [], actions: [], reviewed: false, as_of: '2024', text: document.name })
  }

  owned(id, user) {
    const c = this.find(id)
    if (c.owner !== 'agent' || c.agent !== user.id) throw refuse(403, 'handoff.not_yours', '这位市民不是您在服务。', { owner: c.agent })
    return c
  }

  release(id, { to, agent, note }, user) {
    const c = this.owned(id, user)
    if (note) c.notes.push(this.noted(user, note))
    this.change(c, to, to === 'agent' ? agent : null)
    return { conversation: this.brief(c) }
  }

  takeover(id, { reason }, user) {
    if (!user.roles.includes('supervisor')) throw refuse(403, 'staff.not_permitted', '您的岗位没有这项权限。')
    const c = this.find(id)
    this.presence.set(user.id, { state: 'online', capacity: 5 })
    c.notes.push(this.noted(user, `接管：${reason}`))
    this.change(c, 'agent', user.id)
    return { conversation: this.brief(c) }
  }

  note(id, { text }, user) {
    const note = this.noted(user, text)
    this.find(id).notes.push(note)
    return note
  }

  noted(user, text) {
    return { id: `nt_${randomUUID()}`, at: now(), staff: user.id, name: user.name, text }
  }

  openTicket(body, user) {
    const made = { ...this.tickets[0], number: `GD20261121000${30 + this.tickets.length}7`, kind: body.kind, state: 'registered', title: `咨询：${body.text.slice(0, 40)}`, detail: body.text, origin: 'desk', department: body.department ?? null, conversation_id: body.conversation_id ?? null, created_at: now(), history: [], next: [], overdue: false }
    this.tickets.unshift(move(made, { to: 'registered', note: '', name: user.name, at: now() }))
    this.tell({ type: 'tickets' })
    return made
  }

  ticket(number) {
    const found = this.tickets.find((t) => t.number === number)
    if (!found) throw refuse(404, 'tickets.unknown', '没有找到这张工单。')
    return found
  }

  moveTicket(number, body, user) {
    const found = this.ticket(number)
    if (!found.next.includes(body.to)) throw refuse(409, 'tickets.step_not_allowed', '现在不能这样改工单状态。', { next: found.next })
    this.tell({ type: 'tickets' })
    return move(found, { ...body, name: user.name, at: now() })
  }

  overview() {
    const days = { st_1: [9, 8, 18, 5], st_2: [12, 11, 25, 4.4] }
    const rated = (mean) => mean && { count: 19, mean, low: 1 }
    return {
      queue: { length: this.waiting.length, longest_wait_s: 400, by_priority: { 2: 1, 1: 1, 0: 1 }, connected: this.open().length },
      agents: this.agents().map((a) => ({ ...a, today: { taken: days[a.id]?.[0] ?? 0, finished: days[a.id]?.[1] ?? 0, first_reply_s: days[a.id]?.[2] ?? null, handling_s: 410 }, ratings: rated(days[a.id]?.[3]) ?? null })),
      today: { handoffs: 57, claimed: 52, closed: 41, returned: 6, cancelled: 3, tickets: 8, wait_s: 74, first_reply_s: 22, handling_s: 402 },
      outcomes: { answered: 1284, clarifying: 402, partial: 61, no_answer: 88, handed_off: 57, failed: 3 },
      tickets: { registered: 1, dispatched: 1, processing: 1, replied: 1, closed: 1 },
      ratings: { st_1: rated(5), st_2: rated(4.4) },
    }
  }
}

function masked(form) {
  const hide = (value) => (typeof value === 'string' && value.length > 3 ? `${value[0]}${'*'.repeat(Math.min(8, value.length - 2))}${value.at(-1)}` : value)
  return { ...form, fields: form.fields.map((f) => (['name', 'id_number', 'phone', 'address'].includes(f.type) ? { ...f, value: hide(f.value) } : f)) }
}
