/** Things that the tests need, with only what matters in each told. */

import type { Message } from '@bangban/shared'
import type { ConversationReply, OpenConversation, QueueItem, Staff } from '@/api/types'
import { useSession } from '@/stores/session'

export const AGENT: Staff = { id: 'st_1', name: '陈晓敏', roles: ['agent'] }

export function signIn(user: Staff = AGENT): void {
  useSession().user = user
}

export function message(seq: number, sender: Message['sender'] = 'citizen', text = `第${seq}句`): Message {
  return { type: 'text', seq, id: `ms_${seq}`, sender, text, created_at: '2026-11-03T09:30:00+08:00' }
}

export function waiting(id: string, more: Partial<QueueItem> = {}): QueueItem {
  return { conversation_id: id, version: 3, since: '2026-11-03T09:30:00+08:00', priority: 0, reason: 'asked', summary: '想办身份证', guide_id: null, ...more }
}

export function mineItem(id: string): OpenConversation {
  return { ...waiting(id), agent: AGENT.id, claimed_at: '2026-11-03T09:31:00+08:00' }
}

export function conversation(id: string, more: Partial<ConversationReply['conversation']> = {}, messages: Message[] = [message(1)]): ConversationReply {
  return {
    conversation: { id, owner: 'agent', version: 4, agent: AGENT.id, channel: 'web', ...more },
    messages,
    package: {
      summary: '想办身份证', reason: 'asked', priority: 2, guide_id: null, situation: [], form: null, appointment: null, sources: [], failures: [], waited_s: 75, queued_since: null,
    },
    suggestions: [],
    notes: [],
    masked: false,
  }
}

export const settled = () => new Promise((done) => setTimeout(done))
