/** The parts of a guide that are changed most, as a form shows them; the mirror of `knowledge/schema/guide.py`. Everything else is in the text. */

export type Kind = 'line' | 'text' | 'lines' | 'number' | 'date' | 'yes_no' | 'choice' | 'limit'

/** `options`: the values of the schema; their words are `editing.option.<value>`, or the value itself. `absent`: what an absent `yes_no` means. */
export interface Field { key: string; kind: Kind; options?: string[]; required?: boolean; wide?: boolean; absent?: boolean }
/** `entry`: the fields of each of the part's entries; without it the part is one field of its own. `named`: its entries carry an id that nobody types. */
export interface Part { key: string; fields: Field[]; list: boolean; named?: string }

export const UNITS = ['工作日', '日', '月', '小时', '分钟']

const line = (key: string, more: Partial<Field> = {}): Field => ({ key, kind: 'line', ...more })
const text = (key: string, more: Partial<Field> = {}): Field => ({ key, kind: 'text', wide: true, ...more })
const list = (key: string, fields: Field[], named?: string): Part => ({ key, fields, list: true, named })

/** The first part: single values at the top of the document. */
export const BASICS: Field[] = [
  line('name', { required: true, wide: true }), { key: 'aliases', kind: 'lines', required: true, wide: true }, text('summary', { required: true }), line('department'),
  { key: 'as_of', kind: 'date', required: true },
]

export const PARTS: Part[] = [
  { key: 'conditions', fields: [{ key: 'conditions', kind: 'lines', wide: true }], list: false },
  list('materials', [
    line('name', { required: true, wide: true }),
    { key: 'kind', kind: 'choice', options: ['原件', '复印件', '原件和复印件', '表格', '电子'] }, { key: 'copies', kind: 'number' },
    { key: 'issued_by', kind: 'choice', options: ['政府部门核发', '申请人自备', '其他机构出具'] }, { key: 'required', kind: 'yes_no', absent: true },
    text('note'),
  ], 'material'),
  list('steps', [line('name', { required: true }), line('days'), text('what', { required: true })]),
  list('time_limit', [{ key: 'promised', kind: 'limit' }, { key: 'legal', kind: 'limit' }, text('note')]),
  list('fees', [line('what', { required: true }), line('amount', { required: true }), line('basis', { wide: true })]),
  list('where', [line('text', { required: true, wide: true }), line('scope', { wide: true })]),
  list('phones', [line('number', { required: true }), line('what', { required: true }), { key: 'kind', kind: 'choice', options: ['consult', 'supervise'] }]),
  list('faq', [line('q', { required: true, wide: true }), text('a', { required: true })]),
  list('sources', [
    line('title', { required: true, wide: true }), line('url', { wide: true }), { key: 'kind', kind: 'choice', options: ['official', 'law', 'local-guide'], required: true },
    { key: 'date', kind: 'date' },
  ], 'source'),
]

/** An id for a new entry that no other has. */
export function freshId(entries: readonly { id?: unknown }[], stem: string): string {
  const taken = new Set(entries.map((e) => e.id))
  let n = entries.length + 1
  while (taken.has(`${stem}_${n}`)) n += 1
  return `${stem}_${n}`
}
