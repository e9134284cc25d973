import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setImmediate as breathe } from 'node:timers/promises'
import { seeded } from '../../src/kernel/random.ts'
import { openSheet } from '../../src/platform/files/open-sheet.ts'
import { writeCsv } from '../../src/platform/files/write-csv.ts'

/** The work of the spreadsheet scenarios, each exported function for a process of its own. */

const COLUMNS = 31
const FIRST_DAY = Date.UTC(1935, 0, 1)

export type Cell = string | number | Date

/** A row such as a household sheet has: IDs and names that are nearly all different, codes, days, amounts. */
export function* households(count: number): Generator<Cell[]> {
  const random = seeded(42)
  const below = (end: number) => Math.floor(random() * end)
  for (let i = 0; i < count; i++) {
    const cells: Cell[] = [
      `5306211990${String(10_000_000 + i)}`,
      `\u738b\u5c0f${String.fromCharCode(0x4e00 + below(5000))}`,
    ]
    cells.push(`\u9f99\u5934\u5c71\u9547\u7b2c${below(300)}\u6751`)
    for (let k = cells.length; k < COLUMNS; k++) {
      if (k % 6 === 3) cells.push(new Date(FIRST_DAY + below(29_000) * 86_400_000))
      else if (k % 6 === 4) cells.push(below(2_000_000) / 100)
      else if (k % 6 === 5) cells.push(below(12))
      else cells.push(`code ${below(40)}`)
    }
    yield cells
  }
}

export const headings = Array.from({ length: COLUMNS }, (_, k) => `Column ${k + 1}`)

/** Writes the same as CSV; with `quoted` every cell stands in quotes, as some programs write it. */
export async function makeCsv(path: string, rows: number, quoted: boolean): Promise<void> {
  const text = (cell: Cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell))
  const out = createWriteStream(path)
  if (!quoted) {
    const all = (function* () {
      yield headings
      for (const cells of households(rows)) yield cells.map(text)
    })()
    await writeCsv(out, all, { mark: false })
    return
  }
  out.write(`${headings.join(',')}\n`)
  for (const cells of households(rows)) {
    if (!out.write(`${cells.map((cell) => `"${text(cell)}"`).join(',')}\n`)) await breathe()
  }
  await new Promise((resolve) => out.end(resolve))
}

/** Counts all cells that have text; the same for every reader of one file. */
export type Counted = { rows: number; cells: number }

/** Our reader, for XLSX and CSV. */
export async function readOurs(path: string): Promise<Counted> {
  const sheet = await openSheet(path)
  let rows = 0
  let cells = 0
  for await (const batch of sheet.rows()) {
    rows += batch.rows.length
    for (const row of batch.rows) for (const cell of row) if (cell !== '') cells++
  }
  return { rows, cells }
}

/** Splitting without a thought for quotes, encodings or memory: what the language itself takes. */
export async function splitPlainly(path: string): Promise<Counted> {
  let rows = 0
  let cells = 0
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    if (line === '') continue
    rows++
    for (const cell of line.split(',')) if (cell !== '') cells++
  }
  return { rows, cells }
}
