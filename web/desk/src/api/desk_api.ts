/** The staff side of the public API, one method per endpoint. Everything throws `ApiError`. */

import type { GuideReply, Http, Message } from '@bangban/shared'
import { readConversation } from './reading'
import type {
  Colleague, ConversationReply, DeskConversation, GuideLine, GuideRow, LintProblem, LoginReply, Me, NewTicket, Note, OpenConversation, Overview, PresenceState,
  QueueItem, Release, Say, SearchReply, Ticket, Transition,
} from './types'

const conversation = (id: string, rest = '') => `/api/desk/conversations/${encodeURIComponent(id)}${rest}`
const editorGuide = (id: string, rest: string) => `/api/editor/guides/${encodeURIComponent(id)}${rest}`

export class DeskApi {
  constructor(private readonly http: Http) {}

  login(username: string, password: string): Promise<LoginReply> {
    return this.http.json('POST', '/api/desk/login', { body: { username, password } })
  }

  logout(): Promise<void> {
    return this.http.json('POST', '/api/desk/logout', { body: {} })
  }

  me(): Promise<Me> {
    return this.http.json('GET', '/api/desk/me')
  }

  /** Without `capacity` the server keeps the one it knows. */
  presence(state: PresenceState, capacity?: number): Promise<Colleague> {
    return this.http.json('PUT', '/api/desk/presence', { body: { state, ...(capacity !== undefined && { capacity }) } })
  }

  async queue(): Promise<QueueItem[]> {
    return (await this.http.json<{ items: QueueItem[] }>('GET', '/api/desk/queue')).items
  }

  async mine(): Promise<OpenConversation[]> {
    return (await this.http.json<{ items: OpenConversation[] }>('GET', '/api/desk/conversations')).items
  }

  /** Everybody's; for supervisors. */
  async openConversations(): Promise<OpenConversation[]> {
    return (await this.http.json<{ items: OpenConversation[] }>('GET', '/api/desk/conversations', { query: { all: 1 } })).items
  }

  /** Who else is online. */
  async colleagues(): Promise<Colleague[]> {
    return (await this.http.json<{ items: Colleague[] }>('GET', '/api/desk/colleagues')).items
  }

  async conversation(id: string, after?: number): Promise<ConversationReply> {
    return readConversation(await this.http.json('GET', conversation(id), { query: { after: after || undefined } }))
  }

  claim(id: string, version: number): Promise<{ conversation: DeskConversation }> {
    return this.http.json('POST', conversation(id, '/claim'), { body: { version } })
  }

  say(id: string, body: Say): Promise<Message> {
    return this.http.json('POST', conversation(id, '/messages'), { body })
  }

  release(id: string, body: Release): Promise<unknown> {
    return this.http.json('POST', conversation(id, '/release'), { body })
  }

  note(id: string, text: string): Promise<Note> {
    return this.http.json('POST', conversation(id, '/notes'), { body: { text } })
  }

  takeover(id: string, reason: string): Promise<unknown> {
    return this.http.json('POST', conversation(id, '/takeover'), { body: { reason } })
  }

  async tickets(state?: string): Promise<Ticket[]> {
    return (await this.http.json<{ items: Ticket[] }>('GET', '/api/desk/tickets', { query: { state } })).items
  }

  ticket(number: string): Promise<Ticket> {
    return this.http.json('GET', `/api/desk/tickets/${encodeURIComponent(number)}`)
  }

  openTicket(body: NewTicket): Promise<Ticket> {
    return this.http.json('POST', '/api/desk/tickets', { body })
  }

  moveTicket(number: string, body: Transition): Promise<Ticket> {
    return this.http.json('POST', `/api/desk/tickets/${encodeURIComponent(number)}/transitions`, { body })
  }

  overview(): Promise<Overview> {
    return this.http.json('GET', '/api/desk/overview')
  }

  search(query: string, topK = 8): Promise<SearchReply> {
    return this.http.json('POST', '/api/search', { body: { query, top_k: topK } })
  }

  guide(id: string): Promise<GuideReply> {
    return this.http.json('GET', `/api/guides/${encodeURIComponent(id)}`)
  }

  async editorGuides(q: string): Promise<GuideRow[]> {
    const { items } = await this.http.json<{ items: GuideLine[] }>('GET', '/api/editor/guides', { query: { q: q || undefined } })
    return items.map(({ id, published_version, ...line }) => ({ ...line, guide_id: id, version: published_version }))
  }

  async lint(id: string): Promise<LintProblem[]> {
    return (await this.http.json<{ problems: LintProblem[] }>('POST', editorGuide(id, '/lint'), { body: {} })).problems
  }
}
