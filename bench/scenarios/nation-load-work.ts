import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { loadNation } from '../../nation/load.ts'
import type { House } from '../../src/app/open.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { withNation } from './register-house.ts'

export type Loading = {
  readonly persons: number
  readonly seconds: number
  /** Until the last household stood there, before the first index. */
  readonly rowSeconds: number
  readonly copied: number
  readonly copySeconds: number
}

/** The baseline copies no more: its rate is the same, and the disk need not hold a nation three times. */
const MOST_COPIED = 1_000_000

/** Two connections, each with as much of the bytes as the other. */
const LANES = [
  ['household', 'household_facts', 'household_action', 'audit_entry', 'identity'],
  ['member', 'member_facts'],
] as const

/** One load in this process, and a raw COPY of what it left. */
export function loading(persons: number): Promise<Loading> {
  return withNation(
    persons,
    'parquet',
    () => {},
    async ({ house, folder, nation }) => {
      let rowSeconds = 0
      const begun = performance.now()
      const loaded = await loadNation(house, nation.folder, (_step, done, total) => {
        if (done !== undefined && done === total) rowSeconds = (performance.now() - begun) / 1000
      })
      const raw = await rawCopy(house, folder)
      return { persons: loaded.persons, seconds: loaded.seconds, rowSeconds, ...raw }
    },
  )
}

async function rawCopy(house: House, folder: string): Promise<{ copied: number; copySeconds: number }> {
  const bulk = <T>(work: Parameters<typeof house.db.transaction<T>>[1]) =>
    house.db.transaction(subtree(ROOT), work, { bulk: true })
  const { last, copied } = await bulk(async (tx) => {
    const { rows } = await tx.raw(
      `select max(household_id) as last, count(*) as copied
       from (select household_id from member order by household_id limit ${MOST_COPIED}) m`,
    )
    return { last: Number(rows[0]!.last), copied: Number(rows[0]!.copied) }
  })
  for (const table of LANES.flat()) {
    const key = table === 'audit_entry' ? 'subject_id::bigint' : 'household_id'
    const only = table === 'audit_entry' ? `kind = 'household.register' and` : ''
    await bulk(async (tx) => {
      await tx.raw(`create table raw_${table} (like ${table})`)
      const rows = tx.copyOut(`copy (select * from ${table} where ${only} ${key} <= ${last}) to stdout`)
      await pipeline(rows, createWriteStream(join(folder, `${table}.copy`)))
    })
  }
  const begun = performance.now()
  await Promise.all(
    LANES.map((tables) =>
      bulk(async (tx) => {
        for (const table of tables) {
          await tx.copyIn(`copy raw_${table} from stdin`, async (to) => {
            for await (const piece of createReadStream(join(folder, `${table}.copy`), { highWaterMark: 1 << 18 })) {
              if (!to.write(piece)) await new Promise<void>((resolve) => to.once('drain', () => resolve()))
            }
          })
        }
      }),
    ),
  )
  return { copied, copySeconds: (performance.now() - begun) / 1000 }
}
