/** A form on this page: what the citizen typed, what the server holds, and the saving between them (in order, one at a time). */

import { isEmpty, ApiError, type CaseMessage, type FormField, type FormReply } from '@bangban/shared'
import { computed, reactive, ref, shallowRef } from 'vue'
import { api } from '@/api'
import { failureWords } from '@/failure'
import { shrinkImage } from '@/image'

export type SaveState = 'idle' | 'saving' | 'saved' | 'waiting'
type Translate = (key: string, values?: Record<string, unknown>) => string

const asText = (value: unknown) => (isEmpty(value) ? '' : value === true ? 'yes' : value === false ? 'no' : String(value))

/** `still`: whether the one who began it is the one who is here; what he typed is not sent as somebody else. */
export function useDraft(id: string, t: Translate, still: () => boolean = () => true) {
  const form = shallowRef<FormReply>()
  const failed = ref('')
  const saving = ref<SaveState>('idle')
  const typed = reactive<Record<string, string>>({})
  const errors = reactive<Record<string, string>>({})
  const unsaved = new Set<string>()
  let last: Promise<unknown> = Promise.resolve()

  const locked = computed(() => form.value?.fields.filter((f) => f.locked) ?? [])
  const open = computed(() => form.value?.fields.filter((f) => !f.locked) ?? [])
  const missing = computed(() => open.value.filter((f) => f.required && isEmpty(f.type === 'image' ? f.value : typed[f.name])))
  const wrong = computed(() => open.value.filter((f) => errors[f.name]))

  function take(reply: FormReply): void {
    form.value = reply
    for (const field of reply.fields) {
      if (field.error) errors[field.name] = field.error
      else delete errors[field.name]
      const keepsTyping = unsaved.has(field.name) || (field.error && typed[field.name])
      if (!keepsTyping) typed[field.name] = asText(field.value)
    }
  }

  async function load(): Promise<void> {
    failed.value = ''
    try {
      take(await api.form(id))
    } catch (error) {
      failed.value = failureWords(error, t)
    }
  }

  const held = (name: string) => asText(form.value?.fields.find((f) => f.name === name)?.value)

  /** Saves one field, unless nothing changed. Resolves when the server has answered (or cannot be reached). */
  function save(name: string): Promise<unknown> {
    const changed = typed[name] !== held(name) || errors[name]
    if (!changed) return last
    unsaved.add(name)
    last = last.then(flush)
    return last
  }

  async function flush(): Promise<void> {
    const names = [...unsaved]
    if (!names.length || !still()) return
    saving.value = 'saving'
    const sent = Object.fromEntries(names.map((n) => [n, typed[n] ?? '']))
    try {
      const reply = await api.saveForm(id, sent)
      for (const name of names) if (typed[name] === sent[name]) unsaved.delete(name)
      take(reply)
      saving.value = 'saved'
    } catch (error) {
      refuse(error, names)
    }
  }

  function refuse(error: unknown, names: string[]): void {
    if (!(error instanceof ApiError) || error.temporary) {
      saving.value = 'waiting'
      return
    }
    saving.value = 'idle'
    for (const name of names) {
      unsaved.delete(name)
      const own = error.fields[name]
      if (names.length === 1 || own) errors[name] = typeof own === 'string' ? own : failureWords(error, t)
    }
  }

  async function attach(field: FormField, file: File): Promise<void> {
    saving.value = 'saving'
    try {
      take(await api.attach(id, field.name, { image: await shrinkImage(file), name: file.name || 'photo.jpg' }))
      saving.value = 'saved'
    } catch (error) {
      saving.value = 'idle'
      errors[field.name] = failureWords(error, t)
    }
  }

  async function submit(): Promise<CaseMessage> {
    await (last = last.then(flush))
    if (unsaved.size) throw new ApiError(0, 'client.unreachable')
    const reply = await api.submitForm(id)
    await load()
    return reply.case
  }

  /** The connection is back. */
  const retry = () => (last = last.then(flush))

  return { form, failed, saving, typed, errors, locked, open, missing, wrong, load, save, attach, submit, retry, hasUnsaved: () => unsaved.size > 0 }
}
