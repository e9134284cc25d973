import { expect } from 'vitest'
import { findEnd } from '../../src/beams/register/change/end-queries.ts'
import { findLife } from '../../src/beams/register/change/queries.ts'
import { rulesOf } from '../../src/beams/register/change/read-change.ts'
import type { Change, DatedChange, HouseholdState } from '../../src/beams/register/change/state.ts'
import { replay, type Span, spansOf } from '../../src/beams/register/change/timeline.ts'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql, type Tx } from '../../src/platform/db/database.ts'
import type { TestHouse } from './house.ts'

type Kept = { from: string; to: string | null; no: number; state: HouseholdState }

/**
 * Replays the recorded actions of every household there ever was and compares with what is stored: the present tables,
 * the spans that are believed, the tally, the identities, and the digests of the audit. Returns how many it compared.
 */
export async function compareLives(house: Pick<TestHouse, 'db' | 'pack'>): Promise<{ living: number; ended: number }> {
  const rules = rulesOf(house.pack)
  const all = { living: 0, ended: 0 }
  await house.db.transaction(subtree(ROOT), async (tx) => {
    const ids = await tx.all<{ id: number }>(sql`select distinct household_id as id from household_action order by 1`)
    for (const { id } of ids) {
      const kept = await tx.all<Kept>(sql`
        select valid_from as "from", valid_to as "to", action_no as no, state from household_state
        where household_id = ${id} and known_to is null order by valid_from`)
      const life = await findLife(tx, id, { lock: false })
      if (life) {
        all.living++
        const spans = spansOf(replay(life.first, life.changes, rules))
        expect(life.now, `present of ${id}`).toEqual(spans.at(-1)!.state)
        expect(kept, `past of ${id}`).toEqual(spans.slice(0, -1).map(plain))
        expect(life.validFrom).toBe(spans.at(-1)!.from)
        continue
      }
      const end = await findEnd(tx, id)
      if (!end) continue
      all.ended++
      const { first, changes } = await lifeOfEnded(tx, id)
      const spans = spansOf(replay(first, changes, rules))
      const closed = spans
        .map((span) => plain(span.to === null ? { ...span, to: end.on } : span))
        .filter(({ from, to }) => from < to!)
      expect(kept, `past of ended ${id}`).toEqual(closed)
    }
    expect(await tallyDrift(tx)).toEqual([])
    expect(await identityDrift(tx)).toEqual([])
    expect(await overlaps(tx)).toEqual([])
    expect(await verifyActions(tx)).toEqual([])
  })
  return all
}

const plain = ({ from, to, no, state }: Span): Kept => ({ from, to, no, state })

async function lifeOfEnded(tx: Tx, id: number) {
  const [first] = await tx.all<{ from: string; no: number; state: HouseholdState }>(sql`
    select valid_from as "from", action_no as no, state from household_state where household_id = ${id} order by state_no limit 1`)
  const actions = await tx.all<{ no: number; effectiveOn: string; change: Change | null }>(sql`
    select action_no as no, effective_on as "effectiveOn", detail -> 'change' as change from household_action
    where household_id = ${id} order by action_no`)
  return { first: first!, changes: actions.filter((one): one is DatedChange => one.change !== null) }
}

/** Villages whose tally is not what counting gives. */
function tallyDrift(tx: Tx): Promise<unknown[]> {
  return tx.all(sql`
    select * from (select place_code, status, cause, households::bigint, persons::bigint from village_tally) t
    full join (select place_code, status, cause, count(*) as households, sum(size) as persons from household group by 1, 2, 3) h
      using (place_code, status, cause)
    where (t.households, t.persons) is distinct from (h.households, h.persons)`)
}

/** Members with a number of their own who are not found under it, people counted twice, and rows left behind. */
function identityDrift(tx: Tx): Promise<unknown[]> {
  return tx.all(sql`
    select 'unfound' as what, m.household_id, m.person_id from member m
    where m.left_on is null and not m.disputed and m.document_mask is not null
      and not exists (select from identity i where i.household_id = m.household_id and i.person_id = m.person_id)
    union all
    select 'twice', min(household_id), person_id from member where left_on is null group by person_id having count(*) > 1
    union all
    select 'left behind', m.household_id, m.person_id from member_facts m
    where not exists (select from member o where o.household_id = m.household_id and o.person_id = m.person_id)`)
}

function overlaps(tx: Tx): Promise<unknown[]> {
  return tx.all(sql`
    select a.household_id, a.state_no, b.state_no as other from household_state a join household_state b
      on a.household_id = b.household_id and a.state_no < b.state_no
    where daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
      and tstzrange(a.known_from, a.known_to) && tstzrange(b.known_from, b.known_to)`)
}
