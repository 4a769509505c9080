/** A whole guide as its page shows it: sections in reading order, each fact with the cases it holds for and where it is written. */

import { conditionNeeds, sectionsOf, type GuideDocument, type GuideReply, type ShownFact, type Translate } from '@bangban/shared'
import type { Button } from './shown'

export interface FactView { key: string; number: string; text: string; detail: string; tags: NonNullable<ShownFact['tags']>; phone: string; when: string }
export interface GuidePageView {
  name: string
  about: string
  review: string
  reviewed: boolean
  sections: { id: string; title: string; facts: FactView[] }[]
  sources: { key: string; title: string; link: string }[]
  actions: Button[]
}

/** The cases a fact holds for, in words; empty when it holds for all. */
function whenWords(fact: ShownFact, d: GuideDocument, t: Translate): string {
  const needs = conditionNeeds(fact.when, d.situations)
  if (needs === null) return t('guide.some_cases')
  if (!needs.length) return ''
  const words = needs.map((n) => t('guide.answer_is', { ask: n.ask, answer: n.labels.join(t('guide.or')) }))
  return t('guide.applies', { when: words.join(t('app.comma')) })
}

export function guidePage(guide: GuideReply, t: Translate): GuidePageView {
  const d = guide.document
  const fact = (f: ShownFact, i: number, numbered?: boolean): FactView => ({
    key: `${i}`, number: numbered ? `${i + 1}. ` : '', text: f.text, detail: f.detail ?? '', tags: f.tags ?? [], phone: f.phone ?? '', when: whenWords(f, d, t),
  })
  const act = (intent: string, key: string, main = false): Button => ({ label: t(key), payload: `/${intent}${JSON.stringify({ guide_id: guide.guide_id })}`, main })
  const asOf = d.as_of ? t('guide.as_of', { date: d.as_of }) : ''
  return {
    name: guide.name,
    about: [guide.region, d.department].filter(Boolean).join(t('app.comma')),
    reviewed: d.reviewed === true,
    review: d.reviewed ? t('guide.reviewed') : t('guide.not_reviewed') + asOf,
    sections: sectionsOf(d, t).map((s) => ({ id: s.id, title: t(`aspect.${s.id}`), facts: s.facts.map((f, i) => fact(f, i, s.numbered)) })),
    sources: (d.sources ?? []).map((s) => ({ key: s.id, title: s.title + (s.date ? t('guide.dated', { date: s.date }) : ''), link: s.url ?? '' })),
    actions: [
      ...(d.form ? [act('start_form', 'guide.fill_short', true)] : []),
      ...(d.booking ? [act('start_booking', 'guide.book_short', !d.form)] : []),
      ...(d.form || d.booking ? [] : [act('choose_item', 'guide.do_short', true)]),
    ],
  }
}
