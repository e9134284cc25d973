import { expect, test } from 'vitest'
import type { PackField } from '../../lib/pack.ts'
import { patchOf, shownValue, type YearGroup } from './year-draft.ts'

const currency = { code: 'CNY', digits: 2, symbol: '¥' }
const field = (id: string, kind: string): PackField => ({
  id,
  number: '1',
  name: { en: id },
  kind,
  required: false,
  sensitive: false,
  derived: false,
})
const fields = [field('wage', 'money'), field('rooms', 'integer'), field('roof', 'text')]
const group: YearGroup = {
  key: 'own',
  sections: [{ id: 's', number: 'A', title: 'S', fields }],
  start: { wage: 120_000, rooms: 3, roof: 'tile' },
  last: { wage: 120_000 },
}

test('the form begins with the year before, money in whole units', () => {
  expect(fields.map((one) => shownValue(group, one, {}, currency))).toEqual(['1200.00', '3', 'tile'])
})

test('only what was changed is sent; another spelling of the same is no change, an emptied field takes away', () => {
  expect(patchOf(group, {}, currency)).toEqual({})
  expect(patchOf(group, { own: { wage: '1200', rooms: ' 3 ' } }, currency)).toEqual({})
  expect(patchOf(group, { own: { wage: '1300.5', rooms: '4', roof: '' } }, currency)).toEqual({
    wage: 130_050,
    rooms: 4,
    roof: null,
  })
  expect(patchOf(group, { 17: { wage: '9' } }, currency)).toEqual({})
})
