/** What can be done with the papers of a visit or a case, from whichever page they are shown on. */

import type { AppointmentMessage, Translate } from '@bangban/shared'
import { api } from '@/core/app'
import { failureWords } from '@/core/failure'
import { explain } from '@/components/asking'
import { addToCalendar, openPdf, toast } from '@/platform/device'

export async function addVisit(visit: AppointmentMessage, t: Translate): Promise<void> {
  const { start, end, hall, code } = visit
  const note = t('appointment.calendar_note', { code })
  const trouble = await addToCalendar({ start, end, place: hall.address ?? hall.name, title: t('appointment.calendar_title', { hall: hall.name }), note })
  if (trouble) await explain(trouble, 'calendar', t)
  else toast(t('appointment.calendar_done'))
}

export async function showPdf(url: string, t: Translate): Promise<void> {
  toast(t('app.loading'))
  try {
    if (!(await openPdf(await api.file(url)))) toast(t('device.pdf_failed'))
  } catch (error) {
    toast(failureWords(error, t))
  }
}
