import { describe, expect, it } from 'vitest'
import type { PackField, PackForm } from '../../lib/pack.ts'
import { checkMapping, samplesOf } from './mapping.ts'

const field = (id: string, more: Partial<PackField> = {}): PackField => ({
  id,
  number: id,
  name: { en: id },
  kind: 'text',
  required: false,
  sensitive: false,
  derived: false,
  ...more,
})

const form: PackForm = {
  id: 'household',
  title: { en: 'Household' },
  subject: 'household',
  checks: [],
  asks: [],
  sections: [
    {
      id: 'home',
      number: 'A',
      title: { en: 'Home' },
      of: 'household',
      fields: [
        field('village', { binds: 'household.place', required: true }),
        field('number', { binds: 'household.number', required: true }),
        field('kind', { required: true }),
        field('income', { derived: true, required: true }),
      ],
    },
    {
      id: 'people',
      number: 'B',
      title: { en: 'People' },
      of: 'member',
      fields: [
        field('name', { binds: 'member.name' }),
        field('document', { binds: 'member.document' }),
        field('birth', { binds: 'member.birth' }),
        field('sex', { binds: 'member.sex' }),
      ],
    },
  ],
}
const ids = (fields: readonly PackField[]) => fields.map(({ id }) => id)

describe('a mapping of columns', () => {
  it('lacks what the form requires and what the register cannot do without', () => {
    const found = checkMapping(form, ['village', null, 'document'])
    expect(ids(found.missing)).toEqual(['number', 'kind', 'name'])
    expect(found.used).toBe(2)
  })

  it('needs birth and sex only without identity numbers', () => {
    const rest = ['village', 'number', 'kind', 'name']
    expect(ids(checkMapping(form, rest).missing)).toEqual(['birth', 'sex'])
    expect(ids(checkMapping(form, [...rest, 'birth']).missing)).toEqual(['sex'])
    expect(ids(checkMapping(form, [...rest, 'document']).missing)).toEqual([])
  })

  it('is complete without computed fields', () => {
    const found = checkMapping(form, ['village', 'number', 'name', 'kind', 'document'])
    expect(found).toEqual({ missing: [], doubled: [], used: 5 })
  })

  it('names a field that two columns claim', () => {
    const [one] = checkMapping(form, ['village', 'village', 'number', 'name']).doubled
    expect(one?.field.id).toBe('village')
    expect(one?.columns).toBe(2)
  })
})

describe('the samples of a column', () => {
  it('are its first different values', () => {
    const rows = [['a', '1'], ['a', ''], ['b'], ['c', '2']]
    expect(samplesOf(rows, 0, 2)).toEqual(['a', 'b'])
    expect(samplesOf(rows, 1, 3)).toEqual(['1', '2'])
    expect(samplesOf(rows, 7, 3)).toEqual([])
  })
})
