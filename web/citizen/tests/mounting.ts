import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '@/i18n'

const empty = { template: '<i />' }

/** A component with the words, a store and the routes it links to. */
export function render(component: Component, props: Record<string, unknown> = {}) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const names = ['chat', 'form', 'me', 'guide', 'appointment', 'privacy', 'notices']
  const paths = ['/', '/form/:id', '/me', '/guide/:id', '/appointment/:id', '/privacy', '/notices']
  const router = createRouter({ history: createMemoryHistory(), routes: names.map((name, i) => ({ name, path: paths[i]!, component: empty })) })
  return mount(component, { props, attachTo: document.body, global: { plugins: [pinia, i18n, router] } })
}

/** A card of the mock as the server would have stored it. */
export const stored = (card: object) => ({ seq: 1, id: 'ms_1', sender: 'bot', created_at: null, ...card })
