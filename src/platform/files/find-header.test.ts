import { describe, expect, it } from 'vitest'
import { Problem } from '../../kernel/problem.ts'
import { findHeader, headingText, isTotalRow } from './find-header.ts'

const known = (heading: string) => ['Name', 'Village', 'Born', 'Head of household'].includes(heading)

describe('the heading row', () => {
  it('is found under a title, a unit and a date', () => {
    const rows = [
      ['Register of households, Name'],
      ['Unit: county office', '', '2016-09-01'],
      [],
      ['No.', ' Name ', 'Head of\nhousehold', 'Born', 'Born', ''],
      ['1', 'Village', 'Born', 'x'],
    ]
    expect(findHeader(rows, known)).toEqual({
      at: 3,
      headings: ['No.', 'Name', 'Head of household', 'Born', 'Born', ''],
      doubled: ['Born'],
    })
  })

  it('is the upper of two that know as many headings, and counts a heading once', () => {
    expect(findHeader([['x'], ['Name', 'Born'], ['Born', 'Name'], ['Name', 'Name', 'Name']], known).at).toBe(1)
  })

  it('is refused when no row of the first twenty has a known heading', () => {
    const filler = Array.from({ length: 20 }, () => ['x'])
    for (const rows of [[], [['a', 'b']], [...filler, ['Name']]]) {
      expect(() => findHeader(rows, known)).toThrow(Problem)
    }
    expect(findHeader([...filler.slice(1), ['Name']], known).at).toBe(19)
  })

  it('reads a heading as one line', () => {
    expect(headingText(' 户主\r\n姓名\u3000 ')).toBe('户主 姓名')
  })
})

describe('a total under the table', () => {
  const words = ['合计', 'Total']

  it.each([[['合计', '12']], [['', ' 合 计：', '12']], [['TOTAL', '3']], [['total:', '']]])('is %j', (row) => {
    expect(isTotalRow(row, words)).toBe(true)
  })

  it.each([[['合计村', '12']], [['1', '合计']], [['', '']], [[]], [['Totals', '1']]])('is not %j', (row) => {
    expect(isTotalRow(row, words)).toBe(false)
  })
})
