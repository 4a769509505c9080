/** Makes what the server gives of a conversation into the one shape that the pages know. Whatever is absent or odd is left out, never a crash. */

import type { CitedSource, ConversationReply, Failure, Note, Package, Suggestion } from './types'

type Loose = Record<string, unknown>
const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null)
const list = (value: unknown): Loose[] => (Array.isArray(value) ? (value as Loose[]) : [])
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

export function readConversation(raw: Loose): ConversationReply {
  return {
    conversation: raw.conversation as ConversationReply['conversation'],
    messages: list(raw.messages) as unknown as ConversationReply['messages'],
    package: readPackage((raw.package ?? {}) as Loose),
    suggestions: list(raw.suggestions).map(readSuggestion).filter((s): s is Suggestion => s !== null),
    notes: list(raw.notes) as unknown as Note[],
    masked: raw.masked === true,
  }
}

export function readPackage(raw: Loose): Package {
  return {
    summary: text(raw.summary) ?? '',
    reason: text(raw.reason) ?? '',
    priority: number(raw.priority) ?? 0,
    guide_id: text(raw.guide_id),
    situation: list(raw.situation) as unknown as Package['situation'],
    form: (raw.form as Package['form']) ?? null,
    appointment: (raw.appointment as Package['appointment']) ?? null,
    sources: eachOnce(list(raw.sources).map(readSource).filter((s): s is CitedSource => s !== null)),
    failures: list(raw.failures).map(readFailure),
    waited_s: number(raw.waited_s),
    queued_since: text((raw.clocks as Loose | undefined)?.queued_since),
  }
}

/** Cited again for something that is no aspect, or in another version, is still the same place for a reader. */
function eachOnce(sources: CitedSource[]): CitedSource[] {
  return [...new Map(sources.map((s) => [`${s.guide_id} ${s.section}`, s])).values()]
}

function readSource(source: Loose): CitedSource | null {
  const id = text(source.guide_id)
  return id ? { guide_id: id, name: text(source.name) ?? '', section: aspectOf(text(source.section)) } : null
}

function readFailure(failure: Loose): Failure {
  return { at: text(failure.at), said: text(failure.text) ?? '', outcome: text(failure.outcome) ?? '' }
}

/** `{"kind": "reply", "text"}` is a sentence; `{"kind": "guide", "guide_id", "name", "section", "text"}` a card (its text is the passage found). */
function readSuggestion(raw: Loose): Suggestion | null {
  const guide = text(raw.guide_id)
  const words = text(raw.text)
  if (guide) return { label: text(raw.name) ?? guide, text: null, guide_id: guide, section: aspectOf(text(raw.section)) }
  return words ? { label: words, text: words, guide_id: null, section: null } : null
}

/** The field of a guide → the aspect that it answers; the mirror of `knowledge/guidance/aspects.py`. */
const ASPECT_OF: Record<string, string> = { fees: 'fee', time_limit: 'time', results: 'result', legal_basis: 'basis', phones: 'phone' }
const ASPECTS = ['materials', 'conditions', 'fee', 'time', 'where', 'steps', 'proxy', 'online', 'visits', 'delivery', 'result', 'basis', 'phone', 'faq']

/** `null` for what is no aspect (a passage of the name, say): the whole guide is meant. */
export function aspectOf(section: string | null): string | null {
  const aspect = section ? (ASPECT_OF[section] ?? section) : null
  return aspect && ASPECTS.includes(aspect) ? aspect : null
}
