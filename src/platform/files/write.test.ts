import { createWriteStream } from 'node:fs'
import { Writable } from 'node:stream'
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSheet, scratch } from '../../../test/support/spreadsheets.ts'
import { csvLine, guard, unguard, writeCsv } from './write-csv.ts'
import { type OutRow, writeXlsx } from './write-xlsx.ts'

const file = scratch()
const dangerous = [
  '=1+1',
  '+1-2',
  '-x',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1',
  '＋1',
  '－1',
  '＠a',
  "'=1",
  "''=1",
  '=',
  '-',
]
const harmless = ['-3', '+3.5', '-0.25', "it's", "'quoted'", "'", '', '1-2', '王·𠮷', ' =1', '1=1']

/** Every character, with those that mean something to spreadsheets more often than by chance. */
const texts = fc.string({
  unit: fc.oneof(
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(..."=+-@\t\r\n'\"',;|＝－ <&_x0041_sep=\ufeff\u0001\u007f王𠮷·".split(/(?:)/u)),
    },
  ),
  maxLength: 12,
})
const tables = fc
  .array(
    fc.array(
      texts.map((text) => text.replaceAll('\0', '')),
      { minLength: 3, maxLength: 3 },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((rows) => rows.filter((row) => row.some((cell) => cell !== '')))
  .filter((rows) => rows.length > 0)

describe('the guard against formulas', () => {
  it.each(dangerous)('puts a quote before %j', (text) => {
    expect(guard(text)).toBe(`'${text}`)
  })

  it.each(harmless)('leaves %j', (text) => {
    expect(guard(text)).toBe(text)
  })

  it('is undone exactly, for every text', () => {
    fc.assert(
      fc.property(texts, (text) => unguard(guard(text)) === text),
      { numRuns: 5000 },
    )
  })
})

describe('CSV that we write', () => {
  it('follows RFC 4180', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', 12, null, ' h'])).toBe('a,"b,c","d""e","f\ng",12,," h"\r\n')
  })

  it('is read back the same, for any table of any texts', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.boolean(), async (rows, mark) => {
        const path = file('round.csv', '')
        await writeCsv(createWriteStream(path), rows, { mark })
        const read = await readSheet(path)
        expect(read.problem).toBeUndefined()
        expect(read.rows.map((row) => row.map(unguard))).toEqual(rows)
      }),
      { numRuns: 300 },
    )
  })

  it('is read back the same with one column', async () => {
    for (const text of ['a;b;c', 'a\tb', '\ufeffx', 'sep=;', '<table>', 'PK\u0003\u0004', '=1', '\r\n', 'x|y', '王']) {
      const path = file('one.csv', '')
      await writeCsv(createWriteStream(path), [[text], ['x|y;z,t']], { mark: false })
      expect((await readSheet(path)).rows.map((row) => row.map(unguard))).toEqual([[text], ['x|y;z,t']])
    }
  })

  it('waits for a slow receiver, and fails when it goes away', async () => {
    let most = 0
    const slow = new Writable({
      highWaterMark: 1000,
      write(_piece, _encoding, done) {
        most = Math.max(most, slow.writableLength)
        setImmediate(done)
      },
    })
    const rows = Array.from({ length: 5000 }, (_, i) => [i, 'x'.repeat(100)])
    expect(await writeCsv(slow, rows)).toEqual({ rows: 5000 })
    expect(most).toBeLessThan(70_000)
    const leaving = new Writable({ highWaterMark: 10, write: () => leaving.destroy() })
    await expect(writeCsv(leaving, rows)).rejects.toThrow()
    const failing = new Writable({ write: (_piece, _encoding, done) => done(new Error('disk full')) })
    await expect(writeCsv(failing, rows)).rejects.toThrow('disk full')
  })

  it('destroys the stream when the rows fail, so that nobody takes the part for the whole', async () => {
    const out = new Writable({ write: (_piece, _encoding, done) => done() })
    const rows = (function* () {
      yield ['a']
      throw new Error('no more')
    })()
    await expect(writeCsv(out, rows)).rejects.toThrow('no more')
    expect(out.destroyed).toBe(true)
    expect(out.writableFinished).toBe(false)
  })
})

describe('XLSX that we write', () => {
  const write = async (rows: OutRow[], more: Partial<Parameters<typeof writeXlsx>[1]> = {}) => {
    const path = file('w.xlsx', '')
    const columns = [{ heading: 'ID' }, { heading: 'Name' }, { heading: 'Sum', kind: 'number' as const }]
    const result = await writeXlsx(createWriteStream(path), { sheet: 'Households', columns, rows, ...more })
    return { path, result }
  }
  const open = async (path: string) => {
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(path)
    return book
  }

  it('is read back the same, for any table of any texts, and holds no formula', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (rows) => {
        const { path } = await write(rows.map((cells) => ({ cells })))
        const read = await readSheet(path)
        expect(read.problem).toBeUndefined()
        expect(read.notes).toEqual([])
        const padded = read.rows.slice(1).map((row) => [...row, '', '', ''].slice(0, 3))
        expect(padded).toEqual(rows)
      }),
      { numRuns: 60 },
    )
  })

  it('writes numbers as numbers, IDs in the text format, never a formula', async () => {
    const { path, result } = await write([{ cells: ['110101199003071234', '=HYPERLINK("x")', -3.5] }])
    expect(result).toEqual({ rows: 1 })
    const sheet = (await open(path)).getWorksheet('Households')!
    expect(sheet.getCell('A2').value).toBe('110101199003071234')
    expect(sheet.getCell('A2').numFmt).toBe('@')
    expect(sheet.getColumn(1).numFmt).toBe('@')
    expect(sheet.getCell('B2').type).toBe(ExcelJS.ValueType.String)
    expect(sheet.getCell('C2').value).toBe(-3.5)
    expect(sheet.getCell('A1').font.bold).toBe(true)
    expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
  })

  it('offers choices from a hidden sheet, explains headings and carries explanations', async () => {
    const choices = Array.from({ length: 60 }, (_, i) => `cause, ${i}`)
    const { path } = await write([], {
      columns: [{ heading: 'Cause', choices, note: 'Choose one.' }, { heading: 'Name' }],
      explanations: {
        name: 'How: to/fill',
        rows: [
          ['Column', 'Meaning'],
          ['Cause', 'Why it is poor'],
        ],
      },
    })
    const book = await open(path)
    expect(book.worksheets.map(({ name, state }) => [name, state])).toEqual([
      ['Households', 'visible'],
      ['choices', 'veryHidden'],
      ['How  to fill', 'visible'],
    ])
    const rules = (
      book.getWorksheet('Households') as unknown as { dataValidations: { model: Record<string, unknown> } }
    ).dataValidations.model
    expect(Object.values(rules)[0]).toMatchObject({ type: 'list', formulae: ['choices!$A$1:$A$60'] })
    expect(book.getWorksheet('choices')!.getCell('A60').value).toBe('cause, 59')
    expect(JSON.stringify(book.getWorksheet('Households')!.getCell('A1').note)).toContain('Choose one.')
    expect((await readSheet(path)).rows).toEqual([['Cause', 'Name']])
    expect((await readSheet(path, { sheet: 'How  to fill' })).rows[1]).toEqual(['Cause', 'Why it is poor'])
  })

  it('colours wrong cells and says in a last column what is wrong', async () => {
    const faults = [
      { column: 0, sentence: 'The ID has 17 characters.' },
      { column: 1, sentence: 'The name is missing.' },
    ]
    const { path } = await write([{ cells: ['1', null, 2], faults }, { cells: ['2', 'Li', 3] }], {
      faultHeading: 'Faults',
    })
    const sheet = (await open(path)).getWorksheet('Households')!
    expect(sheet.getCell('A2').fill).toMatchObject({ pattern: 'solid', fgColor: { argb: 'FFFFD9D2' } })
    expect(sheet.getCell('B2').fill).toMatchObject({ pattern: 'solid' })
    expect(sheet.getCell('A3').fill).toMatchObject({ pattern: 'none' })
    expect(JSON.stringify(sheet.getCell('A2').note)).toContain('17 characters')
    expect((await readSheet(path)).rows).toEqual([
      ['ID', 'Name', 'Sum', 'Faults'],
      ['1', '', '2', 'The ID has 17 characters.\nThe name is missing.'],
      ['2', 'Li', '3'],
    ])
  })

  it('fails when the receiver goes away, and when the rows fail', async () => {
    const book = { sheet: 'S', columns: [{ heading: 'A' }] }
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ cells: [`text ${i * 7919}`] }))
    const leaving = new Writable({ write: () => leaving.destroy() })
    await expect(writeXlsx(leaving, { ...book, rows })).rejects.toThrow()
    const failing = new Writable({ write: (_piece, _encoding, done) => done(new Error('disk full')) })
    await expect(writeXlsx(failing, { ...book, rows })).rejects.toThrow('disk full')
    const out = new Writable({ write: (_piece, _encoding, done) => done() })
    const broken = (function* () {
      yield { cells: ['a'] }
      throw new Error('no more')
    })()
    await expect(writeXlsx(out, { ...book, rows: broken })).rejects.toThrow('no more')
    expect(out.destroyed).toBe(true)
  })
})
