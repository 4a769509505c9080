/** Who is talking: a session token kept on the device, or the choice of a sandbox citizen in demo mode. */

import { ApiError, type CitizenProfile, type DemoCitizen, type Session } from '@bangban/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, credentials, store } from '@/api'

interface Saved extends Session { as: string | null }
export type SessionState = 'starting' | 'choosing' | 'ready' | 'failed'

export const useSession = defineStore('session', () => {
  const state = ref<SessionState>('starting')
  const citizen = ref<CitizenProfile | null>(null)
  const demo = ref<DemoCitizen[]>([])
  const isDemo = computed(() => demo.value.length > 0)
  /** Whether the session began on this visit, so that the assistant knows none of the reader's settings yet. */
  const fresh = ref(false)
  let as: string | null = null
  /** Of the anonymous session just left: what was begun there comes along when its visitor says who he is. */
  let visitor: string | null = null

  function adopt(saved: Saved): void {
    credentials.token = saved.token
    citizen.value = saved.citizen
    as = saved.as
    store.write('session', saved)
    state.value = 'ready'
  }

  /** A remembered session, else the picker in demo mode, else an anonymous one. */
  async function start(): Promise<void> {
    const saved = store.read<Saved>('session')
    if (saved) {
      adopt(saved)
      void loadDemo()
      return
    }
    state.value = 'starting'
    try {
      await loadDemo()
      if (isDemo.value) state.value = 'choosing'
      else await choose(null)
    } catch {
      state.value = 'failed'
    }
  }

  async function loadDemo(): Promise<void> {
    try {
      demo.value = await api.demoCitizens()
    } catch (error) {
      demo.value = []
      if (error instanceof ApiError && error.temporary && state.value !== 'ready') throw error
    }
  }

  async function choose(id: string | null): Promise<void> {
    credentials.token = null
    fresh.value = true
    adopt({ ...(await open(id)), as: id })
    visitor = null
  }

  async function open(id: string | null): Promise<Session> {
    if (id && visitor) {
      const before = visitor
      try {
        return await api.openSession({ sandbox_citizen: id, visitor_token: before })
      } catch (error) {
        if (!(error instanceof ApiError) || error.temporary) throw error // else that session is gone: without it
      }
    }
    return api.openSession(id ? { sandbox_citizen: id } : {})
  }

  /** The server no longer knows the token: the same person again, with a new one. */
  const renew = (): Promise<void> => choose(as)

  function leave(): void {
    visitor = citizen.value && !citizen.value.verified ? credentials.token : null
    store.remove('session')
    credentials.token = null
    citizen.value = null
    as = null
    state.value = 'starting'
  }

  return { state, citizen, demo, isDemo, fresh, start, choose, renew, leave }
})
