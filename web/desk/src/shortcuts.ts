/** Keys of the desk. All carry Alt or Ctrl, so that they work while writing and never shadow a letter. */

import { onMounted, onUnmounted } from 'vue'

export function keyName(event: Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'ctrlKey' | 'metaKey'>): string {
  const key = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase()
  return [event.ctrlKey || event.metaKey ? 'ctrl' : '', event.altKey ? 'alt' : '', event.altKey && event.code === 'Slash' ? '/' : key].filter(Boolean).join('+')
}

export function useShortcuts(table: Record<string, () => void>): void {
  function press(event: KeyboardEvent) {
    const act = table[keyName(event)]
    if (!act || event.isComposing || document.querySelector('.el-overlay-dialog, .el-overlay-message-box')?.checkVisibility?.()) return
    event.preventDefault()
    act()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onUnmounted(() => window.removeEventListener('keydown', press))
}
