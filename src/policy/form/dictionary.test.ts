import { describe, expect, it } from 'vitest'
import { pack } from '../../../test/support/packs.ts'
import { householdForm } from '../ask.ts'
import { dataDictionary } from './dictionary.ts'

const river = pack('riverland')
const rows = (language: string) => dataDictionary(river, householdForm(river), language)
const row = (id: string, language = 'en') => rows(language).find((entry) => entry.id === id)

describe('the data dictionary', () => {
  it('explains every field in the order of the paper', () => {
    expect(rows('en').map((entry) => entry.number)).toEqual(
      householdForm(river).sections.flatMap((section) => section.fields.map((field) => field.number)),
    )
  })

  it('says what may stand in a field', () => {
    expect(row('catch')).toEqual({
      number: 'IV.1',
      id: 'catch',
      name: 'Catch',
      section: 'Means',
      of: 'household',
      kind: 'money',
      kindName: 'amount of money',
      codes: [],
      unit: 'shells a year',
      min: 0,
      max: 100000,
      required: false,
      sensitive: false,
      source: 'Hearth Act (12/2030)',
      help: '',
      formula: '',
    })
    expect(row('further', 'rv')).toMatchObject({
      name: 'Andre grunder',
      most: 2,
      codes: [{ code: 'FL', name: 'Flod' }, {}, {}, { code: 'XX' }],
    })
    expect(row('paper')).toMatchObject({ of: 'member', kind: 'document', sensitive: true, required: false })
    expect(row('shore')).toMatchObject({ decimals: 1, unit: 'fathoms' })
    expect(row('lantern')).toMatchObject({ maxLength: 12 })
  })

  it('puts formulas in words', () => {
    expect(row('left')?.formula).toBe('Catch + Craft − Nets and repairs')
    expect(row('left_each')?.formula).toBe('Left over ÷ number of members')
    expect(row('left_each', 'rv')?.formula).toBe('Rest ÷ number of members')
    const nested = pack('china-2016')
    const chinese = dataDictionary(nested, householdForm(nested), 'zh-CN')
    expect(chinese.find((entry) => entry.id === 'income_per_head')?.formula).toBe('家庭年纯收入 ÷ 家庭人数')
    expect(chinese.find((entry) => entry.id === 'birth')?.kindName).toBe('日期')
  })

  it('keeps the dates of codes that came later', () => {
    const nested = pack('china-2016')
    const labour = dataDictionary(nested, householdForm(nested), 'en').find((entry) => entry.id === 'labour')
    expect(labour?.codes.at(-1)).toEqual({ code: '05', name: 'Weak or half ability', from: '2017-01-01' })
  })
})
