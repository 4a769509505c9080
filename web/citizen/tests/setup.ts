import { afterEach, vi } from 'vitest'

// happy-dom has no layout, and blob addresses are not needed.
Element.prototype.scrollTo = vi.fn()
Element.prototype.scrollIntoView = vi.fn()
afterEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  document.body.innerHTML = ''
})
