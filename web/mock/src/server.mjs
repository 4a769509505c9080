/**
 * A stand-in for the gateway, for working on the pages and for browser tests: the citizen endpoints of the contract with
 * scripted answers, the desk with a few waiting citizens, and the built pages when `pages` (and `deskPages`) is given. Started by itself it listens on `PORT` (5180).
 *
 * `delayMs`: each answer takes up to that much longer, at random, so that they come in another order than they were asked for.
 *
 * Knobs for tests: `POST /__mock/fail?times=2&status=503` (the next calls of `/api/chat/messages`), `POST /__mock/drop` (closes
 * sockets), `POST /__mock/sockets?on=0`, `POST /__mock/push` (a message to every session).
 */

import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'
import QRCode from 'qrcode'
import { appointment } from './cards.mjs'
import { DESK_ROUTES } from './desk/routes.mjs'
import { MockDesk } from './desk/desk.mjs'
import { MockSession } from './session.mjs'
import { NOTICE_ROUTES } from './notices.mjs'

const CITIZENS = [
  { id: 'zhang-wei', display_name: '张伟', note: '广州天河居民，已实名' },
  { id: 'li-na', display_name: '李娜', note: '外省户籍，在广州居住' },
  { id: 'chan-tai-man', display_name: '陳大文', note: '港澳居民，习惯用繁體' },
  { id: 'wang-guixiang', display_name: '王桂香', note: '82岁，适合长辈模式' },
]
const GUIDE = JSON.parse(await readFile(new URL('../data/guide.json', import.meta.url), 'utf8'))
/** Character by character: enough to see which script was asked for. */
const TRADITIONAL = JSON.parse(await readFile(new URL('../data/traditional.json', import.meta.url), 'utf8'))
const traditional = (words) => Array.from(words, (c) => TRADITIONAL[c] ?? c).join('')
const OTHER_GUIDES = { 'chusheng-dengji': '出生登记（随父入户）', 'gangao-juzhuzheng': '港澳台居民居住证申领', 'linshi-jumin-shenfenzheng-shenling': '临时居民身份证申领' }
const KINDS = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }

export async function startMock({ port = 0, pages = null, deskPages = null, demo = true, thinkMs = 600, delayMs = 0 } = {}) {
  const world = { sessions: new Map(), desk: new MockDesk(GUIDE), demo, pages, deskPages, thinkMs, delayMs, fail: { times: 0, status: 503 }, sockets: true, calls: [] }
  const server = createServer((request, response) => {
    handle(world, request, response).catch((error) => send(response, error.status ?? 500, envelope(error.code ?? 'system.internal', error.message, error.fields)))
  })
  const wss = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => upgrade(world, wss, request, socket, head))
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  const url = `http://127.0.0.1:${server.address().port}`
  const close = () => {
    for (const session of world.sessions.values()) session.stop()
    for (const client of wss.clients) client.terminate()
    server.closeAllConnections()
    return new Promise((done) => server.close(done))
  }
  world.drop = () => wss.clients.forEach((c) => c.terminate())
  return { url, world, close }
}

/** Words, but no keys, units or ids. */
function inTraditional(value, key = '') {
  if (Array.isArray(value)) return value.map((one) => inTraditional(one, key))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inTraditional(v, k)]))
  return typeof value === 'string' && key !== 'unit' ? traditional(value) : value
}

const envelope = (code, message, fields) => ({ error: { code, message, fields } })
const refuse = (status, code, message) => Object.assign(new Error(message), { status, code })

function send(response, status, body, type = 'application/json') {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
}

async function readBody(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

function sessionOf(world, request) {
  const token = request.headers.authorization?.replace('Bearer ', '')
  const session = world.sessions.get(token)
  if (!session) throw refuse(401, 'system.unauthenticated', '登录已失效，请重新进入')
  return session
}

async function handle(world, request, response) {
  const url = new URL(request.url, 'http://mock')
  const body = await readBody(request)
  const json = () => JSON.parse(body.toString() || '{}')
  const route = `${request.method} ${url.pathname}`
  world.calls.push({ route, body: body.length < 10_000 ? body.toString() : '' })
  if (world.delayMs) await new Promise((done) => setTimeout(done, Math.random() * world.delayMs))
  const context = { world, request, response, url, json }
  for (const [pattern, act] of ROUTES) {
    const match = pattern.exec(route)
    if (match) return act(context, match)
  }
  if (request.method === 'GET' && (world.pages || world.deskPages)) return page(world, url, response)
  throw refuse(404, 'system.not_found', '没有找到')
}

const ROUTES = [
  ...DESK_ROUTES(send),
  ...NOTICE_ROUTES(send, refuse, sessionOf),
  [/^POST \/__mock\/fail$/, ({ world, url, response }) => {
    world.fail = { times: Number(url.searchParams.get('times')), status: Number(url.searchParams.get('status') ?? 503) }
    send(response, 200, {})
  }],
  [/^POST \/__mock\/drop$/, ({ world, response }) => (world.drop(), send(response, 200, {}))],
  [/^POST \/__mock\/sockets$/, ({ world, url, response }) => {
    world.sockets = url.searchParams.get('on') !== '0'
    send(response, 200, {})
  }],
  [/^POST \/__mock\/push$/, ({ world, json, response }) => {
    for (const session of world.sessions.values()) session.push(json())
    send(response, 200, {})
  }],
  [/^GET \/api\/demo\/citizens$/, ({ world, response }) => {
    if (!world.demo) throw refuse(404, 'system.not_found', '没有找到')
    send(response, 200, { citizens: CITIZENS })
  }],
  [/^POST \/api\/chat\/sessions$/, ({ world, json, response }) => {
    const citizen = CITIZENS.find((c) => c.id === json().sandbox_citizen)
    const session = new MockSession(citizen)
    world.sessions.set(session.token, session)
    send(response, 201, { session_id: session.id, token: session.token, citizen: profile(session) })
  }],
  [/^POST \/api\/chat\/messages$/, async ({ world, request, json, response }) => {
    const session = sessionOf(world, request)
    await new Promise((done) => setTimeout(done, world.thinkMs))
    if (world.fail.times-- > 0) throw refuse(world.fail.status, 'service.unavailable', '服务暂时不可用，请稍后再试')
    const message = json()
    if (message.text === '出错') throw refuse(422, 'chat.invalid_text', '这句话没法处理，请换个说法')
    send(response, 200, session.receive(message))
  }],
  [/^GET \/api\/chat\/messages$/, async ({ world, request, url, response }) => {
    const session = sessionOf(world, request)
    const after = Number(url.searchParams.get('after') ?? 0)
    const found = () => session.messages.filter((m) => m.seq > after)
    if (!found().length) await nextMessage(session, Number(url.searchParams.get('wait') ?? 0), response)
    send(response, 200, { messages: found() })
  }],
  [/^POST \/api\/chat\/uploads$/, ({ world, request, response }) => {
    sessionOf(world, request)
    send(response, 201, { upload_id: `up_${Date.now()}` })
  }],
  [/^DELETE \/api\/chat\/me$/, ({ world, request, response }) => {
    world.sessions.delete(sessionOf(world, request).token)
    send(response, 200, { erased: ['对话记录', '未提交的表单'], kept: ['已提交的办件：法律要求行政机关保存办件档案'] })
  }],
  [/^GET \/api\/me$/, ({ world, request, response }) => {
    const s = sessionOf(world, request)
    const started = s.citizen || s.messages.length
    send(response, 200, {
      citizen: profile(s),
      drafts: started && s.formState !== 'submitted' ? [formReply(s)] : [],
      appointments: s.appointment ? [appointment(s.appointment)] : [],
      cases: s.case ? [s.case] : [],
    })
  }],
  [/^GET \/api\/guides\/([^/]+)$/, ({ request, response }, match) => {
    const name = OTHER_GUIDES[match[1]]
    if (match[1] !== GUIDE.guide_id && !name) throw refuse(404, 'guides.not_found', '没有找到这份办事指南')
    const guide = name ? { ...GUIDE, guide_id: match[1], name } : GUIDE
    send(response, 200, request.headers['accept-language'] === 'zh-Hant' ? inTraditional(guide) : guide)
  }],
  [/^GET \/api\/forms\/fm_demo$/, ({ world, request, response }) => send(response, 200, formReply(sessionOf(world, request)))],
  [/^(?:PATCH|PUT) \/api\/forms\/fm_demo$/, ({ world, request, json, response }) => {
    const session = sessionOf(world, request)
    session.patch(json().values)
    send(response, 200, formReply(session))
  }],
  [/^POST \/api\/forms\/fm_demo\/submit$/, ({ world, request, response }) => send(response, 200, { case: sessionOf(world, request).submit() })],
  [/^POST \/api\/forms\/fm_demo\/attachments$/, ({ world, request, response }) => {
    const session = sessionOf(world, request)
    const photo = session.fields.find((f) => f.name === 'photo')
    Object.assign(photo, { value: 'up_photo', source: 'citizen' })
    send(response, 200, formReply(session))
  }],
  [/^GET \/api\/appointments\/([^/]+)\/qr\.svg$/, async ({ response }) => send(response, 200, await QRCode.toString('BANGBAN:A0826', { type: 'svg', margin: 1 }), 'image/svg+xml')],
  [/^GET \/api\/appointments\/([^/]+)\/visit\.ics$/, ({ response }) => send(response, 200, 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n', 'text/calendar')],
  [/^GET \/api\/cases\/([^/]+)\/form\.pdf$/, ({ response }) => send(response, 200, '%PDF-1.4\n%%EOF', 'application/pdf')],
]

const profile = (session) => ({ verified: Boolean(session.citizen), display_name: session.citizen?.display_name ?? '访客' })
const formReply = (session) => session.form()

function nextMessage(session, seconds, response) {
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer)
      session.off('message', finish)
      done()
    }
    const timer = setTimeout(finish, seconds * 1000)
    session.on('message', finish)
    response.on('close', finish)
  })
}

function upgrade(world, wss, request, socket, head) {
  const url = new URL(request.url, 'http://mock')
  const session = world.sessions.get(url.searchParams.get('token'))
  if (world.sockets && url.pathname === '/api/desk/stream') return wss.handleUpgrade(request, socket, head, (client) => world.desk.listen(client, url.searchParams.get('token')))
  if (!world.sockets || url.pathname !== '/api/chat/stream') return socket.destroy()
  wss.handleUpgrade(request, socket, head, (client) => {
    if (!session) return client.close(4401)
    const tell = (message) => client.send(JSON.stringify(message))
    session.on('message', tell)
    client.on('close', () => session.off('message', tell))
  })
}

async function page(world, url, response) {
  const path = normalize(url.pathname).replace(/^(\.\.[/\\])+/, '')
  const desk = /^\/(desk|editor)\/(.*)$/.exec(path)
  const folder = desk ? world.deskPages : world.pages
  if (!folder) throw refuse(404, 'system.not_found', '没有找到')
  const name = desk ? desk[2] : path.slice(1)
  const file = join(folder, name || 'index.html')
  try {
    send(response, 200, await readFile(file), KINDS[extname(file)] ?? 'application/octet-stream')
  } catch {
    throw refuse(404, 'system.not_found', '没有找到')
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.env.PORT ?? 5180), pages: process.env.PAGES ?? null, deskPages: process.env.DESK_PAGES ?? null })
  console.log(`mock gateway on ${mock.url}`)
}
