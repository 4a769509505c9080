/** What every card of the conversation is: a message, how it is to be shown, the view made of both, and taps that go up to the page. */

import type { Message, Translate } from '@bangban/shared'
import { translator } from '@/core/words'
import { PLAINLY, type Shown, type ViewOf } from '@/cards/shown'
import { call, go } from '@/platform/device'

type Dataset = Record<string, string>
export interface Tap { currentTarget: { dataset: Dataset } }
export interface CardInstance { data: { message: Message | null; shown: Shown | null; view: object | null }; setData(change: object): void; triggerEvent(name: string, detail: object, options?: object): void }

/** Methods that the markup of any card may name. */
const TAPS = {
  /** A button of the assistant: `data-label`, `data-payload`. */
  choose(this: CardInstance, event: Tap) {
    const { label, payload } = event.currentTarget.dataset
    this.triggerEvent('choose', { label, payload }, { bubbles: true, composed: true })
  },
  /** A page of this mini-program: `data-url`. */
  open(this: CardInstance, event: Tap) {
    go(event.currentTarget.dataset.url!)
  },
  /** `data-number` */
  call(this: CardInstance, event: Tap) {
    call(event.currentTarget.dataset.number!)
  },
  /** Shows or hides the part that `data-part` names. */
  unfold(this: CardInstance, event: Tap) {
    const part = event.currentTarget.dataset.part!
    this.setData({ [part]: !(this.data as unknown as Record<string, unknown>)[part] })
  },
}

export interface CardExtras {
  data?: object
  methods?: Record<string, (this: never, event: Tap) => unknown>
  /** After the view is made: what needs more than message and words. */
  settled?: (card: CardInstance, message: Message, shown: Shown) => void
}

export const wordsOf = (shown: Shown): Translate => translator(shown.script)

export function defineCard<M extends Message>(viewOf: ViewOf<M, object> | null, extras: CardExtras = {}): void {
  const options = {
    options: { virtualHost: false },
    properties: { message: { type: Object, value: null }, shown: { type: Object, value: null } },
    data: { view: null, elder: false, ...extras.data },
    observers: {
      'message, shown'(this: CardInstance, message: M | null, given: Shown | null) {
        if (!message) return
        const shown = given ?? PLAINLY
        this.setData({ elder: shown.elder, ...(viewOf ? { view: viewOf(message, wordsOf(shown), shown) } : {}) })
        extras.settled?.(this, message, shown)
      },
    },
    methods: { ...TAPS, ...extras.methods },
  }
  Component(options as never)
}
