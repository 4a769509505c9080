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
    try {
      adopt((await api.me()).presence)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) expire()
    }
  }

  function adopt(seen: Pick<Colleague, 'state' | 'capacity'> | null): void {
    if (!seen) return
    presence.value = seen.state
    capacity.value = seen.capacity
  }

  async function login(username: string, password: string): Promise<void> {
    credentials.token = null
    const reply = await api.login(username.trim(), password)
    credentials.token = reply.token
    store.write('session', reply)
    expired.value = false
    user.value = reply.user
    await sync()
  }

  async function present(state: PresenceState, most?: number): Promise<void> {
    adopt(await api.presence(state, most))
  }

  /** The server takes us offline with it, so that nobody waits for one who has gone. */
  async function logout(): Promise<void> {
    try {
      await api.logout()
    } catch {
      // Signing out here must work without the server too.
    }
    forget()
  }

  function expire(): void {
    if (!user.value) return
    expired.value = true
    forget()
  }

  function forget(): void {
    credentials.token = null
    user.value = null
    presence.value = 'offline'
    store.remove('session')
  }

  return { user, expired, presence, capacity, atDesk, supervises, edits, reviews, has, restore, adopt, login, logout, present, expire }
})
