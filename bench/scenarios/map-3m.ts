import { foldTallies } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { median, type Scenario } from '../scenario.ts'
import { serve } from './card.ts'
import { drive } from './drive.ts'
import { levels } from './list.ts'
import { timedImport, withBenchHouse } from './register-house.ts'

export const map3m: Scenario = {
  name: 'map-3m',
  what: 'Counts of all children of a place by status and cause, at every level, over HTTP with 3,000,000 households. Baseline: a fresh count of the households in SQL.',
  run: ({ scale, log }) =>
    withBenchHouse(9_000_000 * scale, log, async ({ house, csv }) => {
      const { registered } = await timedImport(house, csv)
      log(`${registered} households registered`)
      await foldTallies(house.db)
      await house.db.pool.query('vacuum analyze')
      const { address, cookie, close } = await serve(house, registered, 0)
      try {
        const places = (await levels(house)).slice(1).reverse()
        const filters = ['', '&status=poor', '&cause=02', '&measure=share&status=exited&cause=01,03']
        const rows = []
        for (const [level, place] of places.entries()) {
          const urls = filters.map((filter) => `${address}/api/map?place=${place}${filter}`)
          await drive(urls, cookie, 1)
          const run = await drive([...urls, ...urls, ...urls, ...urls, ...urls], cookie, 1)
          const baseline = await freshCount(house, place)
          rows.push({ name: `below level ${level}, p95`, value: run.p95, unit: 'ms', most: 100, baseline })
        }
        return rows
      } finally {
        await close()
      }
    }),
}

/** Median of ms that SQL takes to count the households below each child of a place anew. */
async function freshCount(
  house: Parameters<Parameters<typeof withBenchHouse>[2]>[0]['house'],
  place: string,
): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    const begun = performance.now()
    await house.db.transaction(subtree(ROOT), (tx) =>
      tx.all(sql`
        with child as (select code from place where parent = ${place} and valid_to is null),
        village as (select place_code, count(*) as households, sum(size) as persons from household
                    where place_code >= ${subtree(place).lo} and place_code < ${subtree(place).hi} and status = 'poor' group by 1)
        select c.code, sum(v.households), sum(v.persons) from child c
        join village v on v.place_code >= c.code and v.place_code < upper_bound(c.code) group by 1`),
    )
    times.push(performance.now() - begun)
  }
  return median(times)
}
