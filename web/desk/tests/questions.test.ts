import { ApiError } from '@bangban/shared'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { getActivePinia } from 'pinia'
import { expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import type { Component } from 'vue'
import { editor } from '@/api'
import ImportDialog from '@/components/editing/ImportDialog.vue'
import NewGuideDialog from '@/components/editing/NewGuideDialog.vue'
import { i18n } from '@/i18n'
import QuestionsPage from '@/pages/QuestionsPage.vue'

vi.setConfig({ testTimeout: 60_000 })

async function show(component: Component, props: Record<string, unknown> = {}): Promise<{ wrapper: VueWrapper; router: Router }> {
  const router = createRouter({ history: createMemoryHistory(), routes: ['home', 'guides', 'guide', 'edit-guide'].map((name) => ({ path: name === 'home' ? '/' : `/${name}/:id?`, name, component: { template: '<i />' } })) })
  const wrapper = mount(component, { props, global: { plugins: [i18n, router, getActivePinia()!] }, attachTo: document.body })
  await flushPromises()
  return { wrapper, router }
}
const press = async (name: string) => {
  ;[...document.querySelectorAll('button')].find((b) => b.textContent?.trim() === name)!.click()
  await flushPromises()
}
async function choose(name: string): Promise<File> {
  const file = new File(['x'], name)
  const input = document.querySelector<HTMLInputElement>('input[type=file]')!
  Object.defineProperty(input, 'files', { value: [file] })
  input.dispatchEvent(new Event('change'))
  await flushPromises()
  return file
}

test('questions that went badly are counted, lead to the nearest guides, and can be told apart by what became of them', async () => {
  const questions = vi.spyOn(editor, 'questions').mockResolvedValue([
    { count: 12, examples: ['无人机要报备吗', '无人机备案'], outcomes: { no_answer: 9, partial: 3 }, last_seen: '2026-11-03T09:30:00+08:00', candidates: [{ guide_id: 'g', name: '养犬登记', score: 0.1 }] },
  ])
  const { wrapper } = await show(QuestionsPage)
  for (const said of ['无人机要报备吗', '12 次', '还有人问：无人机备案', '没有答案 9', '部分答上 3']) expect(wrapper.text()).toContain(said)
  expect(wrapper.find('.near a').attributes('href')).toBe('/guide/g')
  await wrapper.find('input[value=partial]').setValue(true)
  await wrapper.find('select').setValue('90')
  await flushPromises()
  expect(questions.mock.calls[0]).toEqual([[], 30])
  expect(questions.mock.calls.at(-1)).toEqual([['partial'], 90])
})

test('a file is taken in as drafts, and each says what was done', async () => {
  const take = vi.spyOn(editor, 'take').mockResolvedValue([{ id: 'g', name: '身份证补领', revision: 4, done: 'saved' }, { id: 'h', name: '养犬登记', revision: 1, done: 'unchanged' }])
  const { wrapper } = await show(ImportDialog, { modelValue: true })
  const file = await choose('guides.xlsx')
  await press('导入成草稿')
  expect(take).toHaveBeenCalledExactlyOnceWith(file)
  const done = document.querySelector('.done')!.textContent
  for (const said of ['已存成 1 份草稿', '身份证补领', '没有变化']) expect(done).toContain(said)
  expect(wrapper.emitted('done')).toHaveLength(1)
})

test('a file with something wrong is not taken in, and every place is told', async () => {
  vi.spyOn(editor, 'take').mockRejectedValue(new ApiError(422, 'knowledge.bad_file', '一条也没有导入', { '申请材料 第3行': '名称没有写' }))
  await show(ImportDialog, { modelValue: true })
  await choose('guides.csv')
  await press('导入成草稿')
  for (const said of ['一条也没有导入', '申请材料 第3行', '名称没有写']) expect(document.querySelector('.failed')!.textContent).toContain(said)
})

test('a new guide begins with the little it cannot be without, and goes on in the editor', async () => {
  const create = vi.spyOn(editor, 'create').mockResolvedValue({ id: 'feixing-baobei', revision: 1, state: 'draft' })
  const { router } = await show(NewGuideDialog, { modelValue: true })
  for (const [id, words] of [['name', '无人机飞行报备'], ['id', 'feixing-baobei'], ['summary', '飞之前先报备'], ['source', '民航局规定']]) {
    const input = document.querySelector<HTMLInputElement>(`#new-${id}`)!
    input.value = words!
    input.dispatchEvent(new Event('input'))
  }
  await flushPromises()
  await press('建成草稿，接着写')
  expect(create.mock.calls[0]![0]).toMatchObject({ id: 'feixing-baobei', name: '无人机飞行报备', region: { code: '440100', level: 'city' }, sources: [{ title: '民航局规定' }] })
  await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/edit-guide/feixing-baobei'), 20_000)
})
