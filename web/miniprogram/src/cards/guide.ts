/** Cards about an item: its guide, and the materials that this citizen needs. */

import type { Choice, GuideMessage, MaterialLine, MaterialsMessage, Translate } from '@bangban/shared'
import type { Button, Tag, ViewOf } from './shown'

export interface GuideView {
  name: string
  region: string
  department: string
  summary: { label: string; value: string }[]
  reviewed: boolean
  review: string
  /** Sections and buttons stand behind a tap when a question follows, so that it is answered first. */
  folded: boolean
  contents: string
  sections: { id: string; title: string; url: string }[]
  first: string
  actions: Button[]
  whole: { label: string; url: string }
  beside: string
  nearby: Choice[]
}

export const guideView: ViewOf<GuideMessage, GuideView> = (message, t, shown) => {
  const url = `/pages/guide/guide?id=${message.guide_id}`
  const asOf = message.as_of ? t('guide.as_of', { date: message.as_of }) : ''
  return {
    name: message.name,
    region: message.region,
    department: message.summary.some((l) => l.value === message.department) ? '' : (message.department ?? ''),
    summary: message.summary,
    reviewed: message.reviewed,
    review: message.reviewed ? t('guide.reviewed') : t('guide.not_reviewed') + asOf,
    folded: shown.asks,
    contents: shown.elder || shown.asks ? '' : t('guide.contents', { n: message.sections.length }),
    sections: message.sections.map((s) => ({ ...s, url: `${url}&section=${s.id}` })),
    first: t('guide.first'),
    actions: message.actions.map((a, i) => ({ ...a, main: i === 0 && !shown.asks })),
    whole: { label: t('guide.whole'), url },
    beside: t('guide.nearby'),
    nearby: message.nearby ?? [],
  }
}

export interface MaterialView { name: string; tags: Tag[]; note: string; ready: boolean }
export interface MaterialsView {
  title: string
  count: string
  lead: string
  situation: { label: string; lines: MaterialsMessage['situation'] } | null
  bring: { label: string; ready: string; lines: MaterialView[] } | null
  free: { label: string; lines: MaterialView[] } | null
  source: string
  url: string
}

/** `ready`: names of the materials that the citizen has ticked off. */
export function materialsView(message: MaterialsMessage, t: Translate, ready: string[]): MaterialsView {
  const bring = message.materials.filter((m) => !m.waived_by)
  const free = message.materials.filter((m) => m.waived_by)
  const done = bring.filter((m) => ready.includes(m.name)).length
  const line = (m: MaterialLine): MaterialView => ({ name: m.name, tags: tagsOf(m, t), note: m.note ?? '', ready: ready.includes(m.name) })
  return {
    title: t('materials.title'),
    count: t('materials.count', { total: message.materials.length, free: free.length }),
    lead: message.materials.length ? '' : message.text,
    situation: message.situation.length ? { label: t('materials.situation', { count: message.situation.length }), lines: message.situation } : null,
    bring: bring.length ? { label: t('materials.bring'), ready: done ? t('materials.ready', { done, total: bring.length }) : '', lines: bring.map(line) } : null,
    free: free.length ? { label: t('materials.free'), lines: free.map(line) } : null,
    source: t('guide.see_source', { version: message.version }),
    url: `/pages/guide/guide?id=${message.guide_id}&section=materials`,
  }
}

function tagsOf(m: MaterialLine, t: Translate): Tag[] {
  if (m.waived_by) return [{ tone: 'ok', text: t(`badge.${m.waived_by}`) }]
  return [
    ...(m.kind ? [{ tone: 'info' as const, text: m.kind + (m.copies ? t('materials.copies', { n: m.copies }) : '') }] : []),
    ...(m.deferrable ? [{ tone: 'warn' as const, text: t('badge.deferrable') }] : []),
    ...(m.required ? [] : [{ tone: 'quiet' as const, text: t('badge.optional') }]),
  ]
}
