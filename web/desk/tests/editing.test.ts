import { readFileSync } from 'node:fs'
import { ApiError } from '@bangban/shared'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { getActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { parse } from 'yaml'
import { editor } from '@/api'
import type { Doc, EditorGuide, Problem } from '@/api/editor_types'
import GuideForm from '@/components/editing/GuideForm.vue'
import { differences, merged } from '@/editing/differences'
import { elementsOf } from '@/editing/finding'
import { pathLabel } from '@/editing/paths'
import { fromYaml, lineOf, tidy, toYaml } from '@/editing/yaml'
import { i18n, words } from '@/i18n'
import EditGuidePage from '@/pages/EditGuidePage.vue'

const DOC: Doc = {
  id: 'g', name: '身份证补领', aliases: ['补身份证'], summary: '丢了就补', region: { code: '440000', level: 'province', name: '广东省' },
  materials: [{ id: 'book', name: '户口簿', kind: '原件' }, { id: 'proof', name: '证明', when: { who: 'kin' } }],
  fees: [{ what: '工本费', amount: '40元/证' }], sources: [{ id: 'law', title: '《居民身份证法》', kind: 'law' }], as_of: '2024-03-05',
}
const opened = (document: Doc = DOC, revision = 3): EditorGuide => ({
  id: 'g', base_revision: revision, published: { version: 1, revision: 1, effective_from: null, published_at: null, published_by: null, document: DOC },
  draft: { revision, state: 'draft', author: 'st_1', author_name: '何俊文', updated_at: '2026-11-03T09:30:00+08:00', submitted_by: null, reviewer: null, comment: null, effective_from: null, document },
})
const problem = (path: string, severity: Problem['severity'] = 'error'): Problem => ({ rule: 'r.x', severity, path, label: path, message: '要改' })

const TextStub = { props: ['modelValue'], emits: ['update:modelValue'], template: '<textarea class="stub" :value="modelValue" @input="$emit(\'update:modelValue\', $event.target.value)" />' }
vi.mock('@/components/editing/YamlEditor.vue', () => ({ __esModule: true, default: { ...TextStub, methods: { goTo: went } } }))
const went = vi.hoisted(() => vi.fn())

async function page(first = opened()): Promise<VueWrapper> {
  vi.spyOn(editor, 'open').mockResolvedValue(first)
  const router = createRouter({ history: createMemoryHistory(), routes: ['guides', 'guide', 'edit-guide'].map((name) => ({ path: `/${name}/:id?`, name, component: { template: '<i />' } })) })
  const wrapper = mount(EditGuidePage, { props: { id: 'g' }, global: { plugins: [i18n, router, getActivePinia()!] }, attachTo: document.body })
  await flushPromises()
  return wrapper
}
const button = (wrapper: VueWrapper, name: string) => wrapper.findAll('button').find((b) => b.text() === name)!
const show = async (wrapper: VueWrapper, tab: string) => {
  await wrapper.find(`input[value="${tab}"]`).setValue(true)
  await flushPromises()
}
vi.setConfig({ testTimeout: 60_000 })
beforeEach(() => {
  went.mockClear()
  vi.spyOn(editor, 'lint').mockResolvedValue([])
})

test('a guide is text and back, nothing added and nothing lost; in the order in which it is read', () => {
  const text = toYaml({ sources: [], ...DOC })
  expect(text.indexOf('id:')).toBe(0)
  expect(fromYaml(toYaml(DOC))).toEqual({ document: DOC })
  expect(text).toContain('code: "440000"')
})

test('what the server adds for what is absent is not shown, and no more than that is left out', () => {
  expect(tidy({ name: 'x', steps: [], facets: {}, materials: [{ id: 'a', sources: [], copies: 0 }], bundle: { members: [] } }))
    .toEqual({ name: 'x', facets: {}, materials: [{ id: 'a', copies: 0 }], bundle: { members: [] } })
})

test('text that cannot be read says on which line', () => {
  expect(fromYaml('id: g\nname: [一、\nfees: 1\n')).toMatchObject({ line: expect.any(Number), reason: expect.any(String) })
  expect(fromYaml('只有一句话')).toMatchObject({ line: 1 })
})

test.each([['materials[proof].when', 'when:'], ['materials[1].name', 'name: 证明'], ['fees[工本费].amount', 'amount:'], ['region.code', 'code:'], ['phones', 'id: g']])('the place %s is found in the text', (path, line) => {
  const text = toYaml(DOC)
  expect(text.split('\n')[lineOf(text, path) - 1]).toContain(line)
})

test('places are called as the server calls them', () => {
  const labels = parse(readFileSync('../../knowledge/workflow/labels.yml', 'utf8')) as typeof words.path
  expect(words.path.sections).toEqual(labels.sections)
  expect(words.path.fields).toEqual(labels.fields)
  expect(pathLabel('fees[0].amount')).toBe('收费第1项 · 金额')
  expect(pathLabel('materials[proof].when', DOC)).toBe('申请材料“证明” · 适用条件')
})

test('where a problem stands in the form; what only the text has is not in it', () => {
  expect(elementsOf(DOC, 'materials[proof].name')).toEqual(['edit-materials-1-name', 'edit-materials-1'])
  expect(elementsOf(DOC, 'materials[0]')).toEqual(['edit-materials-0'])
  expect(elementsOf(DOC, 'materials[proof].when')).toBeNull()
  expect(elementsOf(DOC, 'situations[0].ask')).toBeNull()
})

test('an entry put in front is one change, and a change of a fact tells old and new', () => {
  const after = { ...DOC, materials: [{ id: 'new', name: '相片' }, ...(DOC.materials as object[])], fees: [{ what: '工本费', amount: '免费' }] }
  expect(differences(DOC, after)).toEqual([
    { path: 'materials[new]', change: 'added', after: { id: 'new', name: '相片' } },
    { path: 'fees[工本费].amount', change: 'changed', before: '40元/证', after: '免费' },
  ])
})

test('two people’s changes go together; where both changed one part, mine stands and it is said', () => {
  const mine = { ...DOC, summary: '我的简介', name: '我的名称' }
  const theirs = { ...DOC, summary: '他的简介', fees: [] }
  expect(merged(DOC, mine, theirs)).toEqual({ document: { ...mine, fees: [] }, clashes: ['summary'] })
})

test('the form changes only what is typed; conditions it cannot show stay', async () => {
  const wrapper = mount(GuideForm, { props: { modelValue: DOC, 'onUpdate:modelValue': (doc: Doc) => void wrapper.setProps({ modelValue: doc }) }, global: { plugins: [i18n] }, attachTo: document.body })
  await flushPromises()
  await wrapper.find('#edit-materials-1-note').setValue('带原件')
  await wrapper.find('#edit-materials-1-copies').setValue('2')
  await wrapper.find('#edit-aliases').setValue('补身份证\n\n 身份证丢了 ')
  const now = wrapper.props('modelValue') as Doc
  expect((now.materials as Doc[])[1]).toEqual({ id: 'proof', name: '证明', when: { who: 'kin' }, note: '带原件', copies: 2 })
  expect(now.aliases).toEqual(['补身份证', '身份证丢了'])
  expect(differences(DOC, now).map((c) => c.path)).toEqual(['aliases[身份证丢了]', 'materials[proof].note', 'materials[proof].copies'])
  await wrapper.find('#edit-materials-1-note').setValue('')
  expect((wrapper.props('modelValue') as { materials: Doc[] }).materials[1]).not.toHaveProperty('note')
})

test('a fact is changed in the form and saved on the revision that was read; problems stand beside it', async () => {
  vi.mocked(editor.lint).mockResolvedValue([problem('materials[proof].name'), problem('situations', 'warning')])
  const save = vi.spyOn(editor, 'save').mockResolvedValue({ id: 'g', revision: 4, state: 'draft' })
  const wrapper = await page()
  expect(button(wrapper, '保存草稿').attributes('disabled')).toBeDefined()
  await wrapper.find('#edit-fees-0-amount').setValue('免费')
  expect(wrapper.text()).toContain('有改动没保存')
  await button(wrapper, '检查这份指南').trigger('click')
  await flushPromises()
  await wrapper.findAll('.problem')[0]!.trigger('click')
  await flushPromises()
  expect(document.activeElement?.id).toBe('edit-materials-1-name')
  await button(wrapper, '保存草稿').trigger('click')
  await flushPromises()
  expect(save).toHaveBeenCalledExactlyOnceWith('g', { ...DOC, fees: [{ what: '工本费', amount: '免费' }] }, 3)
  wrapper.unmount()
})

test('what the form cannot show is gone to in the text; unreadable text is not saved', async () => {
  vi.mocked(editor.lint).mockResolvedValue([problem('situations')])
  const save = vi.spyOn(editor, 'save')
  const wrapper = await page()
  await button(wrapper, '检查这份指南').trigger('click')
  await flushPromises()
  await wrapper.find('.problem').trigger('click')
  await vi.waitFor(() => expect(went).toHaveBeenCalled(), 20_000)
  await wrapper.find('.stub').setValue('id: [')
  expect(wrapper.find('.problems').text()).toContain('读不懂')
  await button(wrapper, '保存草稿').trigger('click')
  await flushPromises()
  expect(save).not.toHaveBeenCalled()
  await wrapper.find('.stub').setValue(toYaml({ ...DOC, name: '新名称' }))
  await show(wrapper, 'form')
  expect((wrapper.find('#edit-name').element as HTMLInputElement).value).toBe('新名称')
  wrapper.unmount()
})

test('when somebody saved first, his changes are shown and mine are put on top of them', async () => {
  const save = vi.spyOn(editor, 'save').mockRejectedValueOnce(new ApiError(409, 'knowledge.stale')).mockResolvedValue({ id: 'g', revision: 5, state: 'draft' })
  const wrapper = await page()
  await wrapper.find('#edit-fees-0-amount').setValue('免费')
  vi.mocked(editor.open).mockResolvedValue(opened({ ...DOC, summary: '他写的简介' }, 4))
  await button(wrapper, '保存草稿').trigger('click')
  await flushPromises()
  const note = wrapper.find('[role=alert]')
  for (const said of ['何俊文刚保存过，先看看差别', '丢了就补', '他写的简介']) expect(note.text()).toContain(said)
  await button(wrapper, '合在一起，接着改').trigger('click')
  await button(wrapper, '保存草稿').trigger('click')
  await flushPromises()
  expect(save).toHaveBeenLastCalledWith('g', { ...DOC, summary: '他写的简介', fees: [{ what: '工本费', amount: '免费' }] }, 4)
  wrapper.unmount()
})
