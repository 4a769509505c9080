/** Small things that several components need: a ticking clock, lengths of time in words, failures as toasts. */

import { ApiError } from '@bangban/shared'
import { ElMessage, ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { onScopeDispose, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { length } from '@/duration'
import { i18n } from '@/i18n'
import { useSession } from '@/stores/session'

const now = ref(Date.now())
let readers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Milliseconds, renewed each second while somebody looks. */
export function useNow(): Ref<number> {
  if (readers++ === 0) timer = setInterval(() => (now.value = Date.now()), 1000)
  now.value = Date.now()
  onScopeDispose(() => {
    if (--readers === 0) clearInterval(timer)
  })
  return now
}

export function useLength(): (seconds: number | null | undefined) => string {
  const { t } = useI18n()
  return (seconds) => {
    if (seconds === null || seconds === undefined) return t('length.unknown')
    const { key, values } = length(seconds)
    return t(`length.${key}`, values)
  }
}

/** The server's own sentence where it has one. */
export function failureWords(error: unknown): string {
  const { t } = i18n.global
  if (!(error instanceof ApiError)) return t('error.unexpected')
  if (error.status === 0) return t('error.unreachable')
  return error.message || t('error.unexpected')
}

export function tellFailure(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) return // the session says so itself
  ElMessage({ type: 'error', message: failureWords(error), duration: 5000, showClose: true, grouping: true })
}

/**
 * What a button does, one thing at a time: `busy` while it is under way, and a failure told in words, unless whoever began it has gone.
 * `run` resolves to whether it was done; `here` says whether the component is still there to go on from it.
 */
export function useDoing(failed: (error: unknown) => void = tellFailure) {
  const session = useSession()
  const busy = ref(false)
  let gone = false
  onScopeDispose(() => (gone = true))

  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    const { era } = session
    busy.value = true
    try {
      await act()
      return true
    } catch (error) {
      if (era === session.era) failed(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, run, here: () => !gone }
}

export function tellDone(message: string): void {
  ElMessage({ type: 'success', message, duration: 2500, grouping: true })
}

/** Asks before what is hard to take back. */
export async function confirmed(title: string, note: string, action: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(note, title, { confirmButtonText: action, cancelButtonText: i18n.global.t('app.cancel'), type: 'warning' })
    return true
  } catch {
    return false
  }
}
