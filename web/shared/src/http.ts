/** One small JSON client over `fetch`: bearer token, time limit, and every failure as an `ApiError`. */

import type { Call, Transport } from './citizen_api'

export interface ErrorEnvelope { error: { code: string; message: string; fields?: Record<string, unknown> } }

/** `status` 0 means that nothing came back (offline, refused, timed out). `message` is the server's sentence, or empty. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message = '',
    readonly fields: Record<string, unknown> = {},
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }

  /** Whether the same request may succeed later. */
  get temporary(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.status === 408
  }
}

export interface HttpOptions {
  base?: string
  token: () => string | null
  /** Sent as `Accept-Language`, so that a server that can answers in the reader's script. */
  language?: () => string
  fetch?: typeof fetch
}

/** A picture of a page, with the name it is sent under. */
export interface NamedBlob { image: Blob; name: string }

const UPLOAD_TIMEOUT_MS = 90_000
const FILE_TIMEOUT_MS = 30_000

type Sent = Call<AbortSignal> & { form?: FormData }

export class Http implements Transport<NamedBlob, Blob, AbortSignal> {
  constructor(private readonly options: HttpOptions) {}

  async json<T>(method: string, path: string, call: Call<AbortSignal> = {}): Promise<T> {
    return read(await this.send(method, path, call))
  }

  async upload<T>(path: string, { image, name }: NamedBlob, fields: Record<string, string> = {}): Promise<T> {
    const form = new FormData()
    form.append('file', image, name)
    for (const [key, value] of Object.entries(fields)) form.append(key, value)
    return read(await this.send('POST', path, { form, timeoutMs: UPLOAD_TIMEOUT_MS }))
  }

  async file(path: string): Promise<Blob> {
    return (await this.send('GET', path, { timeoutMs: FILE_TIMEOUT_MS })).blob()
  }

  private async send(method: string, path: string, request: Sent): Promise<Response> {
    const call = this.options.fetch ?? fetch
    let response: Response
    try {
      response = await call(this.url(path, request.query), {
        method,
        headers: this.headers(request),
        body: request.form ?? (request.body === undefined ? undefined : JSON.stringify(request.body)),
        signal: withTimeout(request.stop, request.timeoutMs ?? 20_000),
      })
    } catch (cause) {
      if (request.stop?.aborted) throw cause
      throw new ApiError(0, 'client.unreachable')
    }
    if (!response.ok) throw await failure(response)
    return response
  }

  private url(path: string, query: Sent['query']): string {
    const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined)
    const search = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString()
    return (this.options.base ?? '') + path + (search ? `?${search}` : '')
  }

  private headers(request: Sent): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json, */*' }
    const token = this.options.token()
    const language = this.options.language?.()
    if (token) headers.Authorization = `Bearer ${token}`
    if (language) headers['Accept-Language'] = language
    if (request.body !== undefined && !request.form) headers['Content-Type'] = 'application/json'
    return headers
  }
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch {
    throw new ApiError(0, 'client.bad_response')
  }
}

function withTimeout(signal: AbortSignal | undefined, ms: number): AbortSignal {
  const control = new AbortController()
  const timer = setTimeout(() => control.abort(), ms)
  const stop = () => {
    clearTimeout(timer)
    control.abort()
  }
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return control.signal
}

async function failure(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('Retry-After'))
  const retryAfter = Number.isFinite(retry) && retry > 0 ? retry : null
  try {
    const { error } = (await response.json()) as ErrorEnvelope
    return new ApiError(response.status, error.code, error.message, error.fields ?? {}, retryAfter)
  } catch {
    return new ApiError(response.status, 'client.bad_response', '', {}, retryAfter)
  }
}
