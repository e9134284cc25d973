import { describe, expect, it } from 'vitest'
import { pack } from '../../../test/support/packs.ts'
import { householdForm } from '../ask.ts'
import { columnsOf } from './columns.ts'
import { guessMapping } from './mapping.ts'

const nested = householdForm(pack('china-2016'))
const river = householdForm(pack('riverland'))
const fieldsOf = (form: typeof river, headings: string[]) => guessMapping(form, headings).map((guess) => guess.field)

describe('the meaning of headings', () => {
  it.each([
    ['Hearth number', 'hearth', 1],
    ['herdnumer', 'hearth', 1],
    ['hearth no.', 'hearth', 1],
    ['left_each', 'left_each', 1],
    ['HEARTH-NUMBER *', 'hearth', 0.9],
    ['Catch (shells a year)', 'catch', 0.9],
    ['12. Catch', 'catch', 0.8],
    ['Tally', undefined, 0],
    ['', undefined, 0],
    ['()', undefined, 0],
    ['constructor', undefined, 0],
  ])('“%s” is %s with score %f', (heading, field, score) => {
    expect(guessMapping(river, [heading])).toEqual([{ heading, score, ...(field ? { field } : {}) }])
  })

  it('knows the headings of forms in use', () => {
    expect(
      fieldsOf(nested, [
        '村代码',
        '户编码',
        '成员姓名',
        '身份证号码',
        '务工时间（月）',
        '住房面积(㎡)',
        'A4 联系电话',
        '备注',
      ]),
    ).toEqual(['village', 'household_no', 'name', 'document_no', 'work_months', 'house_area', 'phone', undefined])
  })

  it('gives each field once, to the heading that fits best, and doubled headings no second time', () => {
    expect(fieldsOf(river, ['Catch (old)', 'Catch', 'catch', 'Craft', 'Craft'])).toEqual([
      undefined,
      'catch',
      undefined,
      'craft',
      undefined,
    ])
  })

  it('is found for every heading of the template, in every language', () => {
    for (const [one, form] of [
      [pack('riverland'), river],
      [pack('china-2016'), nested],
    ] as const) {
      for (const language of one.languages) {
        const columns = columnsOf(form)
        const headings = columns.map((column) => column.field.name[language]!)
        expect(fieldsOf(form, headings)).toEqual(columns.map((column) => column.field.id))
      }
    }
  })
})
