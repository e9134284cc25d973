import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import type { Scenario } from '../scenario.ts'
import { serve } from './card.ts'
import { drive } from './drive.ts'
import { timedImport, withBenchHouse } from './register-house.ts'

export const list: Scenario = {
  name: 'list',
  what: 'First and later pages of the household list at every level, with filters, and name search, over HTTP with 1,000,000 households. Baseline: hand-written SQL for the same page.',
  run: ({ scale, log }) =>
    withBenchHouse(3_000_000 * scale, log, async ({ house, csv }) => {
      const { registered } = await timedImport(house, csv)
      log(`${registered} households registered`)
      await house.db.pool.query('vacuum analyze')
      const { address, cookie, close } = await serve(house, registered, 0)
      try {
        const places = await levels(house)
        const filters = ['', '&status=poor', '&cause=02', '&cause=01,03&sizeFrom=5', '&sizeFrom=7&status=exited']
        const pages = places.flatMap((place) =>
          filters.map((filter) => `${address}/api/households?limit=50&place=${place}${filter}`),
        )
        const searches = places.flatMap((place) =>
          ['wang', 'zhangwei', 'lxm', '\u738b', '\u674e\u5c0f', '0023'].map(
            (text) => `${address}/api/households?limit=50&place=${place}&text=${encodeURIComponent(text)}`,
          ),
        )
        const measured = async (urls: string[]) => {
          await drive(urls, cookie, 1)
          return drive([...urls, ...urls, ...urls], cookie, 1)
        }
        const listed = await measured(pages)
        const searched = await measured(searches)
        return [
          {
            name: 'list page, p95',
            value: listed.p95,
            unit: 'ms',
            most: 50,
            baseline: await handWritten(house, places),
          },
          { name: 'list page, p50', value: listed.p50, unit: 'ms' },
          { name: 'name search, p95', value: searched.p95, unit: 'ms', most: 200 },
          { name: 'name search, p50', value: searched.p50, unit: 'ms' },
        ]
      } finally {
        await close()
      }
    }),
}

type BenchedHouse = Parameters<Parameters<typeof withBenchHouse>[2]>[0]['house']

/** One place of each level, the fullest of its kind, from the root to a village. */
export async function levels(house: BenchedHouse): Promise<string[]> {
  const rows = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string }>(sql`
      with recursive up as (
        select p.code, p.parent from place p where p.code = (select place_code from village_tally group by 1 order by sum(households) desc, 1 limit 1)
        union all select p.code, p.parent from up join place p on p.code = up.parent
      ) select code from up`),
  )
  return rows.map((row) => row.code)
}

/** p95 in ms of a hand-written page without filter, prepared, no HTTP. */
async function handWritten(house: BenchedHouse, places: readonly string[]): Promise<number> {
  const client = await house.db.connect()
  await client.query("set app.lo = '0'; set app.hi = '~'")
  const times: number[] = []
  for (let round = 0; round < 20; round++) {
    for (const place of places) {
      const { lo, hi } = subtree(place)
      const begun = performance.now()
      await client.query({
        name: 'bench-list',
        text: `select household_id, place_code, number, head_name, status, cause, size, income from household
               where place_code >= $1 and place_code < $2 order by place_code, household_id limit 50`,
        values: [lo, hi],
      })
      times.push(performance.now() - begun)
    }
  }
  client.release(true)
  times.sort((a, b) => a - b)
  return times[Math.floor(times.length * 0.95)]!
}
