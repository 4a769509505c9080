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
}

export class SessionKeeper {
  citizen: CitizenProfile | null = null
  token: string | null = null
  /** Whether the session began on this visit, so that the assistant knows none of the reader's settings yet. */
  fresh = false
  /** Whether the gateway knows his WeChat account: then it can be given his number, and may tell him later. */
  wechat = false
  private sandbox: string | null = null
  /** Counts the leavings: who is on his way in when somebody leaves does not stay. */
  private era = 0

  constructor(private readonly options: SessionOptions) {}

  /** The remembered session, else a new one. */
  async start(): Promise<void> {
    const saved = this.options.store.read<Saved>(KEY)
    if (saved) this.adopt(saved)
    else await this.renew()
  }

  /** The same person with a new token. */
  async renew(): Promise<void> {
    this.token = null
    const era = this.era
    const session = await (this.sandbox ? this.options.api.openSession({ sandbox_citizen: this.sandbox }) : this.signIn())
    if (era === this.era) this.take(session)
  }

  /** A sandbox citizen of a demo; the forms that a visitor began come along. `null`: nobody. */
  async become(sandbox: string | null): Promise<void> {
    const visitor = this.citizen && !this.citizen.verified ? this.token : null
    const opening: Opening = sandbox ? { sandbox_citizen: sandbox, ...(visitor ? { visitor_token: visitor } : {}) } : {}
    const session = await this.options.api.openSession(opening)
    this.sandbox = sandbox
    this.wechat = false
    this.take(session)
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
    this.options.store.remove(KEY)
    this.token = this.citizen = this.sandbox = null
    this.wechat = false
  }

  /** A code is good once, so a refused one is tried anew with the next. */
  private async signIn(again = true): Promise<Session> {
    const code = await this.options.loginCode()
    this.wechat = false
    if (!code) return this.options.api.openSession({})
    try {
      const session = await this.options.api.openSession({ wechat_code: code })
      this.wechat = true
      return session
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 401 && again) return this.signIn(false)
      if (error.status === BLOCKED || NOT_OFFERED.includes(error.status)) return this.options.api.openSession({})
      throw error
    }
  }

  private take(session: Session): void {
    this.fresh = true
    this.adopt({ token: session.token, citizen: session.citizen, sandbox: this.sandbox, wechat: this.wechat })
  }

  private adopt(saved: Saved): void {
    this.token = saved.token
    this.citizen = saved.citizen
    this.sandbox = saved.sandbox
    this.wechat = saved.wechat ?? false
    this.options.store.write(KEY, saved)
  }
}
