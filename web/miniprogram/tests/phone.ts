/** A phone to test on: `wx` with a storage, a network that a test or the mock gateway answers, and a record of what was asked of it. */

import { request as send } from 'node:http'

export interface Answer { status: number; data: unknown; header?: Record<string, string> }
export interface Asked { method: string; path: string; body: unknown; header: Record<string, string> }
type Network = (asked: Asked) => Answer | Promise<Answer>
type Options = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- wx takes one object of anything per call

const BASE = 'http://127.0.0.1:8000'
const unreachable: Network = () => Promise.reject(new Error('no network'))

export class Phone {
  storage: Record<string, unknown> = {}
  asked: Asked[] = []
  /** Names of the calls made and what they were given. */
  did: [string, Options][] = []
  network: Network = unreachable
  code: string | null = 'code-1'
  picked = { tempFilePath: 'wxfile://photo.jpg', size: 1000 }
  confirmed = true
  /** What is tapped when WeChat asks whether messages may be sent; `null`: they are switched off altogether. */
  allows: string | null = 'accept'
  /** What WeChat says where it does not give what was asked for: of pictures and of the calendar. */
  refuses: string | null = null
  /** Whether WeChat has no record that he agreed to its guideline. */
  unrecorded = false
  /** Whether the button of the notice can tell WeChat that he agrees. */
  tellsWeChat = true
  /** Of WeChat's own letters. */
  letters = 17
  /** A page that is opened takes until `opens` is called. */
  slow = false
  opens: (() => void) | null = null

  private life = 0

  /** The same with a fresh memory; what was asked of it before gets no answer any more. */
  reset(): void {
    Object.assign(this, new Phone(), { life: this.life + 1 })
  }

  /** The network is back, and whoever listens is told. */
  online(): void {
    for (const [name, act] of this.did) if (name === 'onNetworkStatusChange') (act as unknown as (s: object) => void)({ isConnected: true })
  }

  last(name: string): Options | undefined {
    return [...this.did].reverse().find(([n]) => n === name)?.[1]
  }

  /** Every request goes to a server that runs. */
  connect(url: string): void {
    this.network = (asked) =>
      new Promise((done, fail) => {
        const body = asked.body === undefined ? undefined : JSON.stringify(asked.body)
        const call = send(url + asked.path, { method: asked.method, headers: { ...asked.header, ...(body ? { 'Content-Length': Buffer.byteLength(body) } : {}) } }, (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () => done({ status: answer.statusCode ?? 0, data: JSON.parse(Buffer.concat(parts).toString()) }))
        })
        call.on('error', fail)
        call.end(body)
      })
  }

  get wx(): Options {
    const note = (name: string) => (options: Options = {}) => void this.did.push([name, options])
    return {
      getStorageSync: (key: string) => (key in this.storage ? JSON.parse(JSON.stringify(this.storage[key])) : ''),
      setStorageSync: (key: string, value: unknown) => void (this.storage[key] = value),
      removeStorageSync: (key: string) => void delete this.storage[key],
      getStorageInfoSync: () => ({ keys: Object.keys(this.storage) }),
      request: (options: Options) => this.ask(options.method, options, options.data),
      uploadFile: (options: Options) => this.ask('POST', { ...options, success: (a: Options) => options.success({ ...a, data: JSON.stringify(a.data) }) }, options.formData),
      downloadFile: (options: Options) => this.ask('GET', { ...options, success: (a: Options) => options.success({ statusCode: a.statusCode, tempFilePath: 'wxfile://file' }) }),
      login: (options: Options) => (this.code ? options.success({ code: this.code }) : options.fail({})),
      chooseMedia: (options: Options) => (note('chooseMedia')(options), this.refuses ? Promise.reject({ errMsg: `chooseMedia:fail ${this.refuses}` }) : Promise.resolve({ tempFiles: [this.picked] })),
      getPrivacySetting: (options: Options) => options.success({ needAuthorization: this.unrecorded }),
      canIUse: () => this.tellsWeChat,
      getAppBaseInfo: () => ({ language: 'zh_CN', fontSizeSetting: this.letters }),
      navigateTo: (options: Options) => (note('navigateTo')({ url: options.url }), this.slow ? (this.opens = options.complete) : options.complete()),
      openDocument: (options: Options) => (note('openDocument')(options), options.success()),
      showModal: (options: Options) => (note('showModal')(options), Promise.resolve({ confirm: this.confirmed })),
      getScreenBrightness: (options: Options) => options.success({ value: 0.4 }),
      requestSubscribeMessage: (options: Options) => {
        note('requestSubscribeMessage')(options)
        if (this.allows) options.success({ errMsg: 'requestSubscribeMessage:ok', ...Object.fromEntries(options.tmplIds.map((id: string) => [id, this.allows])) })
        else options.fail({ errMsg: 'requestSubscribeMessage:fail', errCode: 20004 })
      },
      addPhoneCalendar: (options: Options) => (note('addPhoneCalendar')(options), this.refuses ? options.fail({ errMsg: `addPhoneCalendar:fail ${this.refuses}` }) : options.success()),
      ...Object.fromEntries(
        ['setNavigationBarTitle', 'redirectTo', 'setKeepScreenOn', 'enableAlertBeforeUnload', 'disableAlertBeforeUnload', 'openSetting', 'stopPullDownRefresh', 'navigateBack', 'reLaunch', 'showToast', 'makePhoneCall', 'setClipboardData', 'pageScrollTo', 'setScreenBrightness', 'onNetworkStatusChange', 'offNetworkStatusChange', 'openPrivacyContract'].map((name) => [name, note(name)]),
      ),
    }
  }

  private ask(method: string, options: Options, body?: unknown): { abort(): void } {
    const path = String(options.url).replace(BASE, '')
    const asked: Asked = { method, path, body, header: options.header ?? {} }
    this.asked.push(asked)
    let open = true
    const life = this.life
    const settle = (act: () => void) => {
      if (open && life === this.life) act()
      open = false
    }
    void Promise.resolve()
      .then(() => this.network(asked))
      .then(({ status, data, header }) => settle(() => options.success({ statusCode: status, data, header: header ?? {} })), () => settle(() => options.fail({})))
    return { abort: () => settle(() => options.fail({ errMsg: 'abort' })) }
  }
}

export const phone = new Phone()
