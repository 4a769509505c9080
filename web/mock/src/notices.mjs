/** What a citizen is told by SMS and e-mail: every code is 123456. */

const LABELS = { sms: '短信', email: '电子邮件', appointment: '预约', case: '办件', ticket: '工单' }

function view(session) {
  const mail = session.mail ?? { state: 'none', address: null, asked: null }
  const ways = [['sms', '138****8000'], ['email', mail.address]].map(([way, reaches]) => ({
    way, label: LABELS[way], reaches,
    topics: ['appointment', 'case', 'ticket'].map((topic) => ({ topic, label: LABELS[topic], on: session.told?.[way]?.[topic] ?? true })),
  }))
  return { ways, email: mail }
}

const shortened = (address) => `${address[0]}***${address.slice(address.indexOf('@'))}`

/** `send`, `refuse`, `sessionOf`: the server's own. */
export const NOTICE_ROUTES = (send, refuse, sessionOf) => [
  [/^GET \/api\/me\/notices$/, ({ world, request, response }) => send(response, 200, view(sessionOf(world, request)))],
  [/^PUT \/api\/me\/notices$/, ({ world, request, json, response }) => {
    const session = sessionOf(world, request)
    for (const [way, topics] of Object.entries(json().switches ?? {})) (session.told ??= {})[way] = { ...session.told?.[way], ...topics }
    send(response, 200, view(session))
  }],
  [/^POST \/api\/me\/notices\/email$/, ({ world, request, json, response }) => {
    const session = sessionOf(world, request)
    session.mail = { state: 'asked', address: session.mail?.address ?? null, asked: shortened(json().address) }
    send(response, 202, view(session))
  }],
  [/^POST \/api\/me\/notices\/email\/confirm$/, ({ world, request, json, response }) => {
    const session = sessionOf(world, request)
    if (json().code !== '123456') throw refuse(422, 'notices.code_wrong', '验证码不对，或者已经过期，请重新获取。')
    session.mail = { state: 'confirmed', address: session.mail.asked, asked: null }
    send(response, 200, view(session))
  }],
  [/^DELETE \/api\/me\/notices\/email$/, ({ world, request, response }) => {
    const session = sessionOf(world, request)
    delete session.mail
    send(response, 200, view(session))
  }],
]
