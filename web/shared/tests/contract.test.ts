// @vitest-environment node
/**
 * Every call of the citizens' clients against `contract.json`, which the server writes of itself (and whose test fails when it has fallen behind):
 * the path and method exist, the query is known, the body is one the server takes. And every answer of the mock gateway is one the server gives,
 * so that what the clients' tests see is what citizens will.
 */

import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CitizenApi, type Call, type Method, type Transport } from '../src'
import { startMock } from '../../mock/src/server.mjs'

interface Part { content?: Record<string, { schema?: object }> }
interface Operation { parameters: { name: string; in: string }[]; requestBody?: Part; responses: Record<string, Part> }
const contract = JSON.parse(readFileSync(new URL('../contract.json', import.meta.url), 'utf8')) as { paths: Record<string, Record<string, Operation>>; components: object }

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
const compiled = new Map<object, ValidateFunction>()
function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema) ?? ajv.compile({ ...schema, components: contract.components })
  compiled.set(schema, known)
  return known
}

/** What is wrong with `value`, in lines; a part of it is a part of the contract, whose schemas it names. */
function faults(schema: object | undefined, value: unknown): string[] {
  if (!schema) return ['has no schema']
  const valid = validatorOf(schema)
  return valid(value) ? [] : (valid.errors ?? []).map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`)
}

function operationOf(method: string, path: string): Operation {
  const found = Object.entries(contract.paths).find(([template, methods]) => new RegExp(`^${template.replace(/{\w+}/g, '[^/]+')}$`).test(path) && method.toLowerCase() in methods)
  if (!found) throw new Error(`the server knows no ${method} ${path}`)
  return found[1][method.toLowerCase()]!
}

interface Made { method: Method; path: string; call?: Call<unknown>; fields?: string[] }
let made: Made[] = []
const recorder: Transport<string, string, unknown> = {
  json: (method, path, call) => (made.push({ method, path, call }), Promise.resolve({ citizens: [], messages: [] } as never)),
  upload: (path, _picture, fields = {}) => (made.push({ method: 'POST', path, fields: Object.keys(fields) }), Promise.resolve({ upload_id: 'up_1' } as never)),
  file: (path) => (made.push({ method: 'GET', path }), Promise.resolve('file')),
}
const api = new CitizenApi(recorder)
/** Each as the clients call it. */
const CALLS: { [name in keyof typeof api]: () => Promise<unknown>[] } = {
  demoCitizens: () => [api.demoCitizens()],
  openSession: () => [{}, { wechat_code: 'c' }, { sandbox_citizen: 'zhang-wei' }, { sandbox_citizen: 'zhang-wei', visitor_token: 't' }].map((o) => api.openSession(o)),
  send: () => [{ text: '你好' }, { payload: '/human' }, { upload_id: 'up_1' }].map((body) => api.send(body, 'cm_1')),
  messages: () => [api.messages(0), api.messages(7, 25)],
  upload: () => [api.upload('picture')],
  eraseMe: () => [api.eraseMe()],
  me: () => [api.me()],
  notices: () => [api.notices()],
  switchNotices: () => [api.switchNotices({ sms: { case: false } })],
  askMailCode: () => [api.askMailCode('a@b.cn')],
  confirmMail: () => [api.confirmMail('123456')],
  forgetMail: () => [api.forgetMail()],
  givePhone: () => [api.givePhone('c', 'fm_1', 'phone')],
  subscriptions: () => [api.subscriptions()],
  subscribe: () => [api.subscribe({ report_id: 'mp-report-1', answers: { T1: 'accept', T2: 'reject' } })],
  guide: () => [api.guide('jumin-shenfenzheng-buling')],
  form: () => [api.form('fm_1')],
  saveForm: () => [api.saveForm('fm_1', { phone: '138' })],
  submitForm: () => [api.submitForm('fm_1')],
  attach: () => [api.attach('fm_1', 'photo', 'picture')],
  file: () => [api.file('/api/cases/ca_1/form.pdf'), api.file('/api/appointments/ap_1/qr.svg'), api.file('/api/appointments/ap_1/visit.ics')],
}

describe('every call of the citizens’ clients', () => {
  it.each(Object.entries(CALLS))('%s is one that the server takes', async (_, calls) => {
    made = []
    await Promise.all(calls())
    expect(made.length).toBeGreaterThan(0)
    for (const { method, path, call, fields } of made) {
      const operation = operationOf(method, path)
      const known = operation.parameters.filter((p) => p.in === 'query').map((p) => p.name)
      expect(known).toEqual(expect.arrayContaining(Object.keys(call?.query ?? {})))
      const content = operation.requestBody?.content ?? {}
      if (fields) expect(faults(content['multipart/form-data']?.schema, { file: '' })).toEqual([])
      else if (content['application/json']) expect(faults(content['application/json'].schema, JSON.parse(JSON.stringify(call?.body)))).toEqual([])
      else expect(Object.keys(call?.body ?? {})).toEqual([])
    }
  })

  it('is here', () => {
    expect(Object.keys(CALLS).sort()).toEqual(Object.getOwnPropertyNames(CitizenApi.prototype).filter((n) => n !== 'constructor').sort())
  })
})

describe('every answer of the mock gateway', () => {
  let mock: { url: string; close: () => Promise<unknown> }
  let token = ''
  beforeAll(async () => (mock = await startMock({ thinkMs: 0 })))
  afterAll(() => mock.close())

  async function answer(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
    const response = await fetch(mock.url + path, { method, headers, body: body && JSON.stringify(body) })
    const given = (await response.json()) as Record<string, unknown>
    const expected = operationOf(method, path.split('?')[0]!).responses[String(response.status)]
    expect([path, response.status, faults(expected?.content?.['application/json']?.schema, given)]).toEqual([path, response.status, []])
    return given
  }

  it('is one that the server gives', async () => {
    await answer('GET', '/api/demo/citizens')
    token = (await answer('POST', '/api/chat/sessions', { sandbox_citizen: 'zhang-wei' })).token as string
    const said = '身份证 身份证丢了 要带什么 要多少钱 填表 预约去窗口 晕倒了 系统坏了 没人在线 评价 进度 你好 股票 /pick_slot /confirm_slot /cancel_booking 人工'.split(' ')
    const types = new Set<string>()
    for (const [i, words] of said.entries()) {
      const turn = await answer('POST', '/api/chat/messages', { ...(words.startsWith('/') ? { payload: words } : { text: words }), client_message_id: `m${i}` })
      for (const message of turn.messages as { type: string }[]) types.add(message.type)
    }
    expect([...types].sort()).toEqual('answer appointment case choices form guide handoff item_list materials notice rating slots text'.split(' '))
    for (const path of ['/api/chat/messages?after=0', '/api/me', '/api/forms/fm_demo', '/api/guides/jumin-shenfenzheng-buling', '/api/me/notices']) await answer('GET', path)
    await answer('PUT', '/api/forms/fm_demo', { values: { phone: '1' } })
    await answer('POST', '/api/forms/fm_demo/submit', {})
    await answer('DELETE', '/api/chat/me')
  })
})
