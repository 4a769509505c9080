/** JSON in `localStorage`, and in memory where the browser refuses it (private windows, full disks). */

export interface KeyValueStore {
  read<T>(key: string): T | null
  write(key: string, value: unknown): void
  remove(key: string): void
}

export interface BrowserStore extends KeyValueStore {
  /** Forgets everything else. */
  keepOnly(kept: (key: string) => boolean): void
}

export function browserStore(prefix: string, storage: Storage | undefined = safeLocalStorage()): BrowserStore {
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
    keepOnly(kept) {
      const names = Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i) ?? '')
      const stored = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
      for (const key of [...stored, ...memory.keys()]) if (!kept(key)) this.remove(key)
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
