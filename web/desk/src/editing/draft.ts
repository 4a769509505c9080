/** A guide being edited: what was loaded, what is typed, what the rules say of it, and what to do when somebody else saved first. */

import { ApiError } from '@bangban/shared'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { editor } from '@/api'
import type { Change, Doc, EditorGuide, Problem } from '@/api/editor_types'
import { differences, merged, same } from './differences'
import { pathLabel } from './paths'
import { tidy } from './yaml'

const CHECK_AFTER_MS = 900

/** What somebody saved meanwhile; `changes` lead from what we began with to his, `clashes` are the parts that both changed. */
export interface Meanwhile { guide: EditorGuide; document: Doc; changes: Change[]; together: Doc; clashes: string[] }

export function useDraft(id: () => string) {
  const guide = shallowRef<EditorGuide | null>(null)
  const base = shallowRef<Doc>({})
  const document = shallowRef<Doc>({})
  const problems = shallowRef<Problem[]>([])
  const checking = ref(false)
  const saving = ref(false)
  const savedAt = ref<Date | null>(null)
  const meanwhile = shallowRef<Meanwhile | null>(null)
  const dirty = computed(() => !same(base.value, document.value))
  const changed = computed(() => (guide.value ? differences(inForce(guide.value), document.value) : []))
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function load(): Promise<void> {
    begin(await editor.open(id()))
  }

  function begin(opened: EditorGuide, from?: Doc): void {
    guide.value = opened
    base.value = current(opened)
    document.value = from ?? base.value
    meanwhile.value = null
  }

  async function check(): Promise<void> {
    const mine = ++asked
    checking.value = true
    try {
      const found = await editor.lint(id(), document.value)
      if (mine === asked) problems.value = found
    } finally {
      if (mine === asked) checking.value = false
    }
  }
  watch(document, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void check().catch(() => undefined), CHECK_AFTER_MS) // a saving says what failed; this is only advice
  })
  onScopeDispose(() => clearTimeout(timer))

  /** Whether it is saved now. When somebody was first, `meanwhile` tells; when the document cannot be kept, `problems` do. Throws the rest. */
  async function save(): Promise<boolean> {
    const [opened, sent] = [guide.value, document.value]
    if (!opened) return false
    saving.value = true
    try {
      await editor.save(id(), sent, opened.base_revision)
      const typed = document.value
      const fresh = await editor.open(id())
      begin(fresh, same(typed, sent) ? undefined : typed)
      savedAt.value = new Date()
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await compare(opened)
      else if (error instanceof ApiError && error.code === 'knowledge.bad_document') problems.value = refused(error)
      else throw error
      return false
    } finally {
      saving.value = false
    }
  }

  async function compare(opened: EditorGuide): Promise<void> {
    const theirs = await editor.open(id())
    if (theirs.base_revision === opened.base_revision) return
    const { document: together, clashes } = merged(base.value, document.value, current(theirs))
    meanwhile.value = { guide: theirs, document: current(theirs), changes: differences(base.value, current(theirs)), together, clashes }
  }

  /** Go on from his: with nothing of mine, or with what I changed on top. */
  function settle(keepMine: boolean): void {
    const other = meanwhile.value
    if (other) begin(other.guide, keepMine ? other.together : undefined)
  }

  return { guide, document, problems, checking, saving, savedAt, meanwhile, dirty, changed, load, check, save, settle }
}

/** What the next change starts from. */
export const current = (opened: EditorGuide): Doc => tidy(opened.draft?.document ?? opened.published?.document ?? {})
/** What the citizens read now. */
export const inForce = (opened: EditorGuide): Doc => tidy(opened.published?.document ?? {})

function refused(error: ApiError): Problem[] {
  return Object.entries(error.fields).map(([path, message]) => {
    const where = path === 'document' ? '' : path
    const label = pathLabel(where)
    const words = String(message)
    return { rule: 'schema', severity: 'error', path: where, label, message: words.startsWith(label) ? words.slice(label.length + 1) : words } // the server begins with the place
  })
}
