import { ApiError } from '@bangban/shared'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { getActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { editor } from '@/api'
import type { Draft, EditorGuide, PublishedNow, Revision } from '@/api/editor_types'
import type { Role } from '@/api/types'
import WorkflowPanel from '@/components/editing/WorkflowPanel.vue'
import { writers } from '@/editing/steps'
import { i18n } from '@/i18n'
import { signIn } from './making'

vi.setConfig({ testTimeout: 60_000 })
const DAY = '2026-11-03T09:30:00+08:00'
const OLD = { name: '身份证补领', fees: [{ what: '工本费', amount: '40元/证' }] }
const NEW = { name: '身份证补领', fees: [{ what: '工本费', amount: '免费' }] }
const guide = (state: Draft['state'] | null, more: Partial<Draft> = {}): EditorGuide => ({
  id: 'g', base_revision: 3, published: { version: 1, revision: 1, effective_from: null, published_at: DAY, published_by: null, document: OLD },
  draft: state && { revision: 3, state, author: 'st_4', author_name: '何俊文', updated_at: DAY, submitted_by: 'st_4', reviewer: null, comment: null, effective_from: null, document: NEW, ...more },
})
const row = (revision: number, state: string, author: string, more: Partial<Revision> = {}): Revision => ({
  revision, state, version: null, based_on: revision - 1 || null, author, author_name: author, created_at: DAY, submitted_by: null, reviewer_name: null, comment: null, published_at: null, changes: [], ...more,
})
const REVISIONS = [row(3, 'submitted', 'st_4'), row(2, 'replaced', 'st_6'), row(1, 'published', 'st_9', { version: 1 })]
const NOW: PublishedNow = {
  version: 2, index_version: 9, scheduled: false, effective_from: null,
  replay: { questions: 110, changed: [{ question: '补身份证要钱吗', expected: 'g', before: { answerable: false, guide_id: null, name: null, score: 0 }, after: { answerable: true, guide_id: 'g', name: '身份证补领', score: 0.9 }, effect: 'better' }] },
}

async function panel(shown: EditorGuide, role: Role, id = 'st_5'): Promise<VueWrapper> {
  signIn({ id, name: '我', roles: [role] })
  const wrapper = mount(WorkflowPanel, { props: { guide: shown }, global: { plugins: [i18n, getActivePinia()!] }, attachTo: document.body })
  await flushPromises()
  return wrapper
}
const button = (wrapper: VueWrapper, name: string) => wrapper.findAll('button').find((b) => b.text() === name)
const press = async (wrapper: VueWrapper, name: string) => {
  await button(wrapper, name)!.trigger('click')
  await flushPromises()
}
beforeEach(() => void vi.spyOn(editor, 'revisions').mockResolvedValue(REVISIONS))

test('whoever wrote a part of a draft since the last version is one of its writers', () => {
  expect(writers(guide('submitted'), REVISIONS)).toEqual(new Set(['st_4', 'st_6']))
})

test('an editor hands his draft in; judging and publishing are not offered to him', async () => {
  const submit = vi.spyOn(editor, 'submit').mockResolvedValue({ id: 'g', revision: 3, state: 'submitted' })
  const wrapper = await panel(guide('draft', { submitted_by: null }), 'editor', 'st_4')
  await press(wrapper, '提交审核')
  expect(submit).toHaveBeenCalledExactlyOnceWith('g')
  expect(wrapper.emitted('changed')).toHaveLength(1)
  await wrapper.setProps({ guide: guide('submitted') })
  expect(wrapper.text()).toContain('正等审核员审核')
  for (const name of ['通过', '退回', '发布', '下架']) expect(button(wrapper, name)).toBeUndefined()
})

test('a draft that the rules refuse shows why', async () => {
  vi.spyOn(editor, 'submit').mockRejectedValue(new ApiError(422, 'knowledge.lint_refused', '没有通过检查'))
  vi.spyOn(editor, 'lint').mockResolvedValue([{ rule: 'fee.amount', severity: 'error', path: 'fees[0]', label: '收费第1项', message: '金额没有写' }])
  const wrapper = await panel(guide('rejected', { comment: '金额不对' }), 'editor', 'st_4')
  expect(wrapper.text()).toContain('审核意见：金额不对')
  await press(wrapper, '提交审核')
  expect(wrapper.find('.problems').text()).toContain('金额没有写')
})

test('a reviewer sees old and new, approves, and sends back only with a reason', async () => {
  const review = vi.spyOn(editor, 'review').mockResolvedValue({ id: 'g', revision: 3, state: 'approved' })
  const wrapper = await panel(guide('submitted'), 'reviewer')
  for (const said of ['收费“工本费” · 金额', '40元/证', '免费']) expect(wrapper.find('.changes').text()).toContain(said)
  expect(button(wrapper, '退回')!.attributes('disabled')).toBeDefined()
  await wrapper.find('#review-comment').setValue(' 请写出处 ')
  await press(wrapper, '退回')
  await press(wrapper, '通过')
  expect(review.mock.calls).toEqual([['g', false, '请写出处'], ['g', true, '']])
})

test('a reviewer who wrote a part of it is told that another has to judge', async () => {
  const wrapper = await panel(guide('submitted'), 'reviewer', 'st_6')
  expect(wrapper.text()).toContain('要请另一位同事审核')
  expect(button(wrapper, '通过')).toBeUndefined()
})

test('publishing says that it takes a while, and then what is answered differently', async () => {
  let finish: (result: PublishedNow) => void = () => undefined
  const publish = vi.spyOn(editor, 'publish').mockReturnValue(new Promise((done) => (finish = done)))
  const wrapper = await panel(guide('approved'), 'reviewer')
  await press(wrapper, '发布')
  expect(wrapper.find('.wait').exists()).toBe(true)
  expect(button(wrapper, '编辑')!.attributes('disabled')).toBeDefined()
  finish(NOW)
  await flushPromises()
  expect(publish).toHaveBeenCalledExactlyOnceWith('g', null)
  for (const said of ['已发布第 2 版', '试了 110 个问题，有 1 个', '“补身份证要钱吗”', '原来：没有答案；现在：身份证补领', '变好']) expect(wrapper.text()).toContain(said)
})

test('an earlier version is put in force again, by whoever publishes and only after asking', async () => {
  vi.mocked(editor.revisions).mockResolvedValue([row(2, 'published', 'st_4', { version: 2 }), row(1, 'superseded', 'st_9', { version: 1 })])
  const rollback = vi.spyOn(editor, 'rollback').mockResolvedValue({ ...NOW, version: 3 })
  const shown = { ...guide(null), published: { ...guide(null).published!, version: 2, revision: 2 } }
  expect(button(await panel(shown, 'editor'), '恢复这一版')).toBeUndefined()
  const wrapper = await panel(shown, 'reviewer')
  expect(wrapper.findAll('button').filter((b) => b.text() === '恢复这一版')).toHaveLength(1)
  await press(wrapper, '恢复这一版')
  expect(rollback).not.toHaveBeenCalled()
  document.querySelector<HTMLElement>('.el-message-box .el-button--primary')!.click()
  await vi.waitFor(() => expect(rollback).toHaveBeenCalledExactlyOnceWith('g', 1), 20_000)
})
