/** The citizen's side of the public API, one method per endpoint. Everything throws `ApiError`. */

import type { GuideReply } from './guide'
import type { Http } from './http'
import type { AppointmentMessage, CaseMessage, FormMessage, Message, TurnReply } from './messages'

export interface DemoCitizen { id: string; display_name: string; note: string }
export interface CitizenProfile { verified: boolean; display_name: string }
export interface Session { session_id: string; token: string; citizen: CitizenProfile }
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
/** Sentences. */
export interface Erasure { erased: string[]; kept: string[] }

/** A turn may wait for the assistant; the same `client_message_id` may safely be sent again after this. */
const TURN_TIMEOUT_MS = 45_000
const UPLOAD_TIMEOUT_MS = 90_000

export class CitizenApi {
  constructor(private readonly http: Http) {}

  demoCitizens(): Promise<{ citizens: DemoCitizen[] }> {
    return this.http.json('GET', '/api/demo/citizens')
  }

  /** `visitorToken`: of the anonymous session he signs in from; the forms begun there come along. */
  createSession(sandboxCitizen?: string, visitorToken?: string): Promise<Session> {
    return this.http.json('POST', '/api/chat/sessions', { body: { sandbox_citizen: sandboxCitizen, visitor_token: visitorToken } })
  }

  send(body: Outgoing, clientMessageId: string): Promise<TurnReply> {
    return this.http.json('POST', '/api/chat/messages', {
      body: { ...body, client_message_id: clientMessageId },
      timeoutMs: TURN_TIMEOUT_MS,
    })
  }

  /** Messages after `after`; with `wait` the server holds the request up to that many seconds until there is one. */
  async messages(after: number, wait = 0, signal?: AbortSignal): Promise<Message[]> {
    const reply = await this.http.json<{ messages: Message[] }>('GET', '/api/chat/messages', {
      query: { after, wait: wait || undefined },
      signal,
      timeoutMs: (wait + 15) * 1000,
    })
    return reply.messages
  }

  async upload(image: Blob, name: string): Promise<string> {
    const form = new FormData()
    form.append('file', image, name)
    const reply = await this.http.json<{ upload_id: string }>('POST', '/api/chat/uploads', { form, timeoutMs: UPLOAD_TIMEOUT_MS })
    return reply.upload_id
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

  guide(id: string): Promise<GuideReply> {
    return this.http.json('GET', `/api/guides/${encodeURIComponent(id)}`)
  }

  form(id: string): Promise<FormReply> {
    return this.http.json('GET', `/api/forms/${encodeURIComponent(id)}`)
  }

  saveForm(id: string, values: Record<string, unknown>): Promise<FormReply> {
    return this.http.json('PATCH', `/api/forms/${encodeURIComponent(id)}`, { body: { values } })
  }

  submitForm(id: string): Promise<{ case: CaseMessage }> {
    return this.http.json('POST', `/api/forms/${encodeURIComponent(id)}/submit`, { body: {}, timeoutMs: TURN_TIMEOUT_MS })
  }

  attach(id: string, field: string, image: Blob, name: string): Promise<FormReply> {
    const form = new FormData()
    form.append('file', image, name)
    form.append('field', field)
    return this.http.json('POST', `/api/forms/${encodeURIComponent(id)}/attachments`, { form, timeoutMs: UPLOAD_TIMEOUT_MS })
  }

  /** A stored file (QR picture, .ics, PDF) fetched with the token. */
  file(url: string): Promise<Blob> {
    return this.http.blob(url)
  }
}
