import { expect, it } from 'vitest'
import { intentOf } from '@/components/cards/offered'

it('the intent of a payload is its name', () => {
  expect(intentOf('/confirm_slot{"appointment_id":"ap_1"}')).toBe('confirm_slot')
  expect(intentOf('随便')).toBe('')
})
