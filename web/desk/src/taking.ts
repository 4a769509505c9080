/** Taking somebody from the queue, with what to say when a colleague was quicker. */

import { ElNotification } from 'element-plus'
import 'element-plus/es/components/notification/style/css'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { tellFailure } from '@/composables'
import { useConversations } from '@/stores/conversations'
import { useQueue } from '@/stores/queue'
import { useSession } from '@/stores/session'

export function useTaking() {
  const { t } = useI18n()
  const router = useRouter()
  const queue = useQueue()
  const conversations = useConversations()
  const session = useSession()

  async function take(item: { conversation_id: string; version: number }): Promise<void> {
    const id = item.conversation_id
    const from = router.currentRoute.value.fullPath
    try {
      if (session.presence !== 'online') await session.present('online')
      conversations.expectNews(id, 'comes')
      const result = await queue.claim(item)
      if (!result.won) {
        ElNotification({ type: 'warning', title: t('queue.lost'), message: result.message || t('queue.lost_note'), duration: 6000 })
        return
      }
      await Promise.all([conversations.refreshMine(), conversations.refresh(id)])
      if (router.currentRoute.value.fullPath !== from) return // he is at something else by now; it is in his list
      await router.push({ name: 'workbench', params: { id } })
      setTimeout(() => document.getElementById('words')?.focus())
    } catch (error) {
      tellFailure(error)
    }
  }

  const takeFirst = async () => {
    const first = queue.items[0]
    if (first && !queue.claiming) await take(first)
  }

  return { take, takeFirst }
}
