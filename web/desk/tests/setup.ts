import { afterEach, beforeEach, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'

// happy-dom has no layout.
Element.prototype.scrollTo = vi.fn()
Element.prototype.scrollIntoView = vi.fn()
vi.stubGlobal('AudioContext', undefined)

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  localStorage.clear()
  sessionStorage.clear()
  document.body.innerHTML = ''
})
