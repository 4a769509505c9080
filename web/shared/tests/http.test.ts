import { describe, expect, it, vi } from 'vitest'
import { ApiError, CitizenApi, Http } from '../src'

const reply = (status: number, body: unknown, headers = {}) => new Response(JSON.stringify(body), { status, headers })
const build = (fetch: typeof globalThis.fetch) => new CitizenApi(new Http({ token: () => 'tk', language: () => 'zh-Hant', fetch }))

describe('the client', () => {
  it('sends the token, the script and the client message id', async () => {
    const fetch = vi.fn().mockResolvedValue(reply(200, { messages: [] }))
    await build(fetch).send({ text: '你好' }, 'id-1')
    const [url, init] = fetch.mock.calls[0]!
    expect(url).toBe('/api/chat/messages')
    expect(init.headers).toMatchObject({ Authorization: 'Bearer tk', 'Accept-Language': 'zh-Hant' })
    expect(JSON.parse(init.body)).toEqual({ text: '你好', client_message_id: 'id-1' })
  })

  it('turns the error envelope into an error with the server’s sentence and fields', async () => {
    const envelope = { error: { code: 'forms.invalid', message: '请检查', fields: { phone: '手机号不对' } } }
    const error = await build(vi.fn().mockResolvedValue(reply(422, envelope))).form('f').catch((e) => e)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'forms.invalid', message: '请检查', fields: { phone: '手机号不对' }, temporary: false })
  })

  it('knows that a lost connection and a busy server may pass', async () => {
    const lost = await build(vi.fn().mockRejectedValue(new TypeError('failed'))).me().catch((e) => e)
    const busy = await build(vi.fn().mockResolvedValue(reply(429, {}, { 'Retry-After': '7' }))).me().catch((e) => e)
    expect(lost).toMatchObject({ status: 0, temporary: true })
    expect(busy).toMatchObject({ temporary: true, retryAfterSeconds: 7 })
  })
})
