/** The greeting where nothing was said yet. */

import type { CitizenProfile, FormReply, Translate } from '@bangban/shared'

const TOPICS = ['lost_id', 'residence', 'passport', 'newborn', 'marriage', 'shop', 'social_card', 'driving']

export interface WelcomeView {
  hello: string
  how: string
  draft: { text: string; label: string; url: string } | null
  popular: string
  topics: { label: string; words: string }[]
  try: string
  examples: string[]
  fine: string
  privacy: string
}

export function welcomeView(citizen: CitizenProfile | null, draft: FormReply | null, t: Translate): WelcomeView {
  const unfinished = draft && {
    text: t(draft.missing.length ? 'welcome.draft' : 'welcome.draft_ready', { title: draft.title || t('form.card_title'), count: draft.missing.length }),
    label: t('form.resume'),
    url: `/pages/form/form?id=${draft.form_id}`,
  }
  return {
    hello: citizen?.verified ? t('welcome.hello_name', { name: citizen.display_name }) : t('welcome.hello'),
    how: t('welcome.how'),
    draft: unfinished,
    popular: t('welcome.popular'),
    topics: TOPICS.map((key) => ({ label: t(`welcome.topic.${key}`), words: t(`welcome.say.${key}`) })),
    try: t('welcome.try'),
    examples: ['1', '2', '3'].map((n) => t(`welcome.example.${n}`)),
    fine: t('welcome.fine'),
    privacy: t('privacy.title'),
  }
}
