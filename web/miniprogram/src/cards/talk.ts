/** Cards that ask or tell in few words: text, notice, choices, item list, answer, hand-over, rating. */

import { answerParts, leadOf, type AnswerMessage, type Choice, type ChoicesMessage, type HandoffMessage, type ItemListMessage, type NoticeMessage, type RatingMessage } from '@bangban/shared'
import { intentOf, type ViewOf } from './shown'

const EMERGENCY = ['120', '110', '119', '122', '12356']

/** An emergency offers the numbers to call: that of the code first, then any other named in the words. */
export const noticeView: ViewOf<NoticeMessage, { text: string; emergency: boolean; title: string; calls: { number: string; label: string }[] }> = (message, t) => {
  const emergency = message.code.startsWith('emergency')
  const named = emergency ? [message.code.split('.')[1] ?? '', ...(message.text.match(/\d+/g) ?? [])] : []
  const numbers = EMERGENCY.filter((n) => named.includes(n)).sort((a, b) => named.indexOf(a) - named.indexOf(b))
  return { text: message.text, emergency, title: t('notice.emergency'), calls: numbers.map((number) => ({ number, label: t('notice.call', { number }) })) }
}

const SHORT = 8

/** Few short answers stand in a row; long or many ones under each other, and always so in elder mode. */
export const choicesView: ViewOf<ChoicesMessage, { prompt: string; row: boolean; choices: { label: string; payload: string; chosen: boolean }[] }> = (message, _, shown) => {
  const choices = message.choices.filter((c) => !shown.offered.includes(intentOf(c.payload)))
  return {
    prompt: message.prompt || leadOf(message.text, message.choices.map((c) => c.label)),
    row: !shown.elder && choices.every((c) => c.label.length <= SHORT),
    choices: choices.map((c) => ({ ...c, chosen: c.label === shown.chosen })),
  }
}

export interface ItemListView {
  title: string
  lead: string
  items: { name: string; region: string; why: string; payload: string; chosen: boolean }[]
  choices: { label: string; payload: string; chosen: boolean }[]
}

export const itemListView: ViewOf<ItemListMessage, ItemListView> = (message, t, shown) => ({
  title: t('card.item_list'),
  lead: leadOf(message.text, message.items.map((i) => i.name)),
  items: message.items.map(({ name, region, why, payload }) => ({ name, region, why, payload, chosen: name === shown.chosen })),
  choices: (message.choices ?? []).map((c) => ({ ...c, chosen: c.label === shown.chosen })),
})

export interface AnswerView { aspect: string; name: string; lines: { when: string; text: string }[]; cited: string; source: string; url: string; beside: string; nearby: Choice[] }

export const answerView: ViewOf<AnswerMessage, AnswerView> = (message, t) => {
  const parts = answerParts(message.text, Boolean(message.nearby?.length))
  return {
    aspect: t(`aspect.${message.aspect}`),
    name: parts.name,
    lines: parts.lines.map((line) => ({ when: line.when && t('guide.applies', { when: line.when }), text: line.text })),
    cited: parts.cited,
    source: t('guide.see_source', { version: message.version }),
    url: `/pages/guide/guide?id=${message.guide_id}&section=${message.section}`,
    beside: t('guide.nearby'),
    nearby: message.nearby ?? [],
  }
}

export interface HandoffView { state: string; title: string; extra: string; place: string[]; ticket: string; cancel: { label: string; payload: string } | null }

export const handoffView: ViewOf<HandoffMessage, HandoffView> = (message, t, shown) => {
  const waiting = message.state === 'queued' && !shown.settled
  const [first = '', ...rest] = message.text.split('\n')
  const title = message.state === 'connected' && message.agent ? t('handoff.connected', { agent: message.agent }) : first
  const said = (line: string) => (message.state === 'queued' && /\d/.test(line)) || Boolean(message.ticket_number && line.includes(message.ticket_number))
  const minutes = Math.max(1, Math.round((message.estimated_wait_s ?? 0) / 60))
  const place = waiting && message.position != null ? [t('handoff.position', { n: message.position }), ...(message.estimated_wait_s == null ? [] : [t('handoff.wait', { n: minutes })])] : []
  const ticket = message.ticket_number && !title.includes(message.ticket_number) ? t('handoff.ticket', { number: message.ticket_number }) : ''
  const cancel = waiting ? { label: t('handoff.cancel'), payload: '/cancel_handoff' } : null
  return { state: message.state, title, extra: rest.filter((line) => !said(line)).join('\n'), place, ticket, cancel }
}

export const ratingView: ViewOf<RatingMessage, { title: string; lead: string; levels: { value: number; label: string; payload: string; stars: string; chosen: boolean }[] }> = (message, t, shown) => ({
  title: t('rating.title'),
  lead: leadOf(message.text, message.levels.map((l) => l.label)),
  levels: [...message.levels].sort((a, b) => b.value - a.value).map((l) => ({ ...l, stars: '★'.repeat(l.value), chosen: l.label === shown.chosen })),
})
