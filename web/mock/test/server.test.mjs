import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startMock } from '../src/server.mjs'

let mock
before(async () => (mock = await startMock({ thinkMs: 0 })))
after(() => mock.close())

const call = async (method, path, body, token) => {
  const response = await fetch(mock.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

test('a sentence gets typed messages, and the same message twice is one message', async () => {
  const { token } = (await call('POST', '/api/chat/sessions', {})).body
  const said = { text: '身份证丢了', client_message_id: 'one' }
  const first = await call('POST', '/api/chat/messages', said, token)
  const again = await call('POST', '/api/chat/messages', said, token)
  assert.deepEqual(first.body.messages.map((m) => m.type), ['guide', 'choices'])
  assert.deepEqual(again.body, first.body)
  const history = await call('GET', '/api/chat/messages?after=0', undefined, token)
  assert.equal(history.body.messages.length, 3)
})

test('a stranger is refused', async () => {
  assert.equal((await call('GET', '/api/chat/messages', undefined, 'nobody')).status, 401)
})
