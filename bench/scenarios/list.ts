import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import type { Measured, Scenario } from '../scenario.ts'
import { serve } from './card.ts'
import { type Driven, drive } from './drive.ts'
import { type LoadedHouse, withLoadedHouse } from './loaded-house.ts'

export const list: Scenario = {
  name: 'list',
  what: 'First and later pages of the household list at every level, with filters, and name search, over HTTP with 1,000,000 households. Baseline: hand-written SQL for the same page.',
  run: ({ scale, log }) =>
    withLoadedHouse(3_000_000 * scale, log, ({ house, households }) =>
      withPages(house, households, async (bench) => {
        const searched = await measured(
          bench.cookie,
          searchesOf(bench, ['wang', 'zhangwei', 'lxm', '\u738b', '\u674e\u5c0f', '0023']),
        )
        return [
          ...(await measuredPages(house, bench)),
          { name: 'name search, p95', value: searched.p95, unit: 'ms', most: 200 },
          { name: 'name search, p50', value: searched.p50, unit: 'ms' },
        ]
      }),
    ),
}

export const list3m: Scenario = {
  name: 'list-3m',
  what: 'The same pages of the household list with 3,000,000 households loaded (FOURBEAMS_BENCH_HOME keeps them). Baseline: hand-written SQL for the same page.',
  run: ({ scale, log }) =>
    withLoadedHouse(9_000_000 * scale, log, ({ house, households }) =>
      withPages(house, households, (bench) => measuredPages(house, bench)),
    ),
}

/** What people type: a surname, a whole name, a part of a name in letters, initials, the end of an identity number. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'in Han': ['\u738b', '\u674e\u5c0f', '\u5f20\u4f1f', '\u6b27\u9633'],
  'in letters': ['wang', 'zhangwei', 'lxm', 'ouyang'],
  'by part of an identity number': ['0023', '123X', '4021', '6653'],
}

export const search3m: Scenario = {
  name: 'search-3m',
  what: 'Search of persons at every level of places with 3,000,000 households loaded (FOURBEAMS_BENCH_HOME keeps them). Baseline: hand-written SQL for the first page without a search.',
  run: ({ scale, log }) =>
    withLoadedHouse(9_000_000 * scale, log, ({ house, households }) =>
      withPages(house, households, async (bench) => {
        const baseline = await handWritten(house, bench.places)
        const rows: Measured[] = []
        for (const [kind, texts] of Object.entries(kinds)) {
          const { p95, p50 } = await measured(bench.cookie, searchesOf(bench, texts))
          rows.push({ name: `search ${kind}, p95`, value: p95, unit: 'ms', most: 200, baseline })
          rows.push({ name: `search ${kind}, p50`, value: p50, unit: 'ms' })
        }
        return rows
      }),
    ),
}

type Pages = { readonly address: string; readonly cookie: string; readonly places: readonly string[] }

async function withPages<T>(house: BenchedHouse, households: number, work: (bench: Pages) => Promise<T>): Promise<T> {
  const { address, cookie, close } = await serve(house, households, 0)
  try {
    return await work({ address, cookie, places: await levels(house) })
  } finally {
    await close()
  }
}

async function measuredPages(house: BenchedHouse, { address, cookie, places }: Pages): Promise<Measured[]> {
  const filters = ['', '&status=poor', '&cause=02', '&cause=01,03&sizeFrom=5', '&sizeFrom=7&status=exited']
  const listed = await measured(
    cookie,
    places.flatMap((place) => filters.map((filter) => `${address}/api/households?limit=50&place=${place}${filter}`)),
  )
  const baseline = await handWritten(house, places)
  return [
    { name: 'list page, p95', value: listed.p95, unit: 'ms', most: 50, baseline },
    { name: 'list page, p50', value: listed.p50, unit: 'ms' },
  ]
}

function searchesOf({ address, places }: Pages, texts: readonly string[]): string[] {
  return places.flatMap((place) =>
    texts.map((text) => `${address}/api/households?limit=50&place=${place}&text=${encodeURIComponent(text)}`),
  )
}

async function measured(cookie: string, urls: readonly string[]): Promise<Driven> {
  await drive(urls, cookie, 1)
  return drive([...urls, ...urls, ...urls], cookie, 1)
}

type BenchedHouse = LoadedHouse['house']

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
