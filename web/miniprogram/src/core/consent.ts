/** Whether the citizen has agreed to this privacy notice. Before that nothing of his is sent or kept, and no session is opened. */

import type { KeyValueStore } from '@bangban/shared'

interface Given { version: number; at: string }
const KEY = 'consent'

export class Consent {
  constructor(private readonly store: KeyValueStore, private readonly version: number) {}

  get given(): boolean {
    return (this.store.read<Given>(KEY)?.version ?? 0) >= this.version
  }

  give(): void {
    this.store.write(KEY, { version: this.version, at: new Date().toISOString() } satisfies Given)
  }

  withdraw(): void {
    this.store.remove(KEY)
  }
}
