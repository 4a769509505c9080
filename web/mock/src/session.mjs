/** One citizen's conversation in memory: messages, whoever listens, the form. */

import { EventEmitter } from 'node:events'
import { randomUUID } from 'node:crypto'
import * as cards from './cards.mjs'
import { replies } from './dialogue.mjs'

const LABELS = { '/human': '转人工', '/ask_progress': '查办件进度', '/my_appointments': '我的预约' }

export class MockSession extends EventEmitter {
  constructor(citizen) {
    super()
    this.setMaxListeners(0)
    this.id = `cv_${randomUUID()}`
    this.token = randomUUID()
    this.citizen = citizen
    this.owner = 'bot'
    this.messages = []
    this.answered = new Map()
    this.fields = cards.formFields()
    this.formState = 'draft'
    this.appointment = null
    this.case = null
    this.timers = new Set()
  }

  form() {
    return cards.form(this.fields, this.formState)
  }

  push(message) {
    const seq = this.messages.length + 1
    const stored = { sender: 'bot', ...message, seq, id: `ms_${this.id}_${seq}`, created_at: new Date().toISOString().replace('Z', '+00:00') }
    this.messages.push(stored)
    this.emit('message', stored)
    return stored
  }

  later(ms, act) {
    const timer = setTimeout(() => (this.timers.delete(timer), act()), ms)
    this.timers.add(timer)
  }

  stop() {
    for (const timer of this.timers) clearTimeout(timer)
    this.removeAllListeners()
  }

  /** A turn; the same `client_message_id` gets the first answer again. */
  receive({ text, payload, upload_id: upload, client_message_id: key }) {
    if (key && this.answered.has(key)) return this.answered.get(key)
    const said = text ?? payload ?? ''
    this.push({ type: 'text', sender: 'citizen', text: text ?? (upload ? '[图片]' : (LABELS[payload] ?? payload)) })
    const made = upload ? [cards.text('照片收到了，已经放进您的申请表。')] : replies(this, said)
    const reply = {
      messages: made.map((m) => this.push(m)),
      conversation: { id: this.id, owner: this.owner, version: 1 },
      outcome: { code: 'answered', candidates: [] },
    }
    if (key) this.answered.set(key, reply)
    return reply
  }

  patch(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.fields.find((f) => f.name === name)
      if (!field || field.locked) continue
      field.value = value === '' ? null : value
      field.source = 'citizen'
      field.error = this.problem(field)
    }
  }

  problem(field) {
    if (field.type === 'phone' && field.value && !/^1[3-9]\d{9}$/.test(field.value)) return '手机号应是11位数字，请检查一下'
    if (field.type === 'email' && field.value && !/.+@.+\..+/.test(field.value)) return '邮箱格式不对'
    return null
  }

  submit() {
    this.formState = 'submitted'
    this.case ??= { ...cards.caseCard(), state: 'submitted', timeline: cards.caseCard().timeline.slice(0, 1) }
    this.push(this.case)
    return this.case
  }
}
