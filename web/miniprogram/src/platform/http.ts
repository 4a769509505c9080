/** The only module that talks to the network: `wx.request`, `wx.uploadFile` and `wx.downloadFile` with the token, a time limit, and every failure as an `ApiError`. */

import { ApiError, type Call, type ErrorEnvelope, type Method, type Transport } from '@bangban/shared'

export interface Task { abort(): void }
/** Receives what can stop the call. */
export type Stop = (task: Task) => void

export interface HttpOptions {
  base: string
  token: () => string | null
  /** Sent as `Accept-Language`, so that the answers come in the reader's script. */
  language: () => string
}

const TIMEOUT_MS = 20_000
const UPLOAD_TIMEOUT_MS = 90_000

export class Http implements Transport<string, string, Stop> {
  constructor(private readonly options: HttpOptions) {}

  url(path: string, query: Call<Stop>['query'] = {}): string {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`).join('&')
    return this.options.base + path + (search && `?${search}`)
  }

  json<T>(method: Method, path: string, call: Call<Stop> = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const task = wx.request({
        url: this.url(path, call.query),
        method,
        data: call.body,
        header: { ...this.headers(), ...(call.body ? { 'Content-Type': 'application/json' } : {}) },
        timeout: call.timeoutMs ?? TIMEOUT_MS,
        success: (answer) => settle(answer.statusCode, answer.data, headerOf(answer.header, 'retry-after'), resolve, reject),
        fail: () => reject(new ApiError(0, 'client.unreachable')),
      })
      call.stop?.(task)
    })
  }

  /** Sends the picture at a temporary path of the phone as the form field `file`. */
  upload<T>(path: string, filePath: string, fields: Record<string, string> = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      wx.uploadFile({
        url: this.url(path),
        filePath,
        name: 'file',
        formData: fields,
        header: this.headers(),
        timeout: UPLOAD_TIMEOUT_MS,
        success: (answer) => settle(answer.statusCode, parsed(answer.data), null, resolve, reject),
        fail: () => reject(new ApiError(0, 'client.unreachable')),
      })
    })
  }

  /** Fetches a file of the gateway to a temporary path of the phone. */
  file(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      wx.downloadFile({
        url: this.url(path),
        header: this.headers(),
        timeout: UPLOAD_TIMEOUT_MS,
        success: ({ statusCode, tempFilePath }) => (statusCode === 200 ? resolve(tempFilePath) : reject(new ApiError(statusCode, 'client.bad_response'))),
        fail: () => reject(new ApiError(0, 'client.unreachable')),
      })
    })
  }

  private headers(): Record<string, string> {
    const token = this.options.token()
    return { 'Accept-Language': this.options.language(), ...(token ? { Authorization: `Bearer ${token}` } : {}) }
  }
}

function settle<T>(status: number, data: unknown, retryAfter: string | null, resolve: (value: T) => void, reject: (error: ApiError) => void): void {
  if (status >= 200 && status < 300 && data && typeof data === 'object') return resolve(data as T)
  if (status === 204) return resolve(undefined as T)
  const error = (data as Partial<ErrorEnvelope> | null)?.error
  const seconds = Number(retryAfter)
  if (error) reject(new ApiError(status, error.code, error.message, error.fields ?? {}, seconds > 0 ? seconds : null))
  else reject(new ApiError(status < 400 ? 0 : status, 'client.bad_response'))
}

function headerOf(header: object, name: string): string | null {
  const found = Object.entries(header ?? {}).find(([key]) => key.toLowerCase() === name)
  return found ? String(found[1]) : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
