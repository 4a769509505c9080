/** How the reader wants the pages: large type and plain words, traditional characters. Kept on the phone. */

import type { KeyValueStore, Translate } from '@bangban/shared'
import { Signal } from './signal'
import { translator, type Script } from './words'

interface Saved { elder: boolean; script: Script }
const KEY = 'settings'
/** Of WeChat's own letters, in px; they are 16 or 17 where nobody made them larger. */
const LARGE = 20

export class Settings {
  readonly changed = new Signal()
  private saved: Saved

  /** `language` and `letters` (their size in px) are WeChat's, for somebody who has chosen nothing here yet. */
  constructor(private readonly store: KeyValueStore, language: string, letters = 0) {
    this.saved = store.read<Saved>(KEY) ?? { elder: letters >= LARGE, script: /^zh[-_](hant|hk|tw|mo)/i.test(language) ? 'zh-Hant' : 'zh-Hans' }
  }

  get elder(): boolean {
    return this.saved.elder
  }

  get script(): Script {
    return this.saved.script
  }

  get t(): Translate {
    return translator(this.saved.script)
  }

  set(change: Partial<Saved>): void {
    this.saved = { ...this.saved, ...change }
    this.store.write(KEY, this.saved)
    this.changed.emit()
  }
}
