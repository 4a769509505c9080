/** JSON in `localStorage`, and in memory where the browser refuses it (private windows, full disks). */

export interface KeyValueStore {
  read<T>(key: string): T | null
  write(key: string, value: unknown): void
  remove(key: string): void
}

export function browserStore(prefix: string, storage: Storage | undefined = safeLocalStorage()): KeyValueStore {
  const memory = new Map<string, string>()
  return {
    read<T>(key: string): T | null {
      try {
        const text = memory.get(key) ?? storage?.getItem(prefix + key) ?? null
        return text === null ? null : (JSON.parse(text) as T)
      } catch {
        return null
      }
    },
    write(key, value) {
      const text = JSON.stringify(value)
      try {
        if (!storage) throw new Error('no storage')
        storage.setItem(prefix + key, text)
        memory.delete(key)
      } catch {
        memory.set(key, text) // a reload forgets it
      }
    },
    remove(key) {
      memory.delete(key)
      try {
        storage?.removeItem(prefix + key)
      } catch {
        // Nothing was stored.
      }
    },
  }
}

function safeLocalStorage(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}
