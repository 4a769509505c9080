/** Who is talking: a token kept on the phone. A WeChat account by `wx.login` where the gateway offers that, a visitor where it does not. */

import { ApiError, type CitizenProfile, type DemoCitizen, type KeyValueStore, type Opening, type Session } from '@bangban/shared'
import type { Api } from './api'

interface Saved { token: string; citizen: CitizenProfile; sandbox: string | null; wechat?: boolean }
const KEY = 'session'

/** What a gateway answers that does not know the field, the route, or this mini-program's account. */
const NOT_OFFERED = [400, 404, 405, 422, 501]
/** WeChat holds the account for a risk: he may go on unknown. */
const BLOCKED = 403

export interface SessionOptions {
  api: Pick<Api, 'openSession' | 'demoCitizens'>
  store: KeyValueStore
  loginCode: () => Promise<string | null>
  /** Whether a session may be opened at all: the citizen has agreed. */
  allowed?: () => boolean
}

export class SessionKeeper {
  citizen: CitizenProfile | null = null
  token: string | null = null
  /** Whether the session began on this visit, so that the assistant knows none of the reader's settings yet. */
  fresh = false
  /** Whether the gateway knows his WeChat account: then it can be given his number, and may tell him later. */
  wechat = false
  /** Counts the changes of person: who is on his way in when somebody leaves does not stay. */
  era = 0
  private sandbox: string | null = null
  private renewing: Promise<void> | null = null

  constructor(private readonly options: SessionOptions) {}

  /** The remembered session, else a new one. Fails when he left meanwhile. */
  async start(): Promise<void> {
    const saved = this.renewing ? null : this.options.store.read<Saved>(KEY)
    if (saved) this.adopt(saved)
    else await this.renew()
  }

  /** The same person with a new token, asked for once however many want it. Fails when he left meanwhile. */
  renew(): Promise<void> {
    const renewal = (this.renewing ??= this.renewNow().finally(() => {
      if (this.renewing === renewal) this.renewing = null
    }))
    return renewal
  }

  private async renewNow(): Promise<void> {
    this.token = null
    const { era, sandbox } = this
    const { session, wechat } = sandbox ? { session: await this.open({ sandbox_citizen: sandbox }), wechat: false } : await this.signIn()
    this.stayed(era)
    this.take(session, sandbox, wechat)
  }

  /** A sandbox citizen of a demo; the forms that a visitor began come along. `null`: nobody. */
  async become(sandbox: string | null): Promise<void> {
    const { era } = this
    const visitor = this.citizen && !this.citizen.verified ? this.token : null
    const session = await this.open(sandbox ? { sandbox_citizen: sandbox, ...(visitor ? { visitor_token: visitor } : {}) } : {})
    this.stayed(era)
    this.leave()
    this.take(session, sandbox, false)
  }

  /** The demo's citizens; none outside a demo. */
  async demo(): Promise<DemoCitizen[]> {
    try {
      return await this.options.api.demoCitizens()
    } catch {
      return []
    }
  }

  leave(): void {
    this.era += 1
    this.renewing = null
    this.options.store.remove(KEY)
    this.token = this.citizen = this.sandbox = null
    this.wechat = false
  }

  /** A code is good once, so a refused one is tried anew with the next. */
  private async signIn(again = true): Promise<{ session: Session; wechat: boolean }> {
    const { era } = this
    const code = await this.options.loginCode()
    this.stayed(era)
    if (!code) return { session: await this.open({}), wechat: false }
    try {
      return { session: await this.open({ wechat_code: code }), wechat: true }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.stayed(era)
      if (error.status === 401 && again) return this.signIn(false)
      if (error.status === BLOCKED || NOT_OFFERED.includes(error.status)) return { session: await this.open({}), wechat: false }
      throw error
    }
  }

  private open(opening: Opening): Promise<Session> {
    return this.options.allowed?.() === false ? Promise.reject(new ApiError(0, 'client.not_agreed')) : this.options.api.openSession(opening)
  }

  private stayed(era: number): void {
    if (era !== this.era) throw new ApiError(0, 'client.left')
  }

  private take(session: Session, sandbox: string | null, wechat: boolean): void {
    this.fresh = true
    this.adopt({ token: session.token, citizen: session.citizen, sandbox, wechat })
  }

  private adopt(saved: Saved): void {
    this.token = saved.token
    this.citizen = saved.citizen
    this.sandbox = saved.sandbox
    this.wechat = saved.wechat ?? false
    this.options.store.write(KEY, saved)
  }
}
