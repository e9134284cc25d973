import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Tx } from '../../../platform/db/database.ts'
import { openSheet } from '../../../platform/files/open-sheet.ts'
import { throughFile } from '../../../platform/files/outgoing.ts'
import { getFile } from '../../../platform/files/store.ts'
import { unguard, writeCsv } from '../../../platform/files/write-csv.ts'
import { type OutRow, writeXlsx } from '../../../platform/files/write-xlsx.ts'
import { householdForm } from '../../../policy/ask.ts'
import type { RegisterParts } from '../parts.ts'
import { sheetWords } from '../texts/sheets.ts'
import { rowFaultSentence } from './fault-sentences.ts'
import { type FaultRow, faultyRows, type ImportRow } from './queries.ts'
import type { RowFault } from './row-fault.ts'

const PAGE = 2_000

export type ErrorSheetOptions = {
  readonly format: 'xlsx' | 'csv'
  readonly language: string
  readonly placeName: string
}

/**
 * Writes the sender's own rows that have faults, cell by cell as they were, with the bad cells coloured and a last
 * column that says what to do. Read back after correction, it is an import like any other.
 */
export async function writeErrorSheet(
  tx: Tx,
  parts: Pick<RegisterParts, 'pack' | 'home'>,
  run: ImportRow,
  options: ErrorSheetOptions,
  path: string,
): Promise<void> {
  const { headings } = run.layout
  const words = sheetWords(options.language)
  const rows = faultRows(tx, parts, run, options)
  const out = createWriteStream(path, { mode: 0o600 })
  if (options.format === 'xlsx') {
    await writeXlsx(out, {
      sheet: words.faults,
      columns: headings.map((heading) => ({ heading })),
      rows,
      faultHeading: words.faults,
    })
    return
  }
  await writeCsv(
    out,
    (async function* () {
      yield [...headings, words.faults]
      for await (const row of rows) {
        yield [...row.cells, [...new Set(row.faults?.map((fault) => fault.sentence))].join(' ')]
      }
    })(),
  )
}

/** As `writeErrorSheet`, to a stream whose file is gone when it has been read. */
export async function errorSheetStream(
  tx: Tx,
  parts: Pick<RegisterParts, 'pack' | 'home'>,
  run: ImportRow,
  options: ErrorSheetOptions,
  name: string,
): Promise<Readable> {
  return (await throughFile(parts.home, name, (path) => writeErrorSheet(tx, parts, run, options, path))).content
}

/** Walks the file and the faults side by side; both are in the order of the file. */
async function* faultRows(
  tx: Tx,
  { pack, home }: Pick<RegisterParts, 'pack' | 'home'>,
  run: ImportRow,
  options: ErrorSheetOptions,
): AsyncGenerator<OutRow> {
  const form = householdForm(pack)
  const width = run.layout.headings.length
  // The quote before what looks like a formula is put by the writer of CSV; kept here, it would become a part of the text.
  const own = run.layout.kind === 'csv' ? unguard : (text: string) => text
  const faults = faultyRowsOf(tx, run.import_id)
  let next = (await faults.next()).value as FaultRow | undefined
  const { path } = await getFile(home, run.file_hash)
  for await (const batch of (await openSheet(path)).rows()) {
    for (const [index, cells] of batch.rows.entries()) {
      if (!next) return
      if (batch.numbers[index] !== next.row_no) continue
      const list = JSON.parse(next.faults) as RowFault[]
      yield {
        cells: Array.from({ length: width }, (_, column) => own(cells[column] ?? '')),
        faults: list.map((fault) => ({
          column: Math.max(0, fault.field === undefined ? 0 : run.mapping.indexOf(fault.field)),
          sentence: rowFaultSentence(pack, form, fault, options.language, options.placeName),
        })),
      }
      next = (await faults.next()).value as FaultRow | undefined
    }
  }
}

async function* faultyRowsOf(tx: Tx, importId: number): AsyncGenerator<FaultRow> {
  let after = 0
  for (;;) {
    const page = await faultyRows(tx, importId, after, PAGE)
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)!.row_no
  }
}
