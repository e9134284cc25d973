import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { createAccessLog } from '../../src/platform/audit/access-log.ts'
import type { Scenario } from '../scenario.ts'
import { withBenchHouse } from './register-house.ts'

const PERSON = 7

export const accessLog: Scenario = {
  name: 'access-log',
  what: 'Notes 100,000 looks at different households and writes them as the server does every second. Baseline: COPY of the same lines into a bare table.',
  run: ({ scale, log }) =>
    withBenchHouse(1_000, log, async ({ house }) => {
      const count = Math.round(100_000 * scale)
      const at = new Date('2031-11-20T04:00:00Z')
      const looks = createAccessLog(house.db, (_, error) => {
        throw error
      })
      const begun = process.cpuUsage()
      for (let household = 1; household <= count; household++)
        looks.note({ household, place: ROOT, accountId: PERSON, postId: PERSON, at })
      const { user, system } = process.cpuUsage(begun)
      const noted = performance.now()
      await looks.close()
      const written = performance.now()
      const baseline = await copied(house, count, at)
      return [
        { name: 'looks written', value: (count / (written - noted)) * 1000, unit: 'looks/s', least: 5_000, baseline },
        { name: 'one note', value: ((user + system) / count) * 1_000, unit: 'ns of processor', most: 2_000 },
      ]
    }),
}

async function copied(
  house: Parameters<Parameters<typeof withBenchHouse>[2]>[0]['house'],
  count: number,
  at: Date,
): Promise<number> {
  return house.db.transaction(
    subtree(ROOT),
    async (tx) => {
      await tx.raw('create table raw_looks (like access_log including all)')
      const begun = performance.now()
      await tx.copyIn('copy raw_looks from stdin', async (to) => {
        const line = (household: number) => `${household}\t${at.toISOString()}\t${PERSON}\t${PERSON}\t${ROOT}\t1\n`
        for (let first = 1; first <= count; first += 10_000) {
          const length = Math.min(10_000, count - first + 1)
          to.write(Array.from({ length }, (_, offset) => line(first + offset)).join(''))
        }
      })
      const perSecond = count / ((performance.now() - begun) / 1000)
      await tx.raw('drop table raw_looks')
      return perSecond
    },
    { bulk: true },
  )
}
