/** The fields of a form page as its inputs need them. */

import { isEmpty, type FormField, type LabelValue, type Translate } from '@bangban/shared'
import { hasWords } from '@/core/words'
import { sourceTag } from './values'
import type { Tag } from './shown'

export type Kind = 'radio' | 'picker' | 'date' | 'area' | 'image' | 'line'

export interface FieldView {
  name: string
  label: string
  kind: Kind
  value: string
  optional: string
  help: string
  source: Tag | null
  error: string
  options: LabelValue[]
  /** Of the chosen option; -1 for none. */
  index: number
  input: 'text' | 'number' | 'digit' | 'idcard'
  maxlength: number
  picture: string
  /** On the button that fills in the number of his WeChat account; empty where there is none. */
  wechat: string
}

/** So many options stand openly; more are picked from a list. */
const FEW = 4
const LINES: Record<string, Pick<FieldView, 'input' | 'maxlength'>> = {
  phone: { input: 'number', maxlength: 20 },
  id_number: { input: 'idcard', maxlength: 24 },
  number: { input: 'digit', maxlength: 20 },
  email: { input: 'text', maxlength: 100 },
}

export function kindOf(field: FormField): Kind {
  if (field.type === 'yes_no') return 'radio'
  if (field.type === 'select') return (field.options?.length ?? 0) <= FEW ? 'radio' : 'picker'
  if (field.type === 'date' || field.type === 'image') return field.type
  return field.type === 'long_text' || field.type === 'address' ? 'area' : 'line'
}

export function fieldView(field: FormField, typed: string, error: string, t: Translate, uploading = false, signedIn = false): FieldView {
  const yesNo = [{ value: 'yes', label: t('app.yes') }, { value: 'no', label: t('app.no') }]
  const options = field.options ?? (field.type === 'yes_no' ? yesNo : [])
  const helpKey = `form.help.${field.type}`
  return {
    name: field.name,
    label: field.label,
    kind: kindOf(field),
    value: typed,
    optional: field.required ? '' : t('form.optional'),
    help: field.help || (hasWords(helpKey) ? t(helpKey) : ''),
    source: field.source && field.source !== 'citizen' && !error ? sourceTag(field, t) : null,
    error,
    options,
    index: options.findIndex((o) => o.value === typed),
    ...(LINES[field.type] ?? { input: 'text', maxlength: 200 }),
    wechat: field.type === 'phone' && signedIn && (!typed || error) ? t('form.wechat_phone') : '',
    picture: t(uploading ? 'form.uploading' : isEmpty(field.value) ? 'form.take_photo' : 'form.retake_photo'),
  }
}
