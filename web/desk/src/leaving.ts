/** Whoever goes away gives his citizens back to the queue; that must not happen by accident. */

import { ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message-box/style/css'
import { i18n } from '@/i18n'

/** What was typed and not saved is not lost by accident either. */
export async function mayLose(): Promise<boolean> {
  const { t } = i18n.global
  try {
    await ElMessageBox.confirm(t('leaving.unsaved'), t('leaving.unsaved_title'), { confirmButtonText: t('leaving.without'), cancelButtonText: t('leaving.stay'), type: 'warning' })
    return true
  } catch {
    return false
  }
}

export async function mayLeave(conversations: number, action: string): Promise<boolean> {
  if (!conversations) return true
  const { t } = i18n.global
  try {
    await ElMessageBox.confirm(t('leaving.note', { n: conversations }), t('leaving.title'), { confirmButtonText: action, cancelButtonText: t('app.cancel'), type: 'warning' })
    return true
  } catch {
    return false
  }
}
