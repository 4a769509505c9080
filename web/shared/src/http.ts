/** One small JSON client over `fetch`: bearer token, time limit, and every failure as an `ApiError`. */

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

export interface RequestOptions {
  body?: unknown
  form?: FormData
  query?: Record<string, string | number | undefined>
  signal?: AbortSignal
  timeoutMs?: number
}

export class Http {
  constructor(private readonly options: HttpOptions) {}

  async json<T>(method: string, path: string, request: RequestOptions = {}): Promise<T> {
    const response = await this.send(method, path, request)
    if (response.status === 204) return undefined as T
    try {
      return (await response.json()) as T
    } catch {
      throw new ApiError(0, 'client.bad_response')
    }
  }

  /** A file behind the token: a QR picture, an .ics, a PDF. */
  async blob(path: string): Promise<Blob> {
    return (await this.send('GET', path, { timeoutMs: 30_000 })).blob()
  }

  private async send(method: string, path: string, request: RequestOptions): Promise<Response> {
    const call = this.options.fetch ?? fetch
    let response: Response
    try {
      response = await call(this.url(path, request.query), {
        method,
        headers: this.headers(request),
        body: request.form ?? (request.body === undefined ? undefined : JSON.stringify(request.body)),
        signal: withTimeout(request.signal, request.timeoutMs ?? 20_000),
      })
    } catch (cause) {
      if (request.signal?.aborted) throw cause
      throw new ApiError(0, 'client.unreachable')
    }
    if (!response.ok) throw await failure(response)
    return response
  }

  private url(path: string, query: RequestOptions['query']): string {
    const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined)
    const search = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString()
    return (this.options.base ?? '') + path + (search ? `?${search}` : '')
  }

  private headers(request: RequestOptions): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json, */*' }
    const token = this.options.token()
    const language = this.options.language?.()
    if (token) headers.Authorization = `Bearer ${token}`
    if (language) headers['Accept-Language'] = language
    if (request.body !== undefined && !request.form) headers['Content-Type'] = 'application/json'
    return headers
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
