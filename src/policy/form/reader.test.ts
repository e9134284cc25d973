import { describe, expect, it } from 'vitest'
import { pack } from '../../../test/support/packs.ts'
import { householdForm } from '../ask.ts'
import { checkCharacter } from '../identity.ts'
import { compileReader } from './reader.ts'
import { CellFault, type Fact, faultSentence } from './value.ts'

const today = '2016-12-31'
const nested = pack('china-2016')
const river = pack('riverland')
const nestedReader = compileReader(nested, householdForm(nested), { today })
const riverReader = compileReader(river, householdForm(river), { today: '2031-08-01' })

/** What a cell is read as: the fact, nothing, or the code of its fault with the values that matter. */
function read(reader: typeof nestedReader, field: string, cell: string): Fact | undefined | [string, object] {
  const column = reader.find((entry) => entry.field.id === field)
  if (!column) throw new Error(`no column ${field}`)
  const found = column.read(cell)
  return found instanceof CellFault ? [found.code, found.values] : found
}

const fault = (code: string) => [code, expect.anything()]

describe('a cell', () => {
  it.each([
    // Choices: code, name in either language, alias, any case, full width, a zero that a spreadsheet dropped.
    ['main_cause', '01', '01'],
    ['main_cause', '1', '01'],
    ['main_cause', '１', '01'],
    ['main_cause', 'illness', '01'],
    ['main_cause', 'ILLNESS ', '01'],
    ['main_cause', '因病', '01'],
    ['relation', '儿子', '03'],
    ['house_grade', 'c', 'C'],
    ['house_grade', 'Ｃ级', 'C'],
    ['main_cause', '13', fault('row.cell-code')],
    ['main_cause', '01;02', fault('row.cell-code')],
    ['main_cause', '__proto__', fault('row.cell-code')],
    // Several choices
    ['other_causes', '01;缺水', ['01', '06']],
    ['other_causes', '因残、因学', ['02', '03']],
    ['other_causes', '因残，因残，', ['02']],
    ['other_causes', ' 2 , 3 ', ['02', '03']],
    ['other_causes', '01;02;03', fault('row.cell-too-many')],
    ['other_causes', '01;nonsense', ['row.cell-code', { value: 'nonsense' }]],
    ['other_causes', ';、', fault('row.cell-code')],
    // Money, in minor units
    ['income_wage', '1200', 120000],
    ['income_wage', '1200.5', 120050],
    ['income_wage', '1200.500', 120050],
    ['income_wage', '1,234,567.89', 123456789],
    ['income_wage', '１２００', 120000],
    ['income_wage', '.5', 50],
    ['income_wage', '+7', 700],
    ['income_wage', '-0', 0],
    ['income_wage', '1.2E3', 120000],
    ['income_wage', '2736.3999999999996', 273640],
    ['income_wage', '0.30000000000000004', 30],
    ['income_wage', '-5', fault('row.cell-small')],
    ['income_wage', '10000000.01', ['row.cell-large', { value: '10000000.01', max: 10000000 }]],
    ['income_wage', '99999999999999999999', fault('row.cell-large')],
    ['income_wage', '-99999999999999999999', fault('row.cell-small')],
    ['income_wage', '1.005', ['row.cell-decimals', { value: '1.005', decimals: 2 }]],
    ['income_wage', '12,00', fault('row.cell-number')],
    ['income_wage', '1 200', 120000],
    ['income_wage', '12.', fault('row.cell-number')],
    ['income_wage', '--1', fault('row.cell-number')],
    ['income_wage', '1.2.3', fault('row.cell-number')],
    ['income_wage', 'NaN', fault('row.cell-number')],
    ['income_wage', 'Infinity', fault('row.cell-number')],
    ['income_wage', '0x10', fault('row.cell-number')],
    ['income_wage', '1e400', fault('row.cell-number')],
    ['income_wage', '#DIV/0!', fault('row.cell-number')],
    ['income_net', '999', undefined],
    // Whole numbers and decimals
    ['work_months', '12', 12],
    ['work_months', '12.0', 12],
    ['work_months', '13', ['row.cell-large', { value: '13', max: 12 }]],
    ['work_months', '1.5', ['row.cell-whole', { value: '1.5' }]],
    ['work_months', '１２', 12],
    ['house_area', '85.5', 85.5],
    ['house_area', '0.07', 0.07],
    ['house_area', '85.555', fault('row.cell-decimals')],
    ['house_area', '85.550000000000001', 85.55],
    // Days
    ['birth', '1949-10-01', '1949-10-01'],
    ['birth', '1949/10/1', '1949-10-01'],
    ['birth', '1949.1.10', '1949-01-10'],
    ['birth', '19491001', '1949-10-01'],
    ['birth', '1949年10月1日', '1949-10-01'],
    ['birth', '１９４９－１０－０１', '1949-10-01'],
    ['birth', '1949/10/1 0:00:00', '1949-10-01'],
    ['birth', '1949-10-01T00:00:00.000Z', '1949-10-01'],
    ['birth', '42735', '2016-12-31'],
    ['birth', '42735.0', '2016-12-31'],
    ['birth', '1', '1900-01-01'],
    ['birth', '59', '1900-02-28'],
    ['birth', '61', '1900-03-01'],
    ['birth', '60', fault('row.cell-date')],
    ['birth', '1985', fault('row.cell-date')],
    ['birth', '198510', fault('row.cell-date')],
    ['birth', '42735.5', fault('row.cell-date')],
    ['birth', '2015-02-29', fault('row.cell-date')],
    ['birth', '20150229', fault('row.cell-date')],
    ['birth', '1949-10/01', fault('row.cell-date')],
    ['birth', '1949年10-1', fault('row.cell-date')],
    ['birth', '0000-01-01', fault('row.cell-date')],
    ['birth', '01/10/1949', fault('row.cell-date')],
    ['birth', '2017-01-01', ['row.cell-future', { value: '2017-01-01' }]],
    ['helper_until', '2020-12-31', '2020-12-31'],
    // Yes and no
    ['dibao', '是', true],
    ['dibao', '有', true],
    ['dibao', 'TRUE', true],
    ['dibao', '１', true],
    ['dibao', 'No', false],
    ['dibao', '0', false],
    ['dibao', 'maybe', fault('row.cell-yes-no')],
    // Names and texts
    ['name', '王小明', '王小明'],
    ['name', '王　明', '王明'],
    ['name', '欧阳 修', '欧阳修'],
    ['name', '𠮷田〇', '𠮷田〇'],
    ['name', '买买提·吐尔逊', '买买提·吐尔逊'],
    ['name', 'བསྟན་འཛིན', 'བསྟན་འཛིན'],
    ['name', 'مەمەت تۇرسۇن', 'مەمەت تۇرسۇن'],
    ['name', "Anna-Maria  O'Neill", "Anna-Maria O'Neill"],
    ['name', '王2', fault('row.cell-name')],
    ['name', '···', fault('row.cell-name')],
    ['name', '=1+1', fault('row.cell-name')],
    ['name', '王□明', fault('row.cell-name')],
    ['name', '王\uFFFD明', ['row.cell-characters', { position: 2 }]],
    ['name', '\uDFB7\uDFB7', ['row.cell-characters', { position: 1 }]],
    ['name', '王\uD842', ['row.cell-characters', { position: 2 }]],
    ['name', '', ['row.cell-empty', {}]],
    ['bank', '农业\n银行', '农业 银行'],
    ['bank', '\u0000', fault('row.cell-characters')],
    ['bank', '𠮷'.repeat(60), '𠮷'.repeat(60)],
    ['bank', '𠮷'.repeat(61), ['row.cell-long', { length: 61, max: 60 }]],
    ['bank', '', undefined],
    // Places and documents
    ['village', '522401001001', '522401001001'],
    ['village', '５２２４０１００１００１', '522401001001'],
    ['village', "'522401001001", '522401001001'],
    ['village', '5.22401E+11', fault('row.cell-place')],
    ['document_no', '11010519491231002x', '11010519491231002X'],
    ['document_no', '110105194912310020', fault('row.identity-checksum')],
    ['phone', '13800000000', '13800000000'],
  ])('%s “%s” reads as %j', (field, cell, expected) => {
    expect(read(nestedReader, field, cell.trim())).toEqual(expected)
  })

  it.each([
    ['catch', '12.345', 12345],
    ['catch', '12.3456', fault('row.cell-decimals')],
    ['paper', '799273987', fault('row.identity-form')],
    ['paper', `799273987${checkCharacter('luhn', '799273987')}`, `799273987${checkCharacter('luhn', '799273987')}`],
    ['hamlet', 'r7.2/14', 'R7.2/14'],
    ['hamlet', '…', fault('row.cell-place')],
    ['swims', 'JO', true],
    ['swims', 'TRUE', true],
    ['born', '2031j7m1d', '2031-07-01'],
    ['further', 'High water, bo', ['FL', 'BO']],
    ['leave_on', '2040-01-01', '2040-01-01'],
    ['gender', '', ['row.cell-empty', {}]],
  ])('in another country, %s “%s” reads as %j', (field, cell, expected) => {
    expect(read(riverReader, field, cell)).toEqual(expected)
  })

  it('is tidied at its ends even where the caller did not', () => {
    expect(read(nestedReader, 'bank', ' a b\u3000')).toBe('a b')
    expect(read(nestedReader, 'bank', ' a')).toBe('a')
    expect(read(nestedReader, 'bank', 'a ')).toBe('a')
    expect(read(nestedReader, 'name', '\u3000王明 ')).toBe('王明')
  })

  it('is never repeated in a fault when the field is sensitive', () => {
    const column = nestedReader.find((entry) => entry.field.id === 'phone')!
    const found = column.read(`138${'9'.repeat(40)}`)
    expect(found).toBeInstanceOf(CellFault)
    expect(JSON.stringify(found)).not.toContain('138')
  })

  it('gives the same object for the same choices, which nobody can change', () => {
    const column = nestedReader.find((entry) => entry.field.id === 'needs')!
    const first = column.read('01;02') as string[]
    expect(column.read('01;02')).toBe(first)
    expect(() => first.push('03')).toThrow(TypeError)
  })

  it('has its fault explained with the field’s name and what is possible', () => {
    const form = householdForm(river)
    const say = (field: string, cell: string, language: string) => {
      const found = riverReader.find((entry) => entry.field.id === field)!.read(cell)
      return faultSentence(river, form, found as CellFault, language)
    }
    expect(say('reason', 'Storm', 'en')).toBe(
      '“Storm” is not known for “Reason”. Use one of: Flood, Sickness, No boat, Something else, or unknown.',
    )
    expect(say('swims', 'a bit', 'en')).toBe('“a bit” in “Swims” is neither yes nor no. Use one of: yes, no.')
    expect(say('paper', '12', 'en')).toContain('does not have the form of “Ford number”; it has 2 characters')
    expect(say('boats', '13', 'zh-CN')).toMatch(/Boats.*13.*12/)
  })
})

describe('the columns', () => {
  it('begin with whose row it is, then the member, then the household, computed ones marked', () => {
    expect(riverReader.map((column) => (column.derived ? `(${column.field.id})` : column.field.id)).join(' ')).toBe(
      'hamlet hearth called tie paper gender born came swims standing lantern reason further catch craft nets (left) ' +
        '(left_each) boats shore leave_on',
    )
    expect(nestedReader.slice(0, 4).map((column) => column.field.id)).toEqual([
      'village',
      'household_no',
      'name',
      'relation',
    ])
  })
})
