/** Who wants to know that something changed. Pages subscribe when shown and leave when unloaded. */

export class Signal {
  private readonly listeners = new Set<() => void>()

  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  emit(): void {
    for (const listener of [...this.listeners]) listener()
  }
}
