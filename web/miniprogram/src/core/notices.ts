/**
 * What WeChat may tell the citizen later: the gateway says which templates to ask for when, he answers in WeChat's own question, and his
 * answers go back to the gateway. A report that did not arrive is kept and sent again; its id makes it count once.
 */

import { ApiError, type KeyValueStore, type Subscriptions } from '@bangban/shared'
import type { Answers } from '@/platform/notify'
import type { Api } from './api'
import { newId } from './ids'

export type Occasion = 'booking' | 'submitting' | 'ticket'
interface Report { report_id: string; answers: Answers }

const KEY = 'subscription_reports'
const KEPT = 20

/** What may be told after a tap on a button of the conversation, by its intent. */
const AFTER: Record<string, Occasion> = { confirm_slot: 'booking', submit_form: 'submitting', human: 'ticket', complaint: 'ticket' }

export interface NoticesOptions {
  api: Pick<Api, 'subscriptions' | 'subscribe'>
  store: KeyValueStore
  ask: (ids: string[]) => Promise<Answers>
}

export class Notices {
  private occasions: Subscriptions['occasions'] = {}
  /** Counts the leavings: what was asked or answered before concerns nobody any more. */
  private era = 0
  /** Of the newest report; it never fails. */
  reporting: Promise<void> = Promise.resolve()

  constructor(private readonly options: NoticesOptions) {}

  /** What to ask for; nothing where the gateway offers none, or the citizen came without a WeChat account. */
  async load(): Promise<void> {
    const { era } = this
    try {
      const { occasions } = await this.options.api.subscriptions()
      if (era !== this.era) return
      this.occasions = occasions
      await this.flush()
    } catch {
      if (era === this.era) this.occasions = {}
    }
  }

  forget(): void {
    this.era += 1
    this.occasions = {}
    this.options.store.remove(KEY)
  }

  /** To be called within a tap: what must be asked for is known already. Nobody waits for the report of it to arrive. */
  async offer(occasion: Occasion): Promise<void> {
    const { era } = this
    const answers = await this.options.ask(this.occasions[occasion] ?? [])
    if (era !== this.era || !Object.keys(answers).length) return
    this.keep([...this.kept(), { report_id: newId(), answers }])
    this.reporting = this.flush()
  }

  offerAfter(payload: string): void {
    const occasion = AFTER[/^\/(\w+)/.exec(payload)?.[1] ?? '']
    if (occasion) void this.offer(occasion)
  }

  private async flush(): Promise<void> {
    const { era } = this
    for (const report of this.kept()) {
      try {
        const { occasions } = await this.options.api.subscribe(report)
        if (era !== this.era) return
        this.occasions = occasions
      } catch (error) {
        if (era !== this.era) return
        if (error instanceof ApiError && error.temporary) return // sent again next time
      }
      this.keep(this.kept().filter((r) => r.report_id !== report.report_id))
    }
  }

  private kept(): Report[] {
    return this.options.store.read<Report[]>(KEY) ?? []
  }

  private keep(reports: Report[]): void {
    if (reports.length) this.options.store.write(KEY, reports.slice(-KEPT))
    else this.options.store.remove(KEY)
  }
}
