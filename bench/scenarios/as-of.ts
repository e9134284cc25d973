import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import type { Scenario } from '../scenario.ts'
import { serve } from './card.ts'
import { drive } from './drive.ts'
import { timedImport, withBenchHouse } from './register-house.ts'

const DAY = '2016-12-31'

export const asOf: Scenario = {
  name: 'as-of',
  what: 'List of a county as at a past date, when half of its households have changed since, over HTTP on 300,000 persons. Baseline: the same list of today.',
  run: ({ scale, log }) =>
    withBenchHouse(300_000 * scale, log, async ({ house, csv }) => {
      const { registered } = await timedImport(house, csv)
      log(`${registered} households registered`)
      await age(house)
      const { address, cookie, close } = await serve(house, registered, 0)
      try {
        const [county] = await house.db.transaction(subtree(ROOT), (tx) =>
          tx.all<{ code: string }>(
            sql`select left(place_code, 6) as code from household group by 1 order by count(*) desc limit 1`,
          ),
        )
        const page = `${address}/api/households?limit=50&place=${county!.code}`
        const measured = async (url: string) => {
          const urls = Array.from({ length: 400 }, () => url)
          await drive(urls.slice(0, 50), cookie, 1)
          return drive(urls, cookie, 1)
        }
        const today = await measured(page)
        const past = await measured(`${page}&asOf=${DAY}`)
        return [
          { name: 'list as at a past date, to that of today', value: past.p50 / today.p50, unit: '×', most: 2 },
          { name: 'list as at a past date, p50', value: past.p50, unit: 'ms', baseline: today.p50 },
          { name: 'list as at a past date, p95', value: past.p95, unit: 'ms', baseline: today.p95 },
        ]
      } finally {
        await close()
      }
    }),
}

/** Makes the register years old in bulk: every second household was changed after the day that is asked about. */
async function age({ db }: Parameters<Parameters<typeof withBenchHouse>[2]>[0]['house']): Promise<void> {
  await db.pool.query(`
    set app.lo = '0'; set app.hi = '~';
    insert into household_state (household_id, state_no, place_code, action_no, valid_from, valid_to, known_from, known_to, number,
                                 status, cause, size, head_name, income, period, registered_on, state)
    select household_id, 1, place_code, 1, '2014-06-01', '2017-03-01', '2014-06-01', null, number, status, cause, size, head_name,
           income, period, registered_on, '{}'
    from household where household_id % 2 = 0;
    update household set since_valid = case when household_id % 2 = 0 then date '2017-03-01' else date '2014-06-01' end,
                         since_known = case when household_id % 2 = 0 then timestamptz '2017-03-01' else timestamptz '2014-06-01' end;
    reset app.lo; reset app.hi`)
  await db.pool.query('vacuum analyze')
}
