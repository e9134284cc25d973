import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, HEADINGS, households, importAs, type Row } from '../support/households.ts'
import { lines, placeKey } from '../support/imports.ts'
import { readSheet, scratch } from '../support/spreadsheets.ts'

/** What leaves the register comes back unchanged, in every format and language, masked or in full. */
const all = [...HEADINGS, 'came', 'swims', 'further', 'catch', 'craft', 'nets', 'boats', 'shore', 'leave_on', 'lantern']
const numbers = ["'quoted", '=1+1', '+47', '-3', '@a', 'a,b', 'a"b', 'a;b|c', "'=2", '007', '1E5', '3/4', ' x ', 'ＡＢ']
const names = ['王小明', '𠮷野', 'Åse Ørland', "O'Neil", '-Dal Ås', '’Ali', 'བཀྲ་ཤིས', 'Ane (Lill)', '·Ali·']

const file = scratch()
let house: TestHouse
let warden: Person
let rows: Row[]

function filled(target: TestHouse): Row[] {
  const codes = codesOf(target)
  return numbers.flatMap((number, index) => {
    const family = households('H000000101', 100 + index, 1, codes, 1 + (index % 3))
    return family.map(
      (row, line): Row => ({
        ...row,
        hearth: number,
        called: names[(index + line) % names.length]!,
        paper: index % 4 === 3 ? '' : row.paper!,
        swims: ['yes', 'no', ''][index % 3]!,
        came: line === 0 ? '' : '2020-02-29',
        ...(line > 0
          ? {}
          : {
              further: ['SI;BO', '', 'XX'][index % 3]!,
              catch: ['1200.125', '0', ''][index % 3]!,
              craft: '7',
              nets: ['0.001', '90000'][index % 2]!,
              boats: String(index % 13),
              shore: '4999.9',
              leave_on: '2040-01-01',
              lantern: ['=lamp', '', 'two, "lights"'.slice(0, 12)][index % 3]!,
            }),
      }),
    )
  })
}

const sheetOf = (list: Row[]) => lines([all, ...list.map((row) => all.map((heading) => row[heading] ?? ''))])

beforeAll(async () => {
  house = await openTestHouse()
  warden = await house.person('warden', await placeKey(house, 'F000037'))
  rows = filled(house)
  const run = await importAs(house, warden, sheetOf(rows))
  expect(run).toMatchObject({ state: 'done', counts: { bad: 0, skipped: 0, registered: numbers.length } })
})

afterAll(() => house?.close())

async function download(from: TestHouse, person: Person, query: string, language = 'en'): Promise<Buffer> {
  const answer = await from.http.inject({
    method: 'GET',
    url: `/api/households/export?${query}`,
    headers: { cookie: person.cookie, 'x-page-token': person.pageToken, 'x-language': language },
  })
  expect(answer.statusCode, answer.body.slice(0, 200)).toBe(200)
  return answer.rawPayload
}

describe('whole cards', () => {
  const ways = ['csv', 'xlsx'].flatMap((format) =>
    ['en', 'rv', 'zh-CN'].flatMap((language) =>
      ['full&why=moving house', 'masked'].map((identities) => ({ format, language, identities })),
    ),
  )

  it.for(ways)('as $format in $language, $identities: nothing is new, nothing differs', async (way) => {
    const query = `format=${way.format}&shape=cards&identities=${way.identities}`
    const content = await download(house, warden, query, way.language)
    const run = await importAs(house, warden, content, { fileName: `x.${way.format}` })
    const held = (await warden.get(`/api/imports/${run.id}/held`)).body.held
    expect(held.flatMap((one: { differences: unknown[] }) => one.differences)).toEqual([])
    expect(run).toMatchObject({ state: 'done' })
    expect(run.counts).toMatchObject({ read: rows.length, good: 0, bad: 0, held: 0, unchanged: rows.length })
  })

  it('a change made in the exported file is held, and named', async () => {
    const content = (await download(house, warden, 'format=csv&shape=cards&identities=masked')).toString()
    const run = await importAs(house, warden, content.replace('1200.125', '1200.126'))
    expect(run.counts).toMatchObject({ bad: 0, good: 0, heldHouseholds: 1 })
    const [held] = (await warden.get(`/api/imports/${run.id}/held`)).body.held
    expect(held.reason).toBe('other-content')
    expect(held.differences).toMatchObject([{ field: 'catch' }])
  })

  it('into an empty house and out again: the same bytes', { timeout: 60_000 }, async () => {
    const query = 'format=csv&shape=cards&identities=full&why=moving'
    const first = await download(house, warden, query)
    const other = await openTestHouse()
    try {
      const theirs = await other.person('warden', await placeKey(other, 'F000037'))
      const run = await importAs(other, theirs, first)
      expect(run).toMatchObject({ state: 'done', counts: { bad: 0, skipped: 0, registered: numbers.length } })
      expect((await download(other, theirs, query)).toString()).toBe(first.toString())
    } finally {
      await other.close()
    }
  })

  it('full numbers need a reason, and are not in a masked file', async () => {
    const refused = await warden.get('/api/households/export?format=csv&shape=cards&identities=full')
    expect(refused).toMatchObject({ status: 422, body: { code: 'export.no-reason' } })
    const masked = (await download(house, warden, 'format=csv&shape=cards')).toString()
    for (const row of rows) if (row.paper) expect(masked).not.toContain(row.paper)
    expect(masked).not.toContain('=lamp')
  })
})

describe('what the list shows', () => {
  it('is exported with its columns, no cell of which a program would run', async () => {
    const query = 'format=csv&shape=list&columns=boats,shore,swims'
    const refused = await warden.get(`/api/households/export?${query}`)
    // Facts of members are not columns of a list of households.
    expect(refused.status).toBe(400)
    const csv = (await download(house, warden, 'format=csv&shape=list&columns=boats,shore')).toString()
    const { rows: table } = await readSheet(file('list.csv', csv))
    const list = (await warden.get('/api/households?limit=200&columns=boats,shore')).body.households
    expect(table).toHaveLength(list.length + 1)
    expect(table[0]!.slice(-2)).toEqual(['Boats', 'Shore'])
    for (const [index, one] of list.entries()) {
      const cells = table[index + 1]!
      expect(cells[2]!.replace(/^'(?=['=+\-@])/, '')).toBe(one.number)
      expect(cells[3]!.replace(/^'(?=['=+\-@])/, '')).toBe(one.headName)
      expect(cells.slice(-2)).toEqual([String(one.facts.boats), String(one.facts.shore)])
    }
    for (const cell of table.flat()) {
      if (/^[=+\-@]/.test(cell)) expect(cell).toMatch(/^[+-]?\d+(\.\d+)?$/)
    }
  })

  it('a workbook holds texts as texts and no formula', async () => {
    const content = await download(house, warden, 'format=xlsx&shape=cards&identities=masked')
    const { default: Excel } = await import('exceljs')
    const book = new Excel.Workbook()
    await book.xlsx.load(content as unknown as ArrayBuffer)
    let texts = 0
    book.worksheets[0]!.eachRow((row) =>
      row.eachCell((cell) => {
        expect(cell.formula).toBeUndefined()
        if (typeof cell.value === 'string') texts++
      }),
    )
    expect(texts).toBeGreaterThan(100)
  })
})
