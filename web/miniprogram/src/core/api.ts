/** The citizen's side of the public API, one method per endpoint. Everything throws `ApiError`. */

import type { CaseMessage, DemoCitizen, Erasure, FormReply, GuideReply, Message, Mine, Outgoing, Session, TurnReply } from '@bangban/shared'
import type { Call, Http, Task } from '@/platform/http'

/** A turn may wait for the assistant; the same `client_message_id` may safely be sent again after this. */
const TURN_TIMEOUT_MS = 45_000

/** Who asks for a session: nobody known, a WeChat account by the code of `wx.login`, or a sandbox citizen of a demo. */
export interface Opening { wechat_code?: string; sandbox_citizen?: string; visitor_token?: string }

/** Which subscription templates to ask for, by occasion. */
export interface Subscriptions { occasions: Partial<Record<string, string[]>>; allowed: string[] }

export class Api {
  constructor(private readonly http: Http) {}

  openSession(opening: Opening): Promise<Session> {
    return this.http.json('POST', '/api/chat/sessions', { body: opening })
  }

  async demoCitizens(): Promise<DemoCitizen[]> {
    return (await this.http.json<{ citizens: DemoCitizen[] }>('GET', '/api/demo/citizens')).citizens
  }

  send(body: Outgoing, clientMessageId: string): Promise<TurnReply> {
    return this.http.json('POST', '/api/chat/messages', { body: { ...body, client_message_id: clientMessageId }, timeoutMs: TURN_TIMEOUT_MS })
  }

  /** Messages after `after`; with `wait` the server holds the call up to that many seconds until there is one. */
  async messages(after: number, wait = 0, started?: (task: Task) => void): Promise<Message[]> {
    const call: Call = { query: { after, wait: wait || undefined }, timeoutMs: (wait + 15) * 1000, started }
    return (await this.http.json<{ messages: Message[] }>('GET', '/api/chat/messages', call)).messages
  }

  async upload(filePath: string): Promise<string> {
    return (await this.http.upload<{ upload_id: string }>('/api/chat/uploads', filePath)).upload_id
  }

  eraseMe(): Promise<Erasure> {
    return this.http.json('DELETE', '/api/chat/me')
  }

  /** The number behind the code of the phone button goes into a field of the form; it never comes here in full. */
  givePhone(code: string, formId: string, field: string): Promise<{ phone: string; form: FormReply }> {
    return this.http.json('POST', '/api/chat/phone', { body: { wechat_code: code, form_id: formId, field } })
  }

  subscriptions(): Promise<Subscriptions> {
    return this.http.json('GET', '/api/chat/subscriptions')
  }

  subscribe(report: { report_id: string; answers: Record<string, string> }): Promise<Subscriptions> {
    return this.http.json('POST', '/api/chat/subscriptions', { body: report })
  }

  me(): Promise<Mine> {
    return this.http.json('GET', '/api/me')
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

  attach(id: string, field: string, filePath: string): Promise<FormReply> {
    return this.http.upload(`/api/forms/${encodeURIComponent(id)}/attachments`, filePath, { field })
  }

  submitForm(id: string): Promise<{ case: CaseMessage }> {
    return this.http.json('POST', `/api/forms/${encodeURIComponent(id)}/submit`, { body: {}, timeoutMs: TURN_TIMEOUT_MS })
  }

  /** A stored file (a PDF) at a temporary path of the phone. */
  file(url: string): Promise<string> {
    return this.http.download(url)
  }
}
