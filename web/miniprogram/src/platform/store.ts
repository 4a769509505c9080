/** JSON in the phone's storage of this mini-program, and in memory when that is full. */

import type { KeyValueStore } from '@bangban/shared'

const memory: Record<string, unknown> = {}

export const phoneStore: KeyValueStore = {
  read<T>(key: string): T | null {
    if (key in memory) return memory[key] as T
    const value: unknown = wx.getStorageSync(key)
    return value === '' || value === undefined ? null : (value as T)
  },
  write(key, value) {
    try {
      wx.setStorageSync(key, value)
      delete memory[key]
    } catch {
      memory[key] = value // a restart forgets it
    }
  },
  remove(key) {
    delete memory[key]
    wx.removeStorageSync(key)
  },
}
