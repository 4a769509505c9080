/** By which way the citizen is told of what, as the page of notice settings shows it. */

import type { NoticeSettings, NoticeTopic, NoticeWay, Translate } from '@bangban/shared'
import { hasWords } from '@/core/words'

export interface SwitchView { topic: NoticeTopic; name: string; on: boolean; aria: string }
export interface WayView { way: string; name: string; note: string; topics: SwitchView[]; mail: MailView | null }
/** `step`: what is asked for now. */
export interface MailView { step: 'address' | 'code' | 'settled'; note: string }

export interface NoticeSettingsView { intro: string; ways: WayView[] }

/** `changing`: he wants to name another address than the one there is. */
export function noticeSettings(settings: NoticeSettings, changing: boolean, t: Translate): NoticeSettingsView {
  const named = (kind: 'way' | 'topic', key: string, fallback: string) => (hasWords(`notices.${kind}.${key}`) ? t(`notices.${kind}.${key}`) : fallback)
  return {
    intro: t(settings.ways.length ? 'notices.intro' : 'notices.none'),
    ways: settings.ways.map((way) => {
      const name = named('way', way.way, way.label)
      return {
        way: way.way,
        name,
        note: way.reaches ? t('notices.reaches', { where: way.reaches }) : way.way === 'sms' ? t('notices.no_phone') : '',
        topics: way.topics.map(({ topic, label, on }) => {
          const topicName = named('topic', topic, label)
          return { topic, on, name: topicName, aria: t('notices.switch', { way: name, topic: topicName }) }
        }),
        mail: way.way === 'email' && settings.email ? mailView(settings.email, way, changing, t) : null,
      }
    }),
  }
}

function mailView(email: NonNullable<NoticeSettings['email']>, way: NoticeWay, changing: boolean, t: Translate): MailView {
  if (email.state === 'asked' && !changing) return { step: 'code', note: t('notices.code_sent', { where: email.asked }) }
  return { step: !way.reaches || changing ? 'address' : 'settled', note: t('notices.address') }
}
