import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { sql, type Tx } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse, TODAY } from '../support/house.ts'
import { codesOf, csv, households, importAs, paper } from '../support/households.ts'

/** An import over several first-level places, whose audit chains enter side by side. */
let house: TestHouse
let warden: Person

beforeAll(async () => {
  house = await openTestHouse()
  warden = await house.person('warden', ROOT)
})

afterAll(() => house?.close())

const inAll = <T>(work: (tx: Tx) => Promise<T>) => house.db.transaction(subtree(ROOT), work)
const show = async (id: number) => (await warden.get(`/api/imports/${id}`)).body

it('stopped while chains enter side by side, it goes on in each, and every count is exact', {
  timeout: 120_000,
}, async () => {
  const codes = codesOf(house)
  const each = 4_500
  const sheet = csv([
    ...households('H000000101', 1, each, codes),
    ...households('H000003333', 1 + each, each, codes),
    ...households('H000006565', 1 + 2 * each, each, codes),
  ])
  const run = await importAs(house, warden, sheet, { start: false })
  expect(run.counts).toMatchObject({ good: 6 * each, bad: 0, held: 0 })
  // After the check somebody of each of two chains is registered elsewhere; the rows of both are held, no others.
  for (const [hamlet, taken] of [
    ['H000000202', 4_400],
    ['H000006666', 3 * each],
  ] as const) {
    const [first] = households(hamlet, 90_000 + taken, 1, codes, 1)
    const other = await importAs(house, warden, csv([{ ...first!, paper: paper(taken * 10 + 1) }]))
    expect(other.counts.registered).toBe(1)
  }

  const started = await warden.send('POST', `/api/imports/${run.id}/start`)
  let time = TODAY.getTime()
  let asked = false
  const working = house.jobs.runHere(started.body.job)
  while (!asked) {
    const now = await show(run.id)
    if (now.counts.registered > 0) {
      await warden.send('POST', `/api/jobs/${started.body.job}/cancel`)
      asked = true
    }
    expect(now.state).toBe('applying')
    // The work looks for a cancel when its clock has moved on.
    time += 1000
    house.setClock(new Date(time))
  }
  expect((await working).state).toBe('cancelled')
  const stopped = await show(run.id)
  const count = () =>
    inAll((tx) =>
      tx.first<{ all: number }>(sql`select count(*)::int as all from household where import_id = ${run.id}`),
    )
  // Nothing is written any more once the work has ended, by no chain.
  expect(stopped.counts.registered).toBeLessThan(3 * each - 2)
  expect(await count()).toEqual({ all: stopped.counts.registered })

  const again = await warden.send('POST', `/api/imports/${run.id}/start`)
  await house.jobs.runHere(again.body.job)
  expect(await show(run.id)).toMatchObject({
    state: 'done',
    counts: { registered: 3 * each - 2, good: 6 * each - 4, held: 4, heldHouseholds: 2, skipped: 4 },
  })
  const facts = await inAll(async (tx) => ({
    kept: await tx.first(sql`
      select count(*)::int as households, count(distinct (place_code, number))::int as different, sum(size)::int as persons
      from household where import_id = ${run.id}`),
    wrongTallies: await tx.all(sql`
      select from (select place_code, count(*) as households, sum(size) as persons from household group by 1) h
      full join (select place_code, sum(households) as households, sum(persons) as persons from village_tally group by 1) t
        using (place_code)
      where (h.households, h.persons) is distinct from (t.households, t.persons)`),
    claims: await tx.first(sql`
      select count(*)::int as identities from identity i join household h using (household_id) where h.import_id = ${run.id}`),
    audit: await verifyAudit(tx, []),
    actions: await verifyActions(tx),
  }))
  const kept = 3 * each - 2
  expect(facts.kept).toEqual({ households: kept, different: kept, persons: 2 * kept })
  expect(facts.wrongTallies).toEqual([])
  expect(facts.claims).toEqual({ identities: 2 * kept })
  expect(facts.audit).toMatchObject({ faults: [] })
  expect(facts.actions).toEqual([])
})
