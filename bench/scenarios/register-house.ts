import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type House, openHouse, root } from '../../src/app/open.ts'
import { operatorActor, operatorCaller } from '../../src/app/operator.ts'
import {
  beginApply,
  beginCheck,
  importPlaces,
  openImport,
  receiveFile,
  takeFile,
} from '../../src/beams/register/index.ts'
import type { Tx } from '../../src/platform/db/database.ts'
import { inChild } from '../child.ts'
import type { BenchNation } from './nation-work.ts'

export const nationWork = new URL('./nation-work.ts', import.meta.url)
export const policy = join(root, 'policies', 'china-2016')
export const PERSONS_AT_SCALE_1 = 90_000_000

export type BenchHouse = {
  readonly house: House
  readonly folder: string
  readonly csv: string
  readonly persons: number
  readonly households: number
}

/** Opens a house of its own with all villages, and writes a nation of about so many persons as a sheet to import. */
export function withBenchHouse<T>(
  persons: number,
  log: (line: string) => void,
  work: (bench: BenchHouse) => Promise<T>,
): Promise<T> {
  return withNation(persons, 'csv', log, ({ house, folder, nation }) =>
    work({ house, folder, csv: nation.files[0]!, persons: nation.persons, households: nation.households }),
  )
}

/** Opens a house of its own with all villages, and writes a nation of about so many persons for an import or a load. */
export async function withNation<T>(
  persons: number,
  format: 'csv' | 'parquet',
  log: (line: string) => void,
  work: (bench: { house: House; folder: string; nation: BenchNation }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fourbeams-bench-'))
  const house = await openHouse({
    home: folder,
    databaseUrl: undefined,
    pack: policy,
    now: () => new Date(),
    log,
  })
  try {
    const { db, pack, register, settings } = house
    log('nation …')
    // In a process of its own: what making it leaves in memory must not count as the product's.
    const { result: nation } = await inChild<BenchNation>(nationWork, 'nationIn', [
      policy,
      folder,
      persons / PERSONS_AT_SCALE_1,
      format,
    ])
    log('places …')
    const parts = {
      pack,
      keysOf: register.keysOf,
      chainOf: register.chainOf,
      actor: operatorActor(settings.now()),
      from: '1900-01-01',
    }
    await importPlaces(db, parts, nation.places)
    return await work({ house, folder, nation })
  } finally {
    await house.close()
    await rm(folder, { recursive: true, force: true })
  }
}

export type ImportTimes = {
  readonly check: number
  readonly apply: number
  readonly registered: number
  readonly rows: number
}

/** Runs a whole import as the command line does, and times its two halves in seconds. */
export async function timedImport(house: House, path: string): Promise<ImportTimes> {
  const { db, register, jobs, pack, settings } = house
  const caller = operatorCaller(pack.languages[0]!)
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(caller.scope, work)
  const here = { deliver: false }
  const upload = { fileName: 'nation.csv', content: createReadStream(path) }
  const taken = await takeFile(register, upload)
  const importId = await inTx((tx) => receiveFile(tx, register, caller, taken, settings.now()))
  const { mapping, period } = await inTx((tx) => openImport(tx, caller, importId))
  const begun = performance.now()
  const check = await inTx((tx) =>
    beginCheck(tx, register, caller, importId, { mapping, period, why: 'bench' }, 'en', here),
  )
  await jobs.runHere(check)
  const checked = performance.now()
  const apply = await inTx((tx) => beginApply(tx, register, caller, importId, here))
  await jobs.runHere(apply)
  const done = performance.now()
  const { counts, state } = await inTx((tx) => openImport(tx, caller, importId))
  if (state !== 'done') throw new Error(`the import ended as ${state}: ${JSON.stringify(counts)}`)
  return {
    check: (checked - begun) / 1000,
    apply: (done - checked) / 1000,
    registered: counts.registered,
    rows: counts.read,
  }
}

/** Seconds that PostgreSQL takes to COPY a CSV file into a table of text columns: the least that any import can take. */
export async function rawCopySeconds(house: House, path: string, columns: number): Promise<number> {
  const { db } = house
  const names = Array.from({ length: columns }, (_, index) => `c${index} text`).join(', ')
  return db.transaction(
    { lo: '0', hi: '~' },
    async (tx) => {
      await tx.raw(`create table raw_copy (${names})`)
      const begun = performance.now()
      await tx.copyIn('copy raw_copy from stdin with (format csv, header)', async (to) => {
        for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) {
          if (!to.write(piece)) await new Promise<void>((resolve) => to.once('drain', () => resolve()))
        }
      })
      const seconds = (performance.now() - begun) / 1000
      await tx.raw('drop table raw_copy')
      return seconds
    },
    { bulk: true },
  )
}
