/** Says when a citizen came to us or went from us by somebody else's doing, whatever page is open. */

import { ElNotification } from 'element-plus'
import 'element-plus/es/components/notification/style/css'
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useConversations } from '@/stores/conversations'
import { useNames } from '@/stores/names'

export function useHandoverNotices(): void {
  const { t } = useI18n()
  const router = useRouter()
  const conversations = useConversations()
  const names = useNames()

  watch(
    () => conversations.lost,
    (lost) => {
      if (!lost) return
      const name = lost.owner === 'agent' ? names.person(lost.agent) || t('talk.colleague') : ''
      ElNotification({ type: 'warning', title: t('talk.lost_title'), message: name ? t('talk.lost_agent', { name }) : t('talk.lost_other'), duration: 8000 })
    },
  )
  watch(
    () => conversations.gained,
    (gained) => {
      if (!gained) return
      const notice = ElNotification({
        type: 'info',
        title: t('talk.gained_title'),
        message: t('talk.gained'),
        duration: 0,
        onClick: () => {
          void router.push({ name: 'workbench', params: { id: gained.id } })
          notice.close()
        },
      })
    },
  )
}
