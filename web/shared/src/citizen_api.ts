/** The citizen's side of the public API, one method per endpoint, for every client of his. Everything throws `ApiError`. */

import type { GuideReply } from './guide'
import type { AppointmentMessage, CaseMessage, FormMessage, Message, TurnReply } from './messages'

export interface DemoCitizen { id: string; display_name: string; note: string }
export interface CitizenProfile { verified: boolean; display_name: string }
export interface Session { session_id: string; token: string; citizen: CitizenProfile }

/** Who asks for a session: nobody known, a WeChat account by the code of `wx.login`, or a sandbox citizen of a demo. `visitor_token`: of the
 * anonymous session he comes from; the forms begun there come along. */
export interface Opening { wechat_code?: string; sandbox_citizen?: string; visitor_token?: string }
export type Outgoing = { text: string } | { payload: string } | { upload_id: string }

/** A form as the form page gets it. */
export type FormReply = FormMessage
export interface Mine { citizen: CitizenProfile; drafts: FormReply[]; appointments: AppointmentMessage[]; cases: CaseMessage[] }
export type NoticeTopic = 'appointment' | 'case' | 'ticket'
/** `reaches`: where, shortened; null where it does not reach him or there is nothing to show. */
export interface NoticeWay { way: string; label: string; reaches: string | null; topics: { topic: NoticeTopic; label: string; on: boolean }[] }
/** `ways` in the order in which they are tried. `email` is null where no mail is sent. */
export interface NoticeSettings {
  ways: NoticeWay[]
  email: { state: 'none' | 'asked' | 'confirmed'; address: string | null; asked: string | null } | null
}
/** Which of WeChat's subscription templates to ask for, by occasion, and which he has allowed. */
export interface Subscriptions { occasions: Partial<Record<string, string[]>>; allowed: string[] }
/** Sentences. */
export interface Erasure { erased: string[]; kept: string[] }

/** A turn may wait for the assistant; the same `client_message_id` may safely be sent again after this. */
const TURN_TIMEOUT_MS = 45_000

/** What every client can send: a mini-program knows no PATCH. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
export interface Call<Stop> { body?: object; query?: Record<string, string | number | undefined>; timeoutMs?: number; stop?: Stop }

/** What carries the calls, with the token: `fetch` in a browser, `wx.request` in a mini-program. They differ in what a picture is, what a
 * fetched file is, and how a call is ended early. */
export interface Transport<Picture, Fetched, Stop> {
  json<T>(method: Method, path: string, call?: Call<Stop>): Promise<T>
  /** As the form field `file`, beside `fields`. */
  upload<T>(path: string, picture: Picture, fields?: Record<string, string>): Promise<T>
  file(path: string): Promise<Fetched>
}

export class CitizenApi<Picture, Fetched, Stop> {
  constructor(private readonly http: Transport<Picture, Fetched, Stop>) {}

  async demoCitizens(): Promise<DemoCitizen[]> {
    return (await this.http.json<{ citizens: DemoCitizen[] }>('GET', '/api/demo/citizens')).citizens
  }

  openSession(opening: Opening): Promise<Session> {
    return this.http.json('POST', '/api/chat/sessions', { body: opening })
  }

  send(body: Outgoing, clientMessageId: string): Promise<TurnReply> {
    return this.http.json('POST', '/api/chat/messages', {
      body: { ...body, client_message_id: clientMessageId },
      timeoutMs: TURN_TIMEOUT_MS,
    })
  }

  /** Messages after `after`; with `wait` the server holds the request up to that many seconds until there is one. */
  async messages(after: number, wait = 0, stop?: Stop): Promise<Message[]> {
    const reply = await this.http.json<{ messages: Message[] }>('GET', '/api/chat/messages', {
      query: { after, wait: wait || undefined },
      stop,
      timeoutMs: (wait + 15) * 1000,
    })
    return reply.messages
  }

  async upload(picture: Picture): Promise<string> {
    return (await this.http.upload<{ upload_id: string }>('/api/chat/uploads', picture)).upload_id
  }

  eraseMe(): Promise<Erasure> {
    return this.http.json('DELETE', '/api/chat/me')
  }

  me(): Promise<Mine> {
    return this.http.json('GET', '/api/me')
  }

  notices(): Promise<NoticeSettings> {
    return this.http.json('GET', '/api/me/notices')
  }

  /** Way → topic → on; what is not named stays. */
  switchNotices(switches: Record<string, Partial<Record<NoticeTopic, boolean>>>): Promise<NoticeSettings> {
    return this.http.json('PUT', '/api/me/notices', { body: { switches } })
  }

  /** Sends a code there. */
  askMailCode(address: string): Promise<NoticeSettings> {
    return this.http.json('POST', '/api/me/notices/email', { body: { address }, timeoutMs: TURN_TIMEOUT_MS })
  }

  confirmMail(code: string): Promise<NoticeSettings> {
    return this.http.json('POST', '/api/me/notices/email/confirm', { body: { code } })
  }

  forgetMail(): Promise<NoticeSettings> {
    return this.http.json('DELETE', '/api/me/notices/email')
  }

  /** The number behind the code of WeChat's phone button goes into a field of the form; it never comes here in full. */
  givePhone(code: string, formId: string, field: string): Promise<{ phone: string; form: FormReply }> {
    return this.http.json('POST', '/api/chat/phone', { body: { wechat_code: code, form_id: formId, field } })
  }

  subscriptions(): Promise<Subscriptions> {
    return this.http.json('GET', '/api/chat/subscriptions')
  }

  subscribe(report: { report_id: string; answers: Record<string, string> }): Promise<Subscriptions> {
    return this.http.json('POST', '/api/chat/subscriptions', { body: report })
  }

  guide(id: string): Promise<GuideReply> {
    return this.http.json('GET', `/api/guides/${encodeURIComponent(id)}`)
  }

  form(id: string): Promise<FormReply> {
    return this.http.json('GET', `/api/forms/${encodeURIComponent(id)}`)
  }

  saveForm(id: string, values: Record<string, unknown>): Promise<FormReply> {
    return this.http.json('PUT', `/api/forms/${encodeURIComponent(id)}`, { body: { values } })
  }

  submitForm(id: string): Promise<{ case: CaseMessage }> {
    return this.http.json('POST', `/api/forms/${encodeURIComponent(id)}/submit`, { body: {}, timeoutMs: TURN_TIMEOUT_MS })
  }

  attach(id: string, field: string, picture: Picture): Promise<FormReply> {
    return this.http.upload(`/api/forms/${encodeURIComponent(id)}/attachments`, picture, { field })
  }

  /** A stored file: a QR picture, a calendar entry, a PDF. */
  file(url: string): Promise<Fetched> {
    return this.http.file(url)
  }
}
