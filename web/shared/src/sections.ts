/** The sections of a guide in reading order; one without facts is left out (absent means "not published"). */

import type { Fact, GuideDocument } from './guide'
import type { Aspect } from './messages'

export interface ShownFact extends Fact { text: string; detail?: string; tags?: { tone: 'ok' | 'info' | 'warn' | 'quiet'; text: string }[]; phone?: string }
export interface ShownSection { id: Aspect; facts: ShownFact[]; numbered?: boolean }
export type Translate = (key: string, values?: Record<string, unknown>) => string

export function sectionsOf(d: GuideDocument, t: Translate): ShownSection[] {
  const limit = (kind: 'legal' | 'promised', l?: { value: number; unit: string }) =>
    l ? t(l.value === 0 ? 'guide.at_once' : `guide.${kind}`, { n: l.value, unit: t(`unit.${l.unit}`) }) : ''
  const verdicts = (list: GuideDocument['proxy']) =>
    (list ?? []).map((v) => ({ ...keep(v), text: v.note, tags: [{ tone: VERDICT_TONE[v.verdict], text: t(`guide.verdict.${v.verdict}`) }] }))
  const all: ShownSection[] = [
    { id: 'conditions', numbered: true, facts: (d.conditions ?? []).map((text) => ({ text })) },
    { id: 'materials', numbered: true, facts: (d.materials ?? []).map((m) => ({ ...keep(m), text: m.name, detail: m.note, tags: materialTags(m, t) })) },
    { id: 'steps', numbered: true, facts: (d.steps ?? []).map((s) => ({ ...keep(s), text: s.name, detail: [s.what, s.days].filter(Boolean).join(t('app.comma')) })) },
    { id: 'time', facts: (d.time_limit ?? []).map((l) => ({ ...keep(l), text: [limit('promised', l.promised), limit('legal', l.legal)].filter(Boolean).join(t('app.comma')) || (l.note ?? ''), detail: l.promised || l.legal ? l.note : undefined })) },
    { id: 'fee', facts: (d.fees ?? []).map((f) => ({ ...keep(f), text: t('guide.pair', { label: f.what, value: f.amount }), detail: f.basis && t('guide.basis', { basis: f.basis }) })) },
    { id: 'visits', facts: (d.visits ?? []).map((v) => ({ ...keep(v), text: t('guide.visits', { n: v.count }), detail: v.note })) },
    { id: 'online', facts: verdicts(d.online) },
    { id: 'proxy', facts: verdicts(d.proxy) },
    { id: 'delivery', facts: verdicts(d.delivery) },
    { id: 'where', facts: (d.where ?? []).map((w) => ({ ...keep(w), text: w.text, detail: w.scope })) },
    { id: 'phone', facts: (d.phones ?? []).map((p) => ({ text: p.what, phone: p.number })) },
    { id: 'result', facts: (d.results ?? []).map((r) => ({ text: r.name, detail: [r.kind, r.validity].filter(Boolean).join(t('app.comma')) || undefined })) },
    { id: 'faq', facts: (d.faq ?? []).map((q) => ({ ...keep(q), text: q.q, detail: q.a })) },
    { id: 'basis', facts: (d.legal_basis ?? []).map((b) => ({ sources: b.sources, text: b.text })) },
  ]
  return all.filter((section) => section.facts.length)
}

const VERDICT_TONE = { yes: 'ok', no: 'quiet', conditional: 'warn' } as const
const keep = (fact: Fact): Fact => ({ when: fact.when, sources: fact.sources })

function materialTags(m: NonNullable<GuideDocument['materials']>[number], t: Translate): ShownFact['tags'] {
  return [
    ...(m.kind ? [{ tone: 'info' as const, text: m.kind + (m.copies ? t('materials.copies', { n: m.copies }) : '') }] : []),
    ...(m.licence ? [{ tone: 'ok' as const, text: t('badge.licence_possible') }] : []),
    ...(m.data_sharing ? [{ tone: 'ok' as const, text: t('badge.data_sharing') }] : []),
    ...(m.deferrable ? [{ tone: 'warn' as const, text: t('badge.deferrable') }] : []),
    ...(m.required === false ? [{ tone: 'quiet' as const, text: t('badge.optional') }] : []),
  ]
}
