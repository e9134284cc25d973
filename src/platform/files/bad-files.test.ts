import { describe, expect, it } from 'vitest'
import { readSheet, scratch, workbook } from '../../../test/support/spreadsheets.ts'
import { type Random, seeded } from '../../kernel/random.ts'

/**
 * Mutated files by seed: whatever their bytes are, a file gives rows or a Problem, and never anything else. Most files
 * in the world that cannot be read were good once and lost or changed a few bytes.
 */
const file = scratch()
const FILES = 2000
const SEED = 20160229

const table = Array.from({ length: 40 }, (_, i) => [
  `${110101199003070000n + BigInt(i)}`,
  `王小明${i}`,
  'a "b", c',
  `${i * 1.5}`,
])
const plain = table
  .map((row) => row.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
  .join('\r\n')
const cells = table
  .map(
    (row, i) =>
      `<row r="${i + 1}"><c r="A${i + 1}" t="s"><v>${i}</v></c><c r="B${i + 1}" t="inlineStr"><is><t>${row[1]}</t></is></c><c r="C${i + 1}" s="1"><v>4${i}000</v></c><c r="D${i + 1}"><f>C1*2</f><v>${row[3]}</v></c></row>`,
  )
  .join('')
const more = {
  texts: table.map((row) => `<si><r><t>${row[0]}</t></r></si>`).join(''),
  styles: '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  after: '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
}

const seeds: { name: string; bytes: Buffer }[] = [
  { name: 'CSV in UTF-8', bytes: Buffer.from(plain) },
  { name: 'CSV in UTF-16', bytes: Buffer.from(`\ufeff${plain}`, 'utf16le') },
  { name: 'XLSX', bytes: workbook(cells, more) },
]

/** Changes bytes as disks, networks and careless programs do. */
function mutate(bytes: Buffer, random: Random): Buffer {
  const at = (length: number) => Math.floor(random() * length)
  let result = Buffer.from(bytes)
  for (let times = 1 + at(4); times > 0; times--) {
    const from = at(result.length)
    const length = 1 + at(40)
    const kind = at(7)
    if (kind === 0) result = result.subarray(0, from)
    else if (kind === 1) result = Buffer.concat([result.subarray(0, from), result.subarray(from + length)])
    else if (kind === 2) result = Buffer.concat([result.subarray(0, from), result.subarray(at(result.length))])
    else if (kind === 3) result.fill(at(256), from, Math.min(from + length, result.length))
    else if (kind === 4) {
      const insert = [',"', '\n', '\r', '\0', '<c', '&#xD800;', '</row>', '\ufeff', '<!--', '"', '=1'][at(11)]!
      result = Buffer.concat([result.subarray(0, from), Buffer.from(insert), result.subarray(from)])
    } else if (result.length > 0) result[from] = at(256)
    if (result.length === 0) break
  }
  return result
}

type Counts = { rows: number; partly: number; refused: number; crashed: string[] }

async function tryAll(make: (random: Random, n: number) => Buffer): Promise<Counts> {
  const counts: Counts = { rows: 0, partly: 0, refused: 0, crashed: [] }
  const random = seeded(SEED)
  for (let n = 0; n < FILES; n++) {
    try {
      const { rows, problem } = await readSheet(file('bad', make(random, n)))
      if (problem === undefined) counts.rows++
      else if (rows.length > 0) counts.partly++
      else counts.refused++
    } catch (error) {
      counts.crashed.push(`file ${n}: ${error}`)
    }
  }
  return counts
}

describe(`${FILES} files with changed bytes`, () => {
  it('each give rows or a sentence, none an error', async () => {
    const counts = await tryAll((random, n) => mutate(seeds[n % seeds.length]!.bytes, random))
    console.log(
      `bad files: ${FILES} tried, ${counts.rows} read, ${counts.partly} in part, ${counts.refused} refused, ${counts.crashed.length} crashes`,
    )
    expect(counts.crashed).toEqual([])
    expect(counts.rows + counts.partly + counts.refused).toBe(FILES)
    expect(Math.min(counts.rows, counts.partly, counts.refused)).toBeGreaterThan(50)
  })

  it('also when the change is within the packed XML, so that no checksum finds it', async () => {
    const sheet = `<worksheet><sheetData>${cells}</sheetData>${more.after}</worksheet>`
    const counts = await tryAll((random, n) => {
      const text = mutate(Buffer.from(n % 2 ? sheet : more.texts), random).toString('latin1')
      return n % 2 ? workbook('', { ...more, sheet: text }) : workbook(cells, { ...more, texts: text })
    })
    console.log(
      `bad XML: ${FILES} tried, ${counts.rows} read, ${counts.partly} in part, ${counts.refused} refused, ${counts.crashed.length} crashes`,
    )
    expect(counts.crashed).toEqual([])
    expect(Math.min(counts.rows, counts.refused)).toBeGreaterThan(50)
  })
})
