import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { operatorCaller } from '../../src/app/operator.ts'
import { getImport, readerOf, receiveFile, stageFile, takeFile } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { quote, withDuckDB } from '../../src/platform/analysis/duckdb.ts'
import { householdForm } from '../../src/policy/ask.ts'
import { columnsOf } from '../../src/policy/form/columns.ts'
import { headingOf } from '../../src/policy/form/write-cell.ts'
import type { Pack } from '../../src/policy/pack.ts'
import { rawCopySeconds, timedImport, withBenchHouse } from './register-house.ts'

const COLUMNS = 31

/** Making the nation takes more memory than what is measured; on Linux the peak can be set back. */
function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5')
}

export type WholeImport = { persons: number; check: number; apply: number; copy: number }

export type Staging = { rows: number; seconds: number; copy: number }

/** One import in this process. */
export function wholeImport(persons: number): Promise<WholeImport> {
  return withBenchHouse(
    persons,
    () => {},
    async ({ house, csv }) => {
      forgetPeak()
      const times = await timedImport(house, csv)
      const copy = await rawCopySeconds(house, csv, await columnsIn(csv))
      return { persons: times.rows, check: times.check, apply: times.apply, copy }
    },
  )
}

/** Columns of a CSV file. Reads only its first line: the whole file in memory would be measured as the import's. */
async function columnsIn(path: string): Promise<number> {
  const content = createReadStream(path)
  try {
    for await (const heading of createInterface({ input: content })) return heading.split(',').length
    return 0
  } finally {
    content.destroy()
  }
}

/** Stages a sheet of 31 columns. */
export function staging(persons: number): Promise<Staging> {
  return withBenchHouse(
    persons,
    () => {},
    async ({ house, folder, csv }) => {
      const path = join(folder, 'narrow.csv')
      await narrow(house.pack, csv, path)
      const caller = operatorCaller(house.pack.languages[0]!)
      const taken = await takeFile(house.register, { fileName: 'narrow.csv', content: createReadStream(path) })
      const importId = await house.db.transaction(subtree(ROOT), (tx) =>
        receiveFile(tx, house.register, caller, taken, house.settings.now()),
      )
      const run = await house.db.transaction(subtree(ROOT), (tx) => getImport(tx, importId))
      const reader = readerOf(house.register, run, caller.scope)
      forgetPeak()
      const begun = performance.now()
      const rows = await stageFile(house.register, run, reader, caller.scope, async () => {})
      const seconds = (performance.now() - begun) / 1000
      return { rows, seconds, copy: await rawCopySeconds(house, path, COLUMNS) }
    },
  )
}

/** The same rows with the 31 columns that matter most: place, number, the member's, then the household's first. */
async function narrow(pack: Pack, from: string, to: string): Promise<void> {
  const columns = columnsOf(householdForm(pack)).filter((column) => !column.derived)
  const needed = columns.filter(({ field }) => field.required || field.binds)
  const others = columns.filter((column) => !needed.includes(column)).slice(0, COLUMNS - needed.length)
  const chosen = columns.filter((column) => needed.includes(column) || others.includes(column))
  const names = chosen.map(({ field }) => `"${headingOf(field, pack.languages[0]!)}"`).join(', ')
  await withDuckDB(async (connection) => {
    await connection.run(
      `COPY (SELECT ${names} FROM read_csv(${quote(from)}, header = true, all_varchar = true)) TO ${quote(to)} (FORMAT csv, HEADER)`,
    )
  })
}
