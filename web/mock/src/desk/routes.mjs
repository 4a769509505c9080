/** The desk endpoints of the contract, over the desk in memory. */

const HITS = [
  ['jumin-shenfenzheng-buling', '居民身份证丢失补领', 0.93, 'materials', '广东省居民身份证数字相片采集回执（表格，1份）；居民户口簿可以用电子证照代替。'],
  ['jumin-shenfenzheng-huanling', '居民身份证换领', 0.81, 'conditions', '有效期满、损坏或者登记内容有变的，换领新证。'],
  ['linshi-jumin-shenfenzheng-shenling', '临时居民身份证申领', 0.7, 'time', '3个工作日内发证，有效期3个月。'],
]

export function DESK_ROUTES(send) {
  const get = (pattern, act) => [pattern, (context, match) => send(context.response, 200, act(context.world.desk, context, context.world.desk.staff(context.request), match))]
  const post = (pattern, act, status = 200) => [pattern, (context, match) => send(context.response, status, act(context.world.desk, context.json(), context.world.desk.staff(context.request), match))]
  return [
    [/^POST \/api\/desk\/login$/, ({ world, json, response }) => send(response, 200, world.desk.login(json()))],
    [/^POST \/api\/desk\/logout$/, ({ world, request, response }) => {
      world.desk.present(world.desk.staff(request), { state: 'offline' })
      response.writeHead(204).end()
    }],
    get(/^GET \/api\/desk\/me$/, (desk, _, user) => ({ user, presence: desk.presence.has(user.id) ? desk.there(user) : null })),
    post(/^PUT \/api\/desk\/presence$/, (desk, body, user) => desk.present(user, body)),
    get(/^GET \/api\/desk\/queue$/, (desk) => ({ items: desk.queue() })),
    get(/^GET \/api\/desk\/conversations$/, (desk, { url }, user) => ({ items: desk.open(url.searchParams.get('all') === '1' ? null : user) })),
    get(/^GET \/api\/desk\/colleagues$/, (desk, _, user) => ({ items: desk.agents().filter((a) => a.online && a.id !== user.id) })),
    get(/^GET \/api\/desk\/overview$/, (desk) => desk.overview()),
    get(/^GET \/api\/desk\/conversations\/([^/]+)$/, (desk, { url }, user, [, id]) => desk.show(id, user, Number(url.searchParams.get('after') ?? 0))),
    post(/^POST \/api\/desk\/conversations\/([^/]+)\/claim$/, (desk, body, user, [, id]) => desk.claim(id, body.version, user)),
    post(/^POST \/api\/desk\/conversations\/([^/]+)\/messages$/, (desk, body, user, [, id]) => desk.say(id, body, user), 201),
    post(/^POST \/api\/desk\/conversations\/([^/]+)\/release$/, (desk, body, user, [, id]) => desk.release(id, body, user)),
    post(/^POST \/api\/desk\/conversations\/([^/]+)\/takeover$/, (desk, body, user, [, id]) => desk.takeover(id, body, user)),
    post(/^POST \/api\/desk\/conversations\/([^/]+)\/notes$/, (desk, body, user, [, id]) => desk.note(id, body, user), 201),
    get(/^GET \/api\/desk\/tickets$/, (desk, { url }) => ({ items: desk.tickets.filter((t) => !url.searchParams.get('state') || t.state === url.searchParams.get('state')) })),
    get(/^GET \/api\/desk\/tickets\/([^/]+)$/, (desk, _, __, [, number]) => desk.ticket(number)),
    post(/^POST \/api\/desk\/tickets$/, (desk, body, user) => desk.openTicket(body, user), 201),
    post(/^POST \/api\/desk\/tickets\/([^/]+)\/transitions$/, (desk, body, user, [, number]) => desk.moveTicket(number, body, user)),
    [/^POST \/api\/search$/, ({ json, response }) => {
      const found = /股票/.test(json().query) ? [] : HITS
      send(response, 200, { answerable: found.length > 0, results: found.map(([guide_id, name, score, section, text]) => ({ guide_id, name, region: '广州市', score, passage: { section, text } })), took_ms: 9 })
    }],
    /** What citizens and colleagues do meanwhile, for tests: `{"conversation_id", "text"}`, `{"conversation_id", "claimed_by"}`. */
    [/^POST \/__mock\/desk$/, ({ world, json, response }) => {
      const { conversation_id: id, text, claimed_by: agent } = json()
      const found = world.desk.find(id)
      if (text) world.desk.post(found, { type: 'text', sender: 'citizen', text })
      if (agent) world.desk.change(found, 'agent', agent)
      send(response, 200, {})
    }],
  ]
}
