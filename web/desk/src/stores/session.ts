/** Who is at the desk, and whether he takes citizens. */

import { ApiError } from '@bangban/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, credentials, store } from '@/api'
import type { Colleague, LoginReply, PresenceState, Role, Staff } from '@/api/types'

const DEFAULT_CAPACITY = 5

export const useSession = defineStore('session', () => {
  const user = ref<Staff | null>(null)
  /** Signed out by the server, not by the person. */
  const expired = ref(false)
  const presence = ref<PresenceState>('offline')
  const capacity = ref(DEFAULT_CAPACITY)
  /** Counts the comings and goings: what was asked before one of them concerns whoever was here then. */
  const era = ref(0)

  const has = (...roles: Role[]) => Boolean(user.value?.roles.some((role) => roles.includes(role)))
  const atDesk = computed(() => has('agent', 'supervisor'))
  const supervises = computed(() => has('supervisor'))
  /** Writes guides; who also reviews and publishes. */
  const edits = computed(() => has('editor', 'reviewer', 'admin'))
  const reviews = computed(() => has('reviewer', 'admin'))

  /** A reload of the page; what the server knows of us follows. */
  function restore(): void {
    const saved = store.read<LoginReply>('session')
    if (!saved) return
    credentials.token = saved.token
    user.value = saved.user
    void sync()
  }

  async function sync(): Promise<void> {
    const mine = era.value
    try {
      const me = await api.me()
      if (mine === era.value) adopt(me.presence)
    } catch (error) {
      if (mine === era.value && error instanceof ApiError && error.status === 401) expire()
    }
  }

  function adopt(seen: Pick<Colleague, 'state' | 'capacity'> | null): void {
    if (!seen) return
    presence.value = seen.state
    capacity.value = seen.capacity
  }

  async function login(username: string, password: string): Promise<void> {
    credentials.token = null
    const mine = era.value
    const reply = await api.login(username.trim(), password)
    if (mine !== era.value) return
    era.value += 1
    credentials.token = reply.token
    store.write('session', reply)
    expired.value = false
    user.value = reply.user
    await sync()
  }

  async function present(state: PresenceState, most?: number): Promise<void> {
    const mine = era.value
    const seen = await api.presence(state, most)
    if (mine === era.value) adopt(seen)
  }

  /** The server takes us offline with it, so that nobody waits for one who has gone. */
  async function logout(): Promise<void> {
    const mine = era.value
    try {
      await api.logout()
    } catch {
      // Signing out here must work without the server too.
    }
    if (mine === era.value) forget()
  }

  function expire(): void {
    if (!user.value) return
    expired.value = true
    forget()
  }

  function forget(): void {
    era.value += 1
    credentials.token = null
    user.value = null
    presence.value = 'offline'
    store.remove('session')
  }

  return { user, expired, presence, era, capacity, atDesk, supervises, edits, reviews, has, restore, adopt, login, logout, present, expire }
})
