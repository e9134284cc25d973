import { randomUUID } from 'node:crypto'
import { act } from '../../src/app/act.ts'
import { operatorCaller } from '../../src/app/operator.ts'
import { findHousehold, recordChange } from '../../src/beams/register/index.ts'
import { dayOf } from '../../src/kernel/calendar.ts'
import { seeded } from '../../src/kernel/random.ts'
import type { Scenario } from '../scenario.ts'
import { type BenchHouse, timedImport, withBenchHouse } from './register-house.ts'

const CLIENTS = 16

export const change: Scenario = {
  name: 'change',
  what: 'Typed changes (a member leaves) with state, history and audit, 16 at a time on 100,000 persons. Baseline: one bare UPDATE of a household each, 16 clients.',
  run: ({ scale, log }) =>
    withBenchHouse(100_000 * scale, log, async ({ house, csv }) => {
      const { registered } = await timedImport(house, csv)
      log(`${registered} households registered`)
      await house.db.pool.query('vacuum analyze')
      const ids = spread(registered, Math.min(10_000, Math.floor(registered / 2)))
      const baseline = await bareUpdates(house, ids)
      const { seconds, saved } = await changes(house, ids)
      return [
        { name: 'changes recorded', value: saved / seconds, unit: 'changes/s', least: 1_000, baseline },
        { name: 'households changed', value: saved, unit: 'households' },
      ]
    }),
}

/** Different households in a random order, so that neighbours do not share a page. */
function spread(households: number, count: number): number[] {
  const random = seeded(5)
  const ids = Array.from({ length: households }, (_, at) => at + 1)
  for (let at = ids.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[ids[at], ids[other]] = [ids[other]!, ids[at]!]
  }
  return ids.slice(0, count)
}

async function atOnce(ids: readonly number[], work: (id: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (next < ids.length) await work(ids[next++]!)
    }),
  )
  return (performance.now() - begun) / 1000
}

async function changes(house: BenchHouse['house'], ids: readonly number[]) {
  const { register, pack, db } = house
  const caller = operatorCaller(pack.languages[0]!)
  // Whoever changes a household has its card before them already: reading it is the bench `card`.
  const leaving = new Map<number, { version: number; person: number }>()
  await atOnce(ids, async (id) => {
    const card = await db.transaction(caller.scope, (tx) => findHousehold(tx, id), { readOnly: true })
    // A household of one has nobody who could leave.
    const [, ...others] = card?.members.filter((member) => member.left_on === null) ?? []
    const leaver = others.at(-1)
    if (card && leaver) leaving.set(id, { version: card.household.version, person: leaver.person_id })
  })
  const seconds = await atOnce([...leaving.keys()], (id) =>
    act(house, caller, async ({ tx, now, audit }) => {
      const { accountId, postId, scope } = caller
      const actor = { accountId, postId, scope, requestId: randomUUID(), at: now }
      const { version, person } = leaving.get(id)!
      const wish = {
        version,
        key: randomUUID(),
        effectiveOn: dayOf(now, pack.utcOffset),
        why: 'bench',
        preview: false,
        change: { kind: 'remove-member', person, reason: '02' } as const,
      }
      await recordChange(tx, register, actor, id, wish, audit)
    }),
  )
  return { seconds, saved: leaving.size }
}

async function bareUpdates({ db }: BenchHouse['house'], ids: readonly number[]): Promise<number> {
  const scope = { lo: '0', hi: '~' }
  const statement = { name: 'bench-update', text: 'update household set version = version where household_id = $1' }
  const seconds = await atOnce(ids, (id) => db.transaction(scope, (tx) => tx.prepared(statement, [id])))
  return ids.length / seconds
}
