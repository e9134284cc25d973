import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeFile } from '../../src/beams/register/index.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, HEADINGS, households, importAs, type Row } from '../support/households.ts'
import { faultsOf, isSentence, placeKey, xmlRow } from '../support/imports.ts'
import { workbook, workbookParts, zipOf } from '../support/spreadsheets.ts'

/** Files that are damaged, disguised, too large or oddly laid out: each gets a sentence or is read as it was meant. */
const HAMLET = 'H000000101'
let house: TestHouse
let warden: Person
let codes: ReturnType<typeof codesOf>
let next = 1

beforeAll(async () => {
  house = await openTestHouse()
  codes = codesOf(house)
  warden = await house.person('warden', await placeKey(house, 'F000037'))
})

afterAll(() => house?.close())

/** Rows of some households that are not registered yet, two members each. */
function fresh(count = 2): Row[] {
  next += count
  return households(HAMLET, next - count, count, codes)
}

const cellsOf = (row: Row) => HEADINGS.map((heading) => row[heading] ?? '')
const sheet = (rows: Row[]) =>
  [[...HEADINGS], ...rows.map(cellsOf)].map((cells, index) => xmlRow(index + 1, cells)).join('')
const registered = async () => (await warden.get('/api/households?limit=200')).body.households.length

describe('a file that cannot be read', () => {
  const good = () => workbook(sheet(fresh()))
  const bomb = () => {
    const parts = workbookParts(sheet(fresh()))
    const path = 'xl/worksheets/sheet1.xml'
    return zipOf({ ...parts, [path]: parts[path]!.replace('</sheetData>', `${' '.repeat(80e6)}</sheetData>`) })
  }
  const files: [string, string, () => Buffer | string][] = [
    ['of 0 bytes', 'file.empty', () => ''],
    ['of a byte order mark', 'file.empty', () => '\ufeff'],
    ['of empty lines', 'file.empty', () => '\r\n\r\n ,,\n'.replace(' ', '')],
    ['cut in the middle', 'file.damaged', () => good().subarray(0, 700)],
    ['with a password, or an old .xls', 'file.protected', () => Buffer.from('d0cf11e0a1b11ae1000000000000', 'hex')],
    ['that inflates without end', 'file.inflates-too-far', bomb],
    ['that is a web page', 'file.web-page', () => '<html><table><tr><td>hamlet</td></tr></table></html>'],
    ['that is another archive', 'file.not-a-sheet', () => zipOf({ 'readme.txt': 'no workbook' })],
    ['with a zero byte', 'file.nul-byte', () => csv(fresh()).replace('Family', 'Fam\0ly')],
    [
      'that is no text',
      'file.unknown-encoding',
      () => Buffer.concat([Buffer.from(csv(fresh())), Buffer.from([0xff, 0xff, 0x0a])]),
    ],
    [
      'without headings',
      'file.no-heading',
      () =>
        fresh()
          .map((row) => cellsOf(row).join(','))
          .join('\n'),
    ],
    ['whose quote is never closed', 'file.unclosed-quote', () => `${csv(fresh())}\n"open,${'x'.repeat(100)}\nmore\n`],
    ['of 3,000 columns', 'file.too-many-columns', () => `${csv(fresh())}${',1'.repeat(3000)}\n`],
  ]

  it.for(files)('%s is refused with a sentence: %s', async ([, code, content]) => {
    const before = await registered()
    const uploaded = await warden.upload('/api/imports', 'households.xlsx', content())
    let problem = uploaded.body
    if (uploaded.status === 200) {
      // Damage further down shows when the whole file is read; the import then says so and nothing of it enters.
      const { id, mapping, period } = uploaded.body
      const wish = { mapping, period, why: 'a test' }
      const checking = await warden.send('PUT', `/api/imports/${id}/mapping`, wish)
      await house.jobs.runHere(checking.body.job)
      const run = (await warden.get(`/api/imports/${id}`)).body
      expect(run.state).toBe('refused')
      problem = run.problem
    } else expect(uploaded.status).toBe(422)
    expect(problem.code).toBe(code)
    expect(problem.title).toSatisfy((text: string) => isSentence(text, 'en'))
    expect(await registered()).toBe(before)
  })

  it('with headings and nothing below is told as such', async () => {
    const run = await importAs(house, warden, `${HEADINGS.join(',')}\n`)
    expect(run).toMatchObject({ state: 'refused', problem: { code: 'import.empty' } })
  })

  it('of one line of 100 MB is refused without holding it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fourbeams-long-'))
    try {
      const path = join(folder, 'long.csv')
      const piece = Buffer.alloc(1024 * 1024, 'x')
      await pipeline(Readable.from(Array.from({ length: 100 }, () => piece)), createWriteStream(path))
      const before = process.memoryUsage().rss
      const received = takeFile(house.register, { fileName: 'long.csv', content: createReadStream(path) })
      await expect(received).rejects.toMatchObject({ code: 'file.line-too-long' })
      expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('without a needed column is not checked, and the column is named', async () => {
    const rows = fresh()
    const { body } = await warden.upload(
      '/api/imports',
      'x.csv',
      csv(
        rows,
        HEADINGS.filter((one) => one !== 'tie'),
      ),
    )
    const wish = { mapping: body.mapping, period: body.period, why: 'a test' }
    const answer = await warden.send('PUT', `/api/imports/${body.id}/mapping`, wish)
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'import.unmapped', title: expect.stringContaining('Tie') },
    })
    const twice = { ...wish, mapping: body.mapping.map(() => 'called') }
    expect((await warden.send('PUT', `/api/imports/${body.id}/mapping`, twice)).body.code).toBe(
      'import.doubled-mapping',
    )
  })
})

describe('a file that is only odd', () => {
  const odd: [string, (text: string) => Buffer | string, string][] = [
    ['UTF-8 with a mark', (text) => `\ufeff${text}`, 'utf-8'],
    ['UTF-16 from a spreadsheet program', (text) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 the other way round', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
    [
      'line ends of three kinds',
      (text) =>
        text
          .split('\n')
          .map((line, i) => line + ['\n', '\r\n', '\r'][i % 3])
          .join(''),
      'utf-8',
    ],
    ['semicolons', (text) => text.replaceAll(',', ';'), 'utf-8'],
    ['tabs', (text) => text.replaceAll(',', '\t'), 'utf-8'],
    ['every cell in quotes', (text) => text.replace(/[^,\n]*/g, '"$&"').replaceAll('""', ''), 'utf-8'],
    [
      'a title, a unit and a total around the table',
      (text) => `Hearths of the ford\nshells\n\n${text}\nTotal,,2\n`,
      'utf-8',
    ],
    ['blank lines within', (text) => text.replaceAll('\n', '\n\n,,,\n'), 'utf-8'],
    [
      'a column without heading',
      (text) =>
        text
          .split('\n')
          .map((line, i) => (i ? `${line},7` : `${line},`))
          .join('\n'),
      'utf-8',
    ],
    [
      'a column twice',
      (text) =>
        text
          .split('\n')
          .map((line, i) => (i ? `${line},another` : `${line},called`))
          .join('\n'),
      'utf-8',
    ],
  ]

  it.for(odd)('is read as it was meant: %s', async ([, make, encoding]) => {
    const rows = fresh()
    rows[0]!.called = 'Åse Ørland'
    const run = await importAs(house, warden, make(csv(rows)))
    expect(run.layout.encoding).toBe(encoding)
    expect(run).toMatchObject({ state: 'done', counts: { read: 4, good: 4, bad: 0, skipped: 0, registered: 2 } })
    const list = (await warden.get(`/api/households?text=${rows[0]!.hearth}&limit=5`)).body.households
    expect(list[0].headName).toBe('Åse Ørland')
  })

  it('is read as it was meant: GB18030', async () => {
    const rows = fresh()
    // 王小明 in GB18030, in a file that is otherwise ASCII.
    const [before, after] = csv(rows).split(rows[0]!.called!) as [string, string]
    const bytes = [Buffer.from(before), Buffer.from('cdf5d0a1c3f7', 'hex'), Buffer.from(`${after}`)]
    const run = await importAs(house, warden, Buffer.concat(bytes))
    expect(run.layout.encoding).toBe('gb18030')
    const list = (await warden.get(`/api/households?text=${rows[0]!.hearth}`)).body.households
    expect(list[0].headName).toBe('王小明')
  })
})

describe('cells that only a workbook has', () => {
  const told = async (change: (cells: (string | { xml: string; type?: string })[]) => void, after = '') => {
    const [good, bad] = [fresh(1), fresh(1)]
    const rows: (string | { xml: string; type?: string })[][] = [[...HEADINGS], ...[...good, ...bad].map(cellsOf)]
    change(rows[3]!)
    const xml = rows.map((cells, index) => xmlRow(index + 1, cells)).join('')
    const run = await importAs(house, warden, workbook(xml, { after }), { fileName: 'x.xlsx' })
    const faults = await faultsOf(house, warden, run.id)
    for (const fault of faults) expect(fault.sentence).toSatisfy((text: string) => isSentence(text, 'en'))
    expect(run.counts.read).toBe(run.counts.good + run.counts.bad + run.counts.skipped)
    return { run, codes: faults.filter((fault) => fault.row === 4).map((fault) => `${fault.code} ${fault.field}`) }
  }
  const at = (heading: (typeof HEADINGS)[number]) => HEADINGS.indexOf(heading)
  const bad = { read: 4, good: 2, bad: 2, registered: 1 }

  it('a formula is asked to become its value', async () => {
    const { run, codes } = await told((cells) => {
      cells[at('called')] = { xml: '<f>A1&amp;"x"</f><v>Somebody</v>', type: 'str' }
    })
    expect(codes).toEqual(['row.formula called'])
    expect(run.counts).toMatchObject(bad)
  })

  it('an error of the program is no value', async () => {
    const { run, codes } = await told((cells) => {
      cells[at('born')] = { xml: '<v>#N/A</v>', type: 'e' }
    })
    expect(codes).toContain('row.cell-error born')
    expect(run.counts).toMatchObject(bad)
  })

  it('an identity number that lost its last digits is told as such', async () => {
    const { run, codes } = await told((cells) => {
      cells[at('paper')] = { xml: '<v>1.1010119900307701E17</v>' }
    })
    expect(codes).toContain('row.lost-digits paper')
    expect(run.counts).toMatchObject(bad)
  })

  it('merged cells are asked to be filled one by one', async () => {
    const merged = `<mergeCells><mergeCell ref="B4:B5"/></mergeCells>`
    const { run, codes } = await told(() => {}, merged)
    expect(codes).toContain('row.merged hearth')
    expect(run.counts).toMatchObject(bad)
  })

  it('a date kept as a serial number is that day', async () => {
    const { run, codes } = await told((cells) => {
      cells[at('born')] = { xml: '<v>29587</v>' }
    })
    expect(codes).toEqual([])
    expect(run.counts).toMatchObject({ read: 4, good: 4, registered: 2 })
    const list = (await warden.get('/api/households?limit=200')).body.households
    const card = (await warden.get(`/api/households/${list.at(-1).id}`)).body
    expect(card.members[0].bornOn).toBe('1981-01-01')
  })
})
