import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../src/kernel/problem.ts'
import { allRows, quote, runSteps, type StepTime, withDuckDB } from '../src/platform/analysis/duckdb.ts'
import type { Pack } from '../src/policy/pack.ts'
import { checkMembers } from './check.ts'
import { type NationConfig, readNationConfig } from './config.ts'
import { documentShape } from './document.ts'
import { householdLayers } from './household.ts'
import { digestOf, writeManifest } from './manifest.ts'
import { memberLayers } from './member.ts'
import { checkFields, householdsParquet, importCsv, membersParquet } from './output.ts'
import { wordLists } from './people.ts'
import { loadPlaces } from './places.ts'
import { refuseCrowd, sampleSteps, type VillageFile, writeVillages } from './sample.ts'

/** With a single thread DuckDB cuts a file into other groups of rows; so even one core runs two. */
const LEAST_THREADS = 2

export type NationOrder = {
  readonly pack: Pack
  /** Part of the whole nation, above 0 up to 1. Every area with poor people shows at least one village. */
  readonly scale: number
  readonly seed: number
  /** Folder for the files; made when it is missing. Files of an earlier run are replaced. */
  readonly folder: string
  /** `parquet`: households.parquet and members.parquet; `csv`: households.csv in the layout of the import. */
  readonly formats: readonly ('parquet' | 'csv')[]
  /** Threads and memory (`4GB`) for DuckDB. They change the time it takes, never a byte of the result. */
  readonly threads?: number
  readonly memory?: string
  /** Hears of every finished step. */
  readonly log?: (step: StepTime) => void
}

export type NationResult = {
  readonly households: number
  readonly members: number
  readonly villages: number
  readonly files: readonly string[]
  readonly seconds: number
  /** SHA-256 over names and contents of the files, in order. The same pack, scale, seed and formats give the same. */
  readonly digest: string
}

/**
 * Makes a synthetic nation: a cluster sample of whole villages with their poor households and members, by seed and
 * scale. The same order gives the same bytes on any machine. Everything is checked after writing: unique documents, one
 * head a household, order of rows. Throws Problems: `nation.missing`, `nation.faulty`, `nation.no-places`,
 * `nation.bad-scale`, `nation.bad-seed`, `nation.too-crowded`, `nation.check-failed`.
 */
export async function generateNation(order: NationOrder): Promise<NationResult> {
  const { pack, scale, seed, folder } = order
  if (!(scale > 0 && scale <= 1)) throw new Problem('nation.bad-scale', { scale })
  if (!Number.isSafeInteger(seed)) throw new Problem('nation.bad-seed', { seed })
  const begun = performance.now()
  const config = readNationConfig(pack)
  checkFields(pack, config)
  await mkdir(folder, { recursive: true })
  const temp = await mkdtemp(join(folder, '.spill-'))
  const limits = {
    temp,
    threads: Math.max(LEAST_THREADS, order.threads ?? availableParallelism()),
    memory: order.memory ?? '3GB',
  }
  try {
    return await withDuckDB(async (connection) => {
      const log = order.log ?? (() => {})
      const villages = await prepare(connection, pack, config, { scale, seed, temp, log })
      const files = await write(connection, config, { ...order, villages, log })
      const [counted] = await allRows<{ households: number; villages: number }>(
        connection,
        'SELECT (SELECT sum(households) FROM village)::DOUBLE AS households, (SELECT count(*) FROM village)::DOUBLE AS villages',
      )
      const checked = performance.now()
      const main = files.at(-1)!
      await checkMembers(connection, pack, config, main)
      log({ name: 'check', seconds: (performance.now() - checked) / 1000 })
      const rows = main.endsWith('.csv')
        ? `read_csv(${quote(main)}, header = true, all_varchar = true)`
        : `read_parquet(${quote(main)})`
      const [members] = await allRows<{ n: number }>(connection, `SELECT count(*)::DOUBLE AS n FROM ${rows}`)
      const digest = await digestOf(files)
      const told = { ...counted!, members: members!.n, digest }
      await writeManifest(folder, { pack: pack.id, scale, seed, ...told, files: files.map((file) => basename(file)) })
      return { ...told, files, seconds: (performance.now() - begun) / 1000 }
    }, limits)
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

type Prepare = {
  readonly scale: number
  readonly seed: number
  readonly temp: string
  readonly log: (step: StepTime) => void
}

async function prepare(
  connection: DuckDBConnection,
  pack: Pack,
  config: NationConfig,
  order: Prepare,
): Promise<VillageFile> {
  const { scale, seed, temp, log } = order
  // Rows must be written in the order in which they are computed, however many threads there are. A join, into which
  // DuckDB turns longer lists of alternatives, would lose it.
  await connection.run('SET preserve_insertion_order = true')
  await connection.run("SET disabled_optimizers = 'in_clause'")
  await loadPlaces(connection, pack, config)
  const document = documentShape(pack, config)
  await runSteps(connection, sampleSteps(pack, config, { scale, seed, document }), log)
  await refuseCrowd(connection, document)
  const begun = performance.now()
  const villages = await writeVillages(connection, config, join(temp, 'villages.parquet'))
  log({ name: 'villages: written', seconds: (performance.now() - begun) / 1000 })
  return villages
}

async function write(
  connection: DuckDBConnection,
  config: NationConfig,
  order: NationOrder & { readonly villages: VillageFile; readonly log: (step: StepTime) => void },
): Promise<string[]> {
  const { pack, folder } = order
  const words = wordLists(config)
  const households = householdLayers(config, words, order.villages)
  const members = memberLayers(pack, config, { households, document: documentShape(pack, config), words })
  const files: string[] = []
  const steps = order.formats.flatMap((format) => {
    const file = (base: string) => {
      const path = join(folder, base)
      files.push(path)
      return path
    }
    if (format === 'csv')
      return [{ name: 'write households.csv', sql: importCsv(pack, config, members, file('households.csv')) }]
    return [
      {
        name: 'write households.parquet',
        sql: householdsParquet(pack, config, households, file('households.parquet')),
      },
      { name: 'write members.parquet', sql: membersParquet(pack, config, members, file('members.parquet')) },
    ]
  })
  for (const step of steps) await proveOrdered(connection, step.sql)
  await runSteps(connection, steps, order.log)
  return files
}

/** A plan that does not keep the order of rows would be fast, right, and different on every machine. */
async function proveOrdered(connection: DuckDBConnection, sql: string): Promise<void> {
  const plan = await allRows<{ explain_value: string }>(connection, `EXPLAIN ${sql}`)
  const text = plan.map((row) => row.explain_value).join('\n')
  if (!text.includes('BATCH_COPY_TO_FILE') || text.includes('JOIN')) {
    throw new Error(`This plan loses the order of rows:\n${text}`)
  }
}
