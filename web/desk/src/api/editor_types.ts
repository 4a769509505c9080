/** What the editors' endpoints give and take (`desk/editors/models.py`). */

/** A guide's document as it is stored; which parts there are, `editing/parts.ts` tells. */
export type Doc = Record<string, unknown>
export type DraftState = 'draft' | 'submitted' | 'approved' | 'rejected' | 'scheduled'

export interface Draft {
  revision: number
  state: DraftState
  author: string
  author_name: string
  updated_at: string
  submitted_by: string | null
  reviewer: string | null
  comment: string | null
  effective_from: string | null
  document: Doc
}
export interface InForce { version: number; revision: number; effective_from: string | null; published_at: string | null; published_by: string | null; document: Doc }
/** `base_revision` is what the next save has to name. */
export interface EditorGuide { id: string; base_revision: number; draft: Draft | null; published: InForce | null }
export interface Saved { id: string; revision: number; state: string }
export interface Problem { rule: string; severity: 'error' | 'warning'; path: string; label: string; message: string }

export interface Change { path: string; change: 'added' | 'removed' | 'changed' | 'moved'; before?: unknown; after?: unknown }
export interface Revision {
  revision: number
  state: string
  version: number | null
  based_on: number | null
  author: string
  author_name: string
  created_at: string
  submitted_by: string | null
  reviewer_name: string | null
  comment: string | null
  published_at: string | null
  changes: (Change & { label: string })[]
}

export interface Answered { answerable: boolean; guide_id: string | null; name: string | null; score: number }
export interface Shift { question: string; expected: string | null; before: Answered; after: Answered; effect: 'better' | 'worse' | 'other' }
export interface Replay { questions: number; changed: Shift[] }
export interface PublishedNow { version: number | null; index_version: number; replay: Replay; scheduled: boolean; effective_from: string | null }

export interface Cluster { count: number; examples: string[]; outcomes: Record<string, number>; last_seen: string; candidates: { guide_id: string; name: string; score: number }[] }
export interface Imported { id: string; name: string; revision: number; done: 'created' | 'saved' | 'unchanged' }
export type FileFormat = 'xlsx' | 'csv' | 'yaml'
