/** Who is talking: a session token kept on the device, or the choice of a sandbox citizen in demo mode. */

import { ApiError, type CitizenProfile, type DemoCitizen, type Session } from '@bangban/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, credentials, store } from '@/api'

interface Saved extends Session { as: string | null }
/** `nobody`: public pages are read without a session, and after an erasure none is opened by itself. */
export type SessionState = 'nobody' | 'starting' | 'choosing' | 'ready' | 'failed'

export const useSession = defineStore('session', () => {
  const state = ref<SessionState>('nobody')
  const citizen = ref<CitizenProfile | null>(null)
  const demo = ref<DemoCitizen[]>([])
  const isDemo = computed(() => demo.value.length > 0)
  /** Whether the session began on this visit, so that the assistant knows none of the reader's settings yet. */
  const fresh = ref(false)
  /** Counts the changes of person: what was asked for an earlier one concerns nobody any more. */
  const era = ref(0)
  let picks = 0
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

  /** The session of an earlier visit, if there is one. */
  function recall(): void {
    const saved = store.read<Saved>('session')
    if (!saved || state.value !== 'nobody') return
    adopt(saved)
    void loadDemo(era.value).catch(() => undefined)
  }

  /** A remembered session, else the picker in demo mode, else an anonymous one. */
  async function start(): Promise<void> {
    if (state.value === 'nobody') recall()
    if (!['nobody', 'failed'].includes(state.value)) return
    state.value = 'starting'
    const mine = era.value
    try {
      await loadDemo(mine)
      if (mine !== era.value) return
      if (isDemo.value) state.value = 'choosing'
      else await choose(null)
    } catch {
      if (mine === era.value) state.value = 'failed'
    }
  }

  async function loadDemo(mine: number): Promise<void> {
    try {
      demo.value = await api.demoCitizens()
    } catch (error) {
      if (mine === era.value && state.value === 'ready') return // it only offers to be somebody else
      demo.value = []
      if (error instanceof ApiError && error.temporary) throw error
    }
  }

  /** A person sits down here; `null`: nobody known. */
  async function choose(id: string | null): Promise<void> {
    const [mine, pick] = [era.value, (picks += 1)]
    credentials.token = null
    const session = await open(id)
    if (mine !== era.value || pick !== picks) return // all was left, or somebody else chosen
    fresh.value = true
    adopt({ ...session, as: id })
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
  async function renew(): Promise<void> {
    const mine = era.value
    credentials.token = null
    const session = await open(as)
    if (mine !== era.value) return
    fresh.value = true
    adopt({ ...session, as })
  }

  function leave(): void {
    const token = citizen.value && !citizen.value.verified ? credentials.token : null
    forget()
    visitor = token
  }

  /** He is gone, and nothing of him comes along. */
  function forget(): void {
    era.value += 1
    store.remove('session')
    credentials.token = null
    citizen.value = null
    as = visitor = null
    state.value = 'nobody'
  }

  return { state, citizen, demo, isDemo, fresh, era, start, recall, choose, renew, leave, forget }
})
