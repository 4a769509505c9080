/** Which steps a guide's draft may take next, and who may take them; the server has the last word. */

import type { EditorGuide, Revision } from '@/api/editor_types'

/** Everybody who wrote a part of the draft since what is published, or handed it in; the mirror of `knowledge/workflow/drafts.py`. */
export function writers(guide: EditorGuide, revisions: readonly Revision[]): Set<string> {
  const rows = new Map(revisions.map((row) => [row.revision, row]))
  const { draft } = guide
  const found = new Set(draft ? [draft.author, ...(draft.submitted_by ? [draft.submitted_by] : [])] : [])
  for (let row = rows.get(rows.get(draft?.revision ?? 0)?.based_on ?? 0); row?.state === 'replaced'; row = rows.get(row.based_on ?? 0)) found.add(row.author)
  return found
}

/** An earlier version whose content may become the next one. */
export const returnable = (row: Revision, guide: EditorGuide): boolean => row.version !== null && row.version !== guide.published?.version && ['superseded', 'withdrawn'].includes(row.state)
