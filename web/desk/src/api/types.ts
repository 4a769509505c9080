/** What the desk API gives; the mirror of `desk/` (contract, "Desk"). Fields that a server may leave out are optional. */

import type { AppointmentMessage, FormMessage, GuideDocument, Message, Owner, SituationAnswer } from '@bangban/shared'

export type Role = 'agent' | 'supervisor' | 'editor' | 'reviewer' | 'admin'
export interface Staff { id: string; name: string; roles: Role[] }
export interface LoginReply { token: string; user: Staff }

export type PresenceState = 'online' | 'away' | 'offline'
/** `online`: really there, and taking citizens. `active`: how many he has now. */
export interface Colleague { id: string; name: string; roles: Role[]; state: PresenceState; online: boolean; capacity: number; active: number; since: string }
export interface Me { user: Staff; presence: Colleague | null }

/** In the order of service. `priority`: 2 elderly or vulnerable, 1 misunderstood before, 0 otherwise. */
export interface QueueItem {
  conversation_id: string
  version: number
  since: string
  priority: number
  reason: string
  summary: string
  guide_id: string | null
  position?: number
  waited_s?: number
}

/** A conversation that an agent has open. */
export interface OpenConversation {
  conversation_id: string
  version: number
  agent: string | null
  since: string
  claimed_at: string | null
  priority: number
  reason: string
  summary: string
  guide_id: string | null
}

export interface DeskConversation { id: string; owner: Owner; version: number; agent: string | null; channel?: string | null }

export interface CitedSource { guide_id: string; name: string; section: string | null }
export interface Failure { at: string | null; said: string; outcome: string }

export interface Package {
  summary: string
  reason: string
  priority: number
  guide_id: string | null
  situation: SituationAnswer[]
  form: FormMessage | null
  appointment: AppointmentMessage | null
  sources: CitedSource[]
  failures: Failure[]
  waited_s: number | null
  /** When he came into the queue; counts on while he waits. */
  queued_since: string | null
}

/** A sentence to say (`text`), or the card of a guide or of one of its sections. */
export interface Suggestion { label: string; text: string | null; guide_id: string | null; section: string | null }
export interface Note { id?: string; at: string; name: string; text: string }

/**
 * How far the citizen has what was said to him: `delivered` is the `seq` of the last message he has; `waits` why the rest is kept; `room`
 * how many messages may still be sent before he speaks (`null`: as many as there are).
 */
export interface Reach { delivered: number; waits: 'window' | 'quota' | 'gone' | 'fetch' | null; room: number | null }

/** `masked`: personal values are hidden from this reader. `reach`: `null` where he reads on a page of ours. */
export interface ConversationReply {
  conversation: DeskConversation
  messages: Message[]
  package: Package
  suggestions: Suggestion[]
  notes: Note[]
  masked: boolean
  reach?: Reach | null
}

export type Say = { text: string } | { guide_id: string; section?: string }
export type ReleaseTo = 'bot' | 'queue' | 'closed' | 'agent'
export interface Release { to: ReleaseTo; agent?: string; note?: string }

export interface TicketStep { at: string; actor: string; name: string; origin: string | null; state: string; note: string; department: string | null }
export interface Ticket {
  number: string
  kind: string
  state: string
  title: string
  detail?: string
  origin: string
  conversation_id: string | null
  guide_id: string | null
  department: string | null
  created_at: string
  due_at: string
  promised_at: string
  closed_at: string | null
  overdue: boolean
  next: string[]
  history: TicketStep[]
}
export interface NewTicket { kind: string; text: string; conversation_id?: string; guide_id?: string; department?: string }
export interface Transition { to: string; note: string; department?: string }

export interface AgentDay { taken: number; finished: number; first_reply_s: number | null; handling_s: number | null }
export interface RatingFigures { count: number; mean: number; low: number }
export interface AgentFigures extends Colleague { today: AgentDay; ratings: RatingFigures | null }

/** `today` counts since midnight; times are medians in seconds. `ratings` by agent id. */
export interface Overview {
  queue: { length: number; longest_wait_s: number; by_priority: Record<string, number>; connected: number }
  agents: AgentFigures[]
  today: {
    handoffs: number; claimed: number; closed: number; returned: number; cancelled: number; tickets: number
    wait_s: number | null; first_reply_s: number | null; handling_s: number | null
  }
  outcomes: Record<string, number>
  tickets: Record<string, number>
  ratings: Record<string, RatingFigures>
}

export interface SearchHit { guide_id: string; name: string; region: string; score: number; passage: { section: string; text: string } | null }
export interface SearchReply { answerable: boolean; results: SearchHit[]; took_ms: number }

/** A line of the editors' list. `state` is the draft's, or else `published` or `withdrawn`. */
export interface GuideLine {
  id: string
  name: string
  region: string
  department?: string | null
  state: string
  published_version: number | null
  updated_at?: string | null
  author_name?: string | null
  lint?: { errors: number; warnings: number } | null
}
export interface GuideRow extends Pick<GuideLine, 'name' | 'region' | 'department' | 'updated_at' | 'author_name' | 'lint'> {
  guide_id: string
  state: string | null
  version: number | null
}
export interface LintProblem { rule: string; severity: string; path: string; message: string }
export type { GuideDocument }
