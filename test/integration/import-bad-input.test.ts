import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases, countFrom, HEADINGS, household, type Row, rareNames } from '../support/bad-rows.ts'
import { idNumber, openChinaHouse, otherVillage } from '../support/china.ts'
import type { Person, TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { type Fault, faultsOf, isSentence, lines } from '../support/imports.ts'
import { readSheet } from '../support/spreadsheets.ts'

/**
 * One sheet as offices send them: a title, good households, then one household for each thing that can be wrong with a
 * row, and a total at the end. Every fault is a sentence beside its row, every good household enters, every bad one
 * comes back on the error sheet, and nothing falls between.
 */
let house: TestHouse
let officer: Person
let sheet: Row[][]
let first: number
let content: string
// biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
let run: any
let faults: Fault[]
let faultsZh: Fault[]
const rowOf = new Map<string, number>()
let good: Row[][]

const cellsOf = (row: Row) => [...HEADINGS.map((heading) => row[heading] ?? ''), ...(row['+'] ? [row['+']] : [])]

const sheetOf = (rows: readonly Row[][]) => lines([HEADINGS, ...rows.flat().map(cellsOf)])

beforeAll(async () => {
  house = await openChinaHouse()
  officer = await house.person('county_officer', '520123')
  good = [household('G1'), household('G2'), ...rareNames.map((name, i) => [{ ...household(`N${i}`)[0]!, 姓名: name }])]
  sheet = cases.map(({ head, spouse, rows }, index) => {
    const [first, second] = household(`B${index}`) as [Row, Row]
    return (
      rows?.(first, second) ?? [
        { ...first, ...head },
        { ...second, ...spouse },
      ]
    )
  })
  const all = [...good, ...sheet]
  // A title and a unit above the headings, a total below, line ends mixed as after pasting from several programs.
  const head = '\ufeff某县建档立卡贫困户登记表\r\n单位：元\r\n'
  first = 4
  let at = first
  for (const rows of all) {
    rowOf.set(rows[0]!.户编号 || rows[1]!.户编号!, at)
    at += rows.length
  }
  const body = lines([HEADINGS, ...all.flat().map(cellsOf)])
    .split('\n')
    .map((line, index) => line + ['\n', '\r\n'][index % 2])
    .join('')
  content = `${head}${body.trimEnd()}\n合计,,${all.flat().length}\n`
  run = await importAs(house, officer, content)
  faults = await faultsOf(house, officer, run.id)
  faultsZh = await faultsOf(house, officer, run.id, 'zh-CN')
}, 60_000)

afterAll(() => house?.close())

describe('a sheet of everything that can be wrong with a row', () => {
  it.for(cases.map((one, index) => ({ ...one, index })))('$name', ({ faults: expected, index }) => {
    const rows = sheet[index]!
    const from = rowOf.get(`B${index}`)!
    const mine = faults.filter((fault) => fault.row >= from && fault.row < from + rows.length)
    const told = (row: number) => mine.filter((fault) => fault.row === from + row).map((fault) => fault.code)
    const noisy = new Set(expected.map(([row]) => row))
    for (const row of noisy) {
      expect(told(row).sort()).toEqual(expected.flatMap(([at, code]) => (at === row ? [code] : [])).sort())
    }
    // The rest of the household waits, and says for which row.
    for (let row = 0; row < rows.length; row++) expect(told(row).length).toBeGreaterThan(0)
    for (const fault of mine) expect(fault.sentence).toSatisfy((text: string) => isSentence(text, 'en'))
    const zh = faultsZh.filter((fault) => fault.row >= from && fault.row < from + rows.length)
    expect(zh.map((fault) => fault.code)).toEqual(mine.map((fault) => fault.code))
    for (const fault of zh) expect(fault.sentence).toSatisfy((text: string) => isSentence(text, 'zh-CN'))
  })

  it('counts every row: read = good + bad + skipped', () => {
    const { counts } = run
    expect(run.state).toBe('done')
    expect(counts.read).toBe([...good, ...sheet].flat().length)
    expect(counts.read).toBe(counts.good + counts.bad + counts.skipped)
    expect(counts.bad).toBe(sheet.flat().length)
    expect(counts.skipped).toBe(0)
    expect(counts.registered).toBe(good.length)
  })

  it('keeps names of rare characters and other scripts as they were', async () => {
    const list = (await officer.get('/api/households?limit=200')).body.households
    const names = Object.fromEntries(
      list.map((one: { number: string; headName: string }) => [one.number, one.headName]),
    )
    expect(Object.keys(names).sort()).toEqual(good.map((rows) => rows[0]!.户编号).sort())
    rareNames.forEach((name, i) => {
      expect(names[`N${i}`]).toBe(name)
    })
  })

  it('says nobody’s identity number in a sentence', () => {
    const numbers = sheet.flat().flatMap((row) => (row.证件号码 ? [row.证件号码] : []))
    expect(numbers.length).toBeGreaterThan(cases.length)
    for (const { sentence } of [...faults, ...faultsZh]) {
      for (const one of numbers) expect(sentence).not.toContain(one)
    }
  })
})

describe('the error sheet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fourbeams-errors-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  const download = async (format: string) => {
    const answer = await officer.get(`/api/imports/${run.id}/error-sheet?format=${format}`)
    const path = join(folder, `errors.${format}`)
    writeFileSync(path, answer.raw)
    return path
  }

  it.for(['csv', 'xlsx'])('gives back the sender’s own cells and a sentence (%s)', async (format) => {
    const { rows } = await readSheet(await download(format))
    expect(rows[0]!.slice(0, HEADINGS.length)).toEqual(HEADINGS)
    expect(rows[0]).toHaveLength(HEADINGS.length + 1)
    const own = sheet.flat().map((row) => HEADINGS.map((heading) => row[heading] ?? ''))
    expect(rows.length - 1).toBe(own.length)
    for (const [index, row] of rows.slice(1).entries()) {
      const expected = own[index]!.map((cell) => (format === 'csv' && /^=/.test(cell) ? `'${cell}` : cell))
      // The format of workbooks cannot hold control characters; no one loses a fact by it.
      const plain = (cells: string[]) => cells.map((cell) => cell.replaceAll('\u001e', '').replaceAll('\u001f', ''))
      expect(plain(row.slice(0, HEADINGS.length))).toEqual(plain(expected))
      expect(row[HEADINGS.length]!.length).toBeGreaterThan(10)
    }
  })

  it('colours the bad cells', async () => {
    const path = await download('xlsx')
    const { default: Excel } = await import('exceljs')
    const book = new Excel.Workbook()
    await book.xlsx.readFile(path)
    const rows = book.worksheets[0]!
    const coloured = (row: number, heading: string) =>
      (rows.getRow(row).getCell(HEADINGS.indexOf(heading) + 1).fill as { pattern?: string } | undefined)?.pattern ===
      'solid'
    expect(coloured(2, '证件号码')).toBe(true)
    expect(coloured(2, '姓名')).toBe(false)
    expect(coloured(4, '出生日期')).toBe(true)
    expect(String(rows.getRow(2).getCell(HEADINGS.indexOf('证件号码') + 1).note ?? '')).not.toBe('')
  })

  it('corrected and uploaded again has no error left', async () => {
    const { rows } = await readSheet(await download('xlsx'))
    // By script: each household as it should have been, in the columns of the sheet as it came.
    countFrom(good.length)
    const right = cases.map((_, index) => household(`B${index}`))
    const corrected = [
      rows[0]!,
      ...right.flat().map((row) => [...HEADINGS.map((heading) => row[heading] ?? ''), 'done']),
    ]
    const again = await importAs(house, officer, lines(corrected))
    expect(again.counts).toMatchObject({ bad: 0, skipped: 0, good: right.flat().length, registered: cases.length })
    expect(again.state).toBe('done')
  })
})

describe('one person in two households', () => {
  const twins = (id: string, order: number, more: Row = {}): Row[] => [
    { ...household(id)[0]!, 证件号码: idNumber('1971-05-06', order), ...more },
  ]

  it('is held in both households of a file, and in a file against the register', async () => {
    const both = await importAs(house, officer, sheetOf([twins('T1', 901), twins('T2', 901), household('T3')]))
    expect(both.counts).toMatchObject({ read: 4, good: 2, held: 2, heldHouseholds: 2, skipped: 2, bad: 0 })
    const known = await importAs(house, officer, sheetOf([twins('T4', 903)]))
    expect(known.counts).toMatchObject({ registered: 1 })
    const again = await importAs(house, officer, sheetOf([twins('T5', 903, { 村代码: otherVillage })]))
    expect(again.counts).toMatchObject({ read: 1, good: 0, held: 1, skipped: 1 })
    const { held } = (await officer.get(`/api/imports/${again.id}/held`)).body
    expect(held[0]).toMatchObject({ reason: 'same-identity', number: 'T5', household: { number: 'T4' } })
  })

  it('is not put before a person when another number of the household is masked', async () => {
    const spouse = { ...household('T6')[1]!, 证件号码: '520123********12*X', 性别: '女', 出生日期: '1975-01-01' }
    const run = await importAs(house, officer, sheetOf([[...twins('T6', 903), spouse]]))
    expect(run.counts).toMatchObject({ read: 2, good: 0, held: 0, bad: 2 })
    const codes = (await faultsOf(house, officer, run.id)).map((fault) => fault.code)
    expect(codes).toEqual(['row.household-has-faults', 'row.masked-identity'])
  })
})

it('a disability card given for the identity number is read as that number, and kept whole', async () => {
  const [head, spouse] = household('D1') as [Row, Row]
  const phone = '13812345678'
  const run = await importAs(
    house,
    officer,
    sheetOf([
      [
        { ...head, 证件号码: `${head.证件号码}43` },
        { ...spouse, 联系电话: phone },
      ],
    ]),
  )
  expect(run).toMatchObject({ state: 'done', counts: { good: 2, registered: 1 } })
  const [listed] = (await officer.get('/api/households?text=D1')).body.households
  const revealed = await officer.send('POST', `/api/households/${listed.id}/reveal`, { why: 'a test' })
  expect(revealed.body.members[0].document).toBe(head.证件号码)
  expect(revealed.body.facts).toEqual({ phone })
  const exported = await officer.get('/api/households/export?format=csv&shape=cards&identities=full&why=test&text=D1')
  expect(exported.raw.toString()).toContain(`${head.证件号码}43`)
  const card = (await officer.get(`/api/households/${listed.id}`)).body
  expect(Object.keys(card.facts).filter((id) => id.startsWith('='))).toEqual([])
  const again = await importAs(house, officer, exported.raw)
  expect(again.counts).toMatchObject({ unchanged: 2, bad: 0 })
})
