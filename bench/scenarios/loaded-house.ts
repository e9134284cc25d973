import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadNation } from '../../nation/load.ts'
import { getSetting, type House, openHouse } from '../../src/app/open.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { inChild } from '../child.ts'
import type { BenchNation } from './nation-work.ts'
import { nationWork, PERSONS_AT_SCALE_1, policy } from './register-house.ts'

export type LoadedHouse = {
  readonly house: House
  readonly households: number
  /** Number of the first household; the others follow without gaps. */
  readonly first: number
}

/**
 * Opens a house with a loaded nation of about so many persons. It takes minutes to make one of millions, so the folder
 * that FOURBEAMS_BENCH_HOME names is kept and used again, whatever amount it holds.
 */
export async function withLoadedHouse<T>(
  persons: number,
  log: (line: string) => void,
  work: (loaded: LoadedHouse) => Promise<T>,
): Promise<T> {
  const kept = process.env.FOURBEAMS_BENCH_HOME
  const home = kept ?? (await mkdtemp(join(tmpdir(), 'fourbeams-bench-')))
  const house = await openHouse(
    { home, databaseUrl: undefined, pack: policy, now: () => new Date(), log },
    { halfLoaded: true },
  )
  try {
    const nation = await getSetting<{ loaded: boolean }>(house.db, 'nation')
    if (!nation?.loaded) {
      log('nation …')
      const { result } = await inChild<BenchNation>(nationWork, 'nationIn', [
        policy,
        home,
        persons / PERSONS_AT_SCALE_1,
        'parquet',
      ])
      log('load …')
      await loadNation(house, result.folder)
      await house.db.pool.query('vacuum')
    }
    const counts = await house.db.transaction(subtree(ROOT), (tx) =>
      tx.first<{ households: number; first: number }>(
        sql`select count(*) as households, min(household_id) as first from household`,
      ),
    )
    log(`${counts!.households} households`)
    return await work({ house, ...counts! })
  } finally {
    await house.close()
    if (!kept) await rm(home, { recursive: true, force: true })
  }
}
