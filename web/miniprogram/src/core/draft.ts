/** A form on its page: what the citizen typed, what the server holds, and the saving between them (in order, one at a time). */

import { isEmpty, ApiError, type CaseMessage, type FormField, type FormReply, type Translate } from '@bangban/shared'
import type { Api } from './api'
import { failureWords } from './failure'
import { Signal } from './signal'

export type SaveState = 'idle' | 'saving' | 'saved' | 'waiting'

export const asText = (value: unknown): string => (isEmpty(value) ? '' : value === true ? 'yes' : value === false ? 'no' : String(value))

export class Draft {
  readonly changed = new Signal()
  form: FormReply | null = null
  failed = ''
  saving: SaveState = 'idle'
  readonly typed: Record<string, string> = {}
  readonly errors: Record<string, string> = {}
  private readonly unsaved = new Set<string>()
  private last: Promise<void> = Promise.resolve()

  constructor(private readonly id: string, private readonly api: Pick<Api, 'form' | 'saveForm' | 'attach' | 'submitForm' | 'givePhone'>, private readonly t: () => Translate, private readonly still: () => boolean = () => true) {}

  get locked(): FormField[] {
    return this.form?.fields.filter((f) => f.locked) ?? []
  }

  get open(): FormField[] {
    return this.form?.fields.filter((f) => !f.locked) ?? []
  }

  /** What still keeps the form from being handed in. */
  get wanting(): FormField[] {
    return this.open.filter((f) => this.errors[f.name] || this.lacks(f))
  }

  lacks(field: FormField): boolean {
    return field.required && isEmpty(field.type === 'image' ? field.value : this.typed[field.name])
  }

  async load(): Promise<void> {
    this.failed = ''
    try {
      this.take(await this.api.form(this.id))
    } catch (error) {
      this.failed = failureWords(error, this.t())
    }
    this.changed.emit()
  }

  type(name: string, value: string): void {
    this.typed[name] = value
  }

  /** Saves one field, unless nothing changed. Resolves when the server has answered (or cannot be reached). */
  save(name: string): Promise<void> {
    const held = asText(this.form?.fields.find((f) => f.name === name)?.value)
    if (this.typed[name] === held && !this.errors[name]) return this.last
    this.unsaved.add(name)
    return this.retry()
  }

  /** Saves whatever was typed: the page goes away before a field was left. */
  keep(): Promise<void> {
    for (const field of this.open) if (field.type !== 'image' && (this.typed[field.name] ?? '') !== asText(field.value)) this.unsaved.add(field.name)
    return this.retry()
  }

  /** The connection is back. */
  retry(): Promise<void> {
    this.last = this.last.then(() => this.flush())
    return this.last
  }

  async attach(name: string, filePath: string): Promise<void> {
    this.state('saving')
    try {
      this.take(await this.api.attach(this.id, name, filePath))
      this.state('saved')
    } catch (error) {
      this.errors[name] = failureWords(error, this.t())
      this.state('idle')
    }
  }

  /** The number of his WeChat account, by the code of the phone button. */
  async usePhone(name: string, code: string): Promise<void> {
    this.state('saving')
    try {
      this.unsaved.delete(name) // what was typed before gives way
      this.take((await this.api.givePhone(code, this.id, name)).form)
      this.state('saved')
    } catch (error) {
      this.errors[name] = failureWords(error, this.t())
      this.state('idle')
    }
  }

  async submit(): Promise<CaseMessage> {
    await this.retry()
    if (this.unsaved.size) throw new ApiError(0, 'client.unreachable')
    const reply = await this.api.submitForm(this.id)
    await this.load()
    return reply.case
  }

  private take(reply: FormReply): void {
    this.form = reply
    for (const field of reply.fields) {
      if (field.error) this.errors[field.name] = field.error
      else delete this.errors[field.name]
      const keepsTyping = this.unsaved.has(field.name) || (field.error && this.typed[field.name])
      if (!keepsTyping) this.typed[field.name] = asText(field.value)
    }
  }

  private state(saving: SaveState): void {
    this.saving = saving
    this.changed.emit()
  }

  private async flush(): Promise<void> {
    const names = [...this.unsaved]
    if (!names.length || !this.still()) return // what one citizen typed is not sent as another
    this.state('saving')
    const sent: Record<string, string> = {}
    for (const name of names) sent[name] = this.typed[name] ?? ''
    try {
      const reply = await this.api.saveForm(this.id, sent)
      for (const name of names) if (this.typed[name] === sent[name]) this.unsaved.delete(name)
      this.take(reply)
      this.state('saved')
    } catch (error) {
      this.refused(error, names)
    }
  }

  private refused(error: unknown, names: string[]): void {
    if (!(error instanceof ApiError) || error.temporary) return this.state('waiting')
    for (const name of names) {
      this.unsaved.delete(name)
      const own = error.fields[name]
      if (names.length === 1 || own) this.errors[name] = typeof own === 'string' ? own : failureWords(error, this.t())
    }
    this.state('idle')
  }
}
