/** What is asked of the phone on a tap, and what is said where it gave nothing. */

import type { Translate } from '@bangban/shared'
import { choosePicture, confirm, openSettings, toast, type Trouble } from '@/platform/device'

type Thing = 'camera' | 'calendar'

/** Nothing where he went back himself; the way to the settings where it is not allowed; else a word. */
export async function explain(trouble: Trouble, thing: Thing, t: Translate): Promise<void> {
  if (trouble === 'left') return
  if (trouble === 'too_large') return toast(t('chat.bad_image'))
  if (trouble === 'failed') return toast(t(`device.${thing}_failed`))
  const words = { title: t(`device.${thing}_title`), content: t(`device.${thing}_note`), yes: t('device.settings'), no: t('app.close') }
  if (await confirm(words)) openSettings()
}

let choosing = false

/** The path of a picture he took or chose; a second tap meanwhile is the same tap. */
export async function takePicture(t: Translate): Promise<string | null> {
  if (choosing) return null
  choosing = true
  const { path, trouble } = await choosePicture()
  choosing = false
  if (trouble) await explain(trouble, 'camera', t)
  return path ?? null
}
