import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import FactList from '@/components/guides/FactList.vue'
import { i18n } from '@/i18n'

const SOURCES = [
  { id: 'law', title: '《居民身份证法》', kind: 'law' as const },
  { id: 'page', title: '广州公安', url: 'https://example.gov.cn/a', date: '2024-05-01', kind: 'official' as const },
]
const show = (sources?: string[]) =>
  mount(FactList, { props: { section: { id: 'fee', facts: [{ text: '工本费：40元/证', sources }] }, situations: [], sources: SOURCES }, global: { plugins: [i18n] } })

test('a fact says where it comes from, of when that is, and links to it', () => {
  const wrapper = show(['page'])
  expect(wrapper.find('.from').text()).toBe('来源：广州公安（2024-05-01）')
  expect(wrapper.find('.from a').attributes('href')).toBe('https://example.gov.cn/a')
})

test('a fact that names no source rests on all of the guide’s; one without a date is said to have none', () => {
  expect(show().find('.from').text()).toBe('来源：《居民身份证法》（未注日期）、广州公安（2024-05-01）')
})
