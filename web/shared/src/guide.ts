/** A published guide as `GET /api/guides/{id}` gives it; the mirror of `knowledge/schema/guide.py`. Absent means "not published". */

export type Condition = { [key: string]: string | string[] | Condition | Condition[] }

export interface Fact { when?: Condition; sources?: string[] }
export interface GuideSource { id: string; title: string; url?: string; law?: string; date?: string; kind: 'law' | 'official' | 'local-guide' }
export interface SituationOption { id: string; label: string }
export interface GuideSituation { id: string; ask: string; options: SituationOption[] }

export interface GuideMaterial extends Fact {
  id: string
  name: string
  kind?: string
  copies?: number
  required?: boolean
  issued_by?: string
  licence?: string
  data_sharing?: boolean
  deferrable?: boolean
  note?: string
}

export interface Limit { value: number; unit: string }
export interface Verdict extends Fact { verdict: 'yes' | 'no' | 'conditional'; note: string }

export interface GuideDocument {
  name: string
  aliases: string[]
  summary?: string
  topic?: string
  item_type?: string
  codes?: Record<string, string>
  department?: string
  region?: { level: string; code: string; name: string }
  legal_basis?: { text: string; sources?: string[] }[]
  conditions?: string[]
  situations?: GuideSituation[]
  materials?: GuideMaterial[]
  steps?: (Fact & { name: string; what: string; days?: string })[]
  time_limit?: (Fact & { legal?: Limit; promised?: Limit; note?: string })[]
  fees?: (Fact & { what: string; amount: string; basis?: string })[]
  visits?: (Fact & { count: number; note?: string })[]
  channels?: string[]
  online?: Verdict[]
  proxy?: Verdict[]
  delivery?: Verdict[]
  where?: (Fact & { text: string; scope?: string })[]
  phones?: { number: string; what: string; kind?: 'consult' | 'supervise' }[]
  results?: { name: string; kind?: string; validity?: string }[]
  faq?: (Fact & { q: string; a: string })[]
  related?: string[]
  booking?: { lines: string[]; minutes?: number }
  form?: { title: string }
  sources?: GuideSource[]
  as_of?: string
  reviewed?: boolean
  effective_from?: string
  expires?: string
}

export interface GuideReply {
  guide_id: string
  version: number
  name: string
  region: string
  effective_from: string | null
  document: GuideDocument
}

export interface Need { ask: string; labels: string[] }

/** The answers a condition asks for: all the needs, one label of each. `null` when it cannot be said so simply. */
export function conditionNeeds(condition: Condition | undefined, situations: GuideSituation[] = []): Need[] | null {
  if (!condition) return []
  const groups: Need[] = []
  for (const [key, value] of Object.entries(condition)) {
    if (key === 'all' && Array.isArray(value)) {
      const inner = (value as Condition[]).map((part) => conditionNeeds(part, situations))
      if (inner.includes(null)) return null
      groups.push(...(inner as Need[][]).flat())
      continue
    }
    if (key === 'any' || key === 'not' || key === 'all') return null
    const situation = situations.find((s) => s.id === key)
    const ids = Array.isArray(value) ? (value as string[]) : [value as string]
    const labels = ids.map((id) => situation?.options.find((o) => o.id === id)?.label)
    if (labels.includes(undefined)) return null
    groups.push({ ask: situation?.ask ?? '', labels: labels as string[] })
  }
  return groups
}
