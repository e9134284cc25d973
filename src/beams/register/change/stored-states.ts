import { sql, type Tx } from '../../../platform/db/database.ts'
import type { Facts } from '../../../policy/form/value.ts'
import type { HouseholdState, MemberState } from './state.ts'

/** The present state of a household, with its place in both times. */
export type StoredState = {
  readonly version: number
  readonly now: HouseholdState
  readonly validFrom: string
  readonly knownFrom: Date
}

type HeadRow = Omit<HouseholdState, 'facts' | 'members'> & {
  household: number
  version: number
  validFrom: string
  knownFrom: Date
}
type FactsRow = { household: number; person: number | null; period: string; facts: Facts }

/** The present states of some households in scope, by household, kept from others until the transaction ends. */
export async function holdStates(tx: Tx, households: readonly number[]): Promise<Map<number, StoredState>> {
  const ids = [...households].sort((a, b) => a - b)
  await tx.run(sql`select from household where household_id = any(${ids}) order by household_id for update`)
  const heads = await tx.all<HeadRow>(sql`
    select h.household_id as household, h.version, h.place_code as place, h.number, h.status, h.cause, h.period,
           h.registered_on as "registeredOn", translate(encode(h.sealed, 'base64'), E'\\n', '') as sealed,
           coalesce(h.since_valid, a.effective_on) as "validFrom", coalesce(h.since_known, a.recorded_at) as "knownFrom"
    from household h join household_action a on a.household_id = h.household_id and a.action_no = 1
    where h.household_id = any(${ids})`)
  const members = await tx.all<Omit<MemberState, 'facts'> & { household: number }>(sql`
    select household_id as household, person_id as person, line::int as line, name, relation, sex, born_on as "bornOn",
           joined_on as "joinedOn", left_on as "leftOn", left_why as "leftWhy", document_tail as "documentTail",
           document_mask as "documentMask", translate(encode(sealed, 'base64'), E'\\n', '') as sealed, disputed
    from member where household_id = any(${ids}) order by household_id, line`)
  const facts = await tx.all<FactsRow>(sql`
    select household_id as household, null::bigint as person, period, facts from household_facts where household_id = any(${ids})
    union all
    select household_id, person_id, period, facts from member_facts where household_id = any(${ids})`)
  const told = new Map<string, Record<string, Facts>>()
  for (const row of facts) {
    const key = `${row.household} ${row.person ?? ''}`
    told.set(key, { ...told.get(key), [row.period]: row.facts })
  }
  const byHousehold = new Map<number, MemberState[]>()
  for (const { household, ...member } of members) {
    const state = { ...member, facts: told.get(`${household} ${member.person}`) ?? {} }
    byHousehold.set(household, [...(byHousehold.get(household) ?? []), state])
  }
  return new Map(
    heads.map(({ household, version, validFrom, knownFrom, ...own }) => [
      household,
      {
        version,
        validFrom,
        knownFrom,
        now: { ...own, facts: told.get(`${household} `) ?? {}, members: byHousehold.get(household) ?? [] },
      },
    ]),
  )
}
