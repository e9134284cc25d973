import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateNation } from '../../nation/generate.ts'
import { allRows, name, quote, withDuckDB } from '../../src/platform/analysis/duckdb.ts'
import { rights } from '../../src/platform/http/contract.ts'
import { loadPack } from '../../src/policy/load.ts'
import { policy } from './register-house.ts'

export type Generated = {
  readonly households: number
  readonly members: number
  readonly seconds: number
  /** Of all threads together. */
  readonly cpuSeconds: number
  readonly digest: string
}

/** One nation, generated in this process and thrown away. */
export function generated(scale: number): Promise<Generated> {
  return inFolder(async (folder) => {
    const before = process.cpuUsage()
    const nation = await nationOf(scale, folder)
    const { user, system } = process.cpuUsage(before)
    const { households, members, seconds, digest } = nation
    return { households, members, seconds, cpuSeconds: (user + system) / 1e6, digest }
  })
}

/** Seconds that DuckDB takes for two files of random rows with the columns of a nation. */
export function randomRows(households: number, members: number): Promise<number> {
  return inFolder(async (folder) => {
    const { files } = await nationOf(0.0001, folder)
    return withDuckDB(async (connection) => {
      const begun = performance.now()
      for (const [index, rows] of [households, members].entries()) {
        const columns = await allRows<{ column_name: string; column_type: string }>(
          connection,
          `DESCRIBE SELECT * FROM read_parquet(${quote(files[index]!)})`,
        )
        const select = columns.map(({ column_name, column_type }) => `${random(column_type)} AS ${name(column_name)}`)
        await connection.run(
          `COPY (SELECT ${select.join(', ')} FROM range(${rows})) TO ${quote(join(folder, 'random.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
        )
      }
      return (performance.now() - begun) / 1000
    })
  })
}

/** A random value of a type as SQL, of about as many different ones as a field of a form has. */
function random(type: string): string {
  const number = '(random() * 100)::INTEGER'
  if (type === 'BOOLEAN') return 'random() < 0.5'
  if (type === 'DATE') return `DATE '1950-01-01' + ${number} * 200`
  if (type === 'VARCHAR[]') return `[${number}::VARCHAR]`
  return `${number}::${type}`
}

async function nationOf(scale: number, folder: string) {
  const pack = loadPack(policy, { rights })
  return generateNation({ pack, scale, seed: 42, folder, formats: ['parquet'] })
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fourbeams-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
