/** The editors' side of the public API, one method per endpoint. Everything throws `ApiError`. */

import type { Http } from '@bangban/shared'
import type { Cluster, Doc, EditorGuide, FileFormat, Imported, Problem, PublishedNow, Replay, Revision, Saved } from './editor_types'

/** A publication prepares a whole edition and asks it its questions. */
const PUBLISHING_MS = 300_000
const at = (id: string, rest = '') => `/api/editor/guides/${encodeURIComponent(id)}${rest}`

export class EditorApi {
  constructor(private readonly http: Http) {}

  open(id: string): Promise<EditorGuide> {
    return this.http.json('GET', at(id))
  }

  create(document: Doc): Promise<Saved> {
    return this.http.json('POST', '/api/editor/guides', { body: { document } })
  }

  save(id: string, document: Doc, baseRevision: number): Promise<Saved> {
    return this.http.json('PUT', at(id, '/draft'), { body: { base_revision: baseRevision, document } })
  }

  discard(id: string): Promise<void> {
    return this.http.json('DELETE', at(id, '/draft'))
  }

  /** Of a document that is not saved yet, or else of what is stored. */
  async lint(id: string, document?: Doc): Promise<Problem[]> {
    return (await this.http.json<{ problems: Problem[] }>('POST', at(id, '/lint'), { body: document ? { document } : {} })).problems
  }

  submit(id: string): Promise<Saved> {
    return this.http.json('POST', at(id, '/submit'), { body: {} })
  }

  review(id: string, approve: boolean, comment: string): Promise<Saved> {
    return this.http.json('POST', at(id, '/review'), { body: { approve, comment: comment || null } })
  }

  async revisions(id: string): Promise<Revision[]> {
    return (await this.http.json<{ revisions: Revision[] }>('GET', at(id, '/revisions'))).revisions
  }

  replay(id: string): Promise<Replay> {
    return this.http.json('POST', at(id, '/replay'), { body: {}, timeoutMs: PUBLISHING_MS })
  }

  publish(id: string, effectiveFrom: string | null): Promise<PublishedNow> {
    return this.http.json('POST', at(id, '/publish'), { body: { effective_from: effectiveFrom }, timeoutMs: PUBLISHING_MS })
  }

  withdraw(id: string): Promise<PublishedNow> {
    return this.http.json('POST', at(id, '/withdraw'), { body: {}, timeoutMs: PUBLISHING_MS })
  }

  rollback(id: string, version: number): Promise<PublishedNow> {
    return this.http.json('POST', at(id, '/rollback'), { body: { version }, timeoutMs: PUBLISHING_MS })
  }

  async questions(outcomes: string[], days: number): Promise<Cluster[]> {
    const query = { outcome: outcomes.join(',') || undefined, days }
    return (await this.http.json<{ clusters: Cluster[] }>('GET', '/api/editor/questions', { query, timeoutMs: 60_000 })).clusters
  }

  async take(file: File): Promise<Imported[]> {
    return (await this.http.upload<{ drafts: Imported[] }>('/api/editor/import', { image: file, name: file.name })).drafts
  }

  give(format: FileFormat, ids: string[] = []): Promise<Blob> {
    const query = new URLSearchParams([['format', format], ...ids.map((id) => ['id', id])])
    return this.http.file(`/api/editor/export?${query}`)
  }
}
