import { describe, expect, it } from 'vitest'
import type { Pack } from '../../lib/pack.ts'
import { searchPack } from './search.ts'

const field = (id: string, number: string, en: string, xx: string) => ({
  id,
  number,
  name: { en, xx },
  kind: 'text',
  required: false,
  sensitive: false,
  derived: false,
})

const pack = {
  forms: [
    {
      id: 'hamlet',
      title: { en: 'Hamlet' },
      subject: 'village',
      sections: [
        {
          id: 'a',
          number: 'A',
          title: { en: 'Basics' },
          of: 'household',
          fields: [field('wells', 'A1', 'Wells', 'Brunnen')],
        },
      ],
    },
    {
      id: 'hearth',
      title: { en: 'Hearth' },
      subject: 'household',
      sections: [
        {
          id: 'a',
          number: 'A',
          title: { en: 'Address' },
          of: 'household',
          fields: [field('lane', 'A1', 'Lane', 'Gasse')],
        },
        {
          id: 'b',
          number: 'B',
          title: { en: 'House' },
          of: 'household',
          fields: [field('roof', 'B1', 'Roof', 'Dach'), field('walls', 'B10', 'Walls', 'Mauer')],
        },
      ],
    },
  ],
  lists: [{ id: 'cause', title: { en: 'Causes' }, codes: [{ code: '01', name: { en: 'Flood' } }] }],
  parameters: [{ id: 'line.poor', name: { en: 'Poverty line' }, unit: 'crown', source: 'law', values: [] }],
  sources: [{ id: 'law', title: { en: 'Law on hearths' }, number: 'No. 7', confirmed: true }],
} as unknown as Pack

const fieldsOf = (text: string) =>
  searchPack(pack, text).forms.flatMap(({ sections }) => sections.flatMap(({ fields }) => fields.map(({ id }) => id)))

describe('searching the dictionary', () => {
  it('shows everything for no text, the household form first', () => {
    const all = searchPack(pack, '  ')
    expect(all.forms.map(({ id }) => id)).toEqual(['hearth', 'hamlet'])
    expect([all.places, all.empty]).toEqual([true, false])
  })

  it('finds fields by name in any language, by id, and by the whole number only', () => {
    expect(fieldsOf('ROOF')).toEqual(['roof'])
    expect(fieldsOf('dach')).toEqual(['roof'])
    expect(fieldsOf('wall')).toEqual(['walls'])
    expect(fieldsOf('b1')).toEqual(['roof'])
    expect(fieldsOf('a1')).toEqual(['lane', 'wells'])
  })

  it('finds a list by one of its codes, figures and sources by name or number', () => {
    expect(searchPack(pack, 'flood').lists.map(({ id }) => id)).toEqual(['cause'])
    expect(searchPack(pack, 'line.').parameters.map(({ id }) => id)).toEqual(['line.poor'])
    expect(searchPack(pack, 'no. 7').sources.map(({ id }) => id)).toEqual(['law'])
  })

  it('says when nothing fits', () => {
    const none = searchPack(pack, 'zebra')
    expect([none.empty, none.forms.length, none.lists.length, none.places]).toEqual([true, 0, 0, false])
  })
})
