import { expect, test } from 'vitest'
import { aspectOf, readConversation } from '@/api/reading'
import { filled, shownValue } from '@/fields'
import { length } from '@/duration'
import { priorityKey } from '@/priority'
import { keyName } from '@/shortcuts'

test('suggestions are sentences or cards', () => {
  const read = readConversation({
    suggestions: [
      { kind: 'guide', guide_id: 'g', name: '补领', section: 'time_limit', text: '60日' },
      { kind: 'reply', id: 'wait', text: '请稍等' },
      { kind: 'later', what: 1 },
    ],
  })
  expect(read.suggestions).toEqual([
    { label: '补领', text: null, guide_id: 'g', section: 'time' },
    { label: '请稍等', text: '请稍等', guide_id: null, section: null },
  ])
})

test('a package with nothing in it is still a package', () => {
  const { package: pack, masked, notes } = readConversation({ package: null })
  expect(pack).toMatchObject({ summary: '', situation: [], form: null, sources: [], failures: [], waited_s: null })
  expect([masked, notes]).toEqual([false, []])
})

test('a guide that was cited several times is listed once for each aspect', () => {
  const cited = ['materials', 'fees', 'form', 'booking', 'materials'].map((section, i) => ({ guide_id: 'g', name: '补领', version: i, section }))
  expect(readConversation({ package: { sources: cited } }).package.sources.map((s) => s.section)).toEqual(['materials', 'fee', null])
})

test('a section of a guide is named by the aspect that it answers', () => {
  expect(['fees', 'materials', 'phones', 'name', null].map(aspectOf)).toEqual(['fee', 'materials', 'phone', null, null])
})

test.each([
  [0, 'seconds'], [59, 'seconds'], [60, 'minutes'], [75, 'minutes_seconds'], [660, 'minutes'], [3600, 'hours'], [3700, 'hours_minutes'], [-5, 'seconds'],
])('%i seconds are told in %s', (seconds, key) => expect(length(seconds).key).toBe(key))

test('priorities are those of the handoff service', () => {
  expect([2, 1, 0, undefined].map(priorityKey)).toEqual(['elder', 'missed', 'normal', 'normal'])
})

test('a value is shown in words', () => {
  const field = { name: 'f', label: '项', type: 'select' as const, value: 'han', source: null, locked: false, required: true, error: null, options: [{ value: 'han', label: '汉族' }] }
  const t = (key: string) => key
  expect(shownValue(field, t)).toBe('汉族')
  expect(shownValue({ ...field, value: '***', options: [{ value: '***', label: '汉族' }] }, t)).toBe('***')
  expect(shownValue({ ...field, type: 'yes_no', value: false, options: null }, t)).toBe('app.no')
  expect(shownValue({ ...field, value: null }, t)).toBe('')
  expect([filled(false), filled(0), filled(''), filled([])]).toEqual([true, true, false, false])
})

test('keys are named the same whatever the keyboard writes with Alt', () => {
  const press = (key: string, code: string, more = {}) => keyName({ key, code, altKey: false, ctrlKey: false, metaKey: false, ...more })
  expect(press('œ', 'KeyQ', { altKey: true })).toBe('alt+q')
  expect(press('÷', 'Slash', { altKey: true })).toBe('alt+/')
  expect(press('k', 'KeyK', { metaKey: true })).toBe('ctrl+k')
  expect(press('ArrowDown', 'ArrowDown', { altKey: true })).toBe('alt+arrowdown')
})
