import { sql, type Tx } from '../../../platform/db/database.ts'
import type { HouseholdState } from './state.ts'
import type { Segment } from './timeline.ts'

/** When a household ended and where its members went. */
export type End = {
  readonly household: number
  readonly place: string
  readonly number: string
  readonly headName: string
  readonly on: string
  readonly into: number
  readonly version: number
  readonly importId: number | null
}

const columns = sql`household_id as household, place_code as place, number, head_name as "headName", ended_on as "on",
  into_household as "into", action_no as version, import_id as "importId"`

/** The end of a household, when it has ended in the caller's place. */
export async function findEnd(tx: Tx, household: number): Promise<End | undefined> {
  return tx.first<End>(sql`select ${columns} from household_end where household_id = ${household}`)
}

/** An ended household with its last state, held until the transaction ends; nothing when it is not ended or not in scope. */
export async function findEnded(tx: Tx, household: number): Promise<(End & { readonly last: Segment }) | undefined> {
  const end = await tx.first<End>(
    sql`select ${columns} from household_end where household_id = ${household} for update`,
  )
  if (!end) return undefined
  // What was the present until the end was recorded: the state without end of validity that was given up last.
  const last = await tx.first<{ from: string; no: number; state: HouseholdState }>(sql`
    select valid_from as "from", action_no as no, state from household_state
    where household_id = ${household} and valid_to is null order by state_no desc limit 1`)
  return last && { ...end, last }
}

/** Writes the end of a household down. To be called while it is still among the present ones. */
export async function insertEnd(tx: Tx, end: Omit<End, 'importId'> & { readonly at: Date }): Promise<void> {
  await tx.run(sql`
    insert into household_end (household_id, place_code, number, head_name, ended_on, recorded_at, action_no, into_household, import_id)
    select household_id, place_code, number, ${end.headName}, ${end.on}::date, ${end.at}, ${end.version}::int, ${end.into}::bigint, import_id
    from household where household_id = ${end.household}`)
}

export async function deleteEnd(tx: Tx, household: number): Promise<void> {
  await tx.run(sql`delete from household_end where household_id = ${household}`)
}

/** Gives the identity numbers of people who change household to the one they belong to now. */
export async function moveIdentities(
  tx: Tx,
  { from, to, people }: { readonly from: number; readonly to: number; readonly people: readonly number[] },
): Promise<void> {
  await tx.run(sql`
    update identity set household_id = ${to} where household_id = ${from} and person_id = any(${people})`)
}

/** Gives the identity numbers of people free who are not in the household any more. */
export async function releaseIdentities(tx: Tx, household: number, people: readonly number[]): Promise<void> {
  await tx.run(sql`delete from identity where household_id = ${household} and person_id = any(${people})`)
}

/** Holds some households until the transaction ends, in an order in which nobody waits in a circle. */
export async function holdHouseholds(tx: Tx, households: readonly number[]): Promise<void> {
  await tx.run(sql`select 1 from household where household_id = any(${households}) order by household_id for update`)
}

/** Households that ended under a number beginning with a text, in a range of places. */
export async function endsByNumber(
  tx: Tx,
  scope: { readonly lo: string; readonly hi: string },
  prefix: string,
  limit: number,
): Promise<End[]> {
  return tx.all<End>(sql`
    select ${columns} from household_end
    where number >= ${prefix} and number < ${`${prefix}\u{10ffff}`} and place_code >= ${scope.lo} and place_code < ${scope.hi}
    order by number, household_id limit ${limit}`)
}
