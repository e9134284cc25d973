import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import { sendTogether } from './send-together.ts'
import { type HouseholdState, present } from './state.ts'

/** What lists show of a state besides its own columns. */
export type Shown = { readonly headName: string; readonly headKey: string; readonly income: number | null }

export type PresentColumns = Shown & {
  readonly household: number
  readonly version: number
  readonly from: string
  readonly at: Date
  readonly keysOf: (name: string) => { key: string; initials: string }
}

/** Makes the tables of the present say what the state says, touching only rows that differ. */
export async function writePresent(
  tx: Tx,
  columns: PresentColumns,
  before: HouseholdState,
  after: HouseholdState,
): Promise<void> {
  const { household, version } = columns
  await sendTogether(tx, [
    sql`
    update household set place_code = ${after.place}, number = ${after.number}, status = ${after.status}, cause = ${after.cause}, size = ${present(after).length}, period = ${after.period},
           head_name = ${columns.headName}, head_key = ${columns.headKey}, income = ${columns.income}, version = ${version},
           since_valid = ${columns.from}, since_known = ${columns.at}
    where household_id = ${household}`,
    ...(after.place === before.place ? [] : placeOfRows(household, after.place)),
    ...factRows(columns, before, after),
    ...memberRows(columns, before, after),
    ...tallyRows(before, after),
  ])
}

function placeOfRows(household: number, place: string): RawBuilder<unknown>[] {
  return ['member', 'household_facts', 'member_facts'].map(
    (table) => sql`update ${sql.table(table)} set place_code = ${place} where household_id = ${household}`,
  )
}

function factRows(
  { household, version }: PresentColumns,
  before: HouseholdState,
  after: HouseholdState,
): RawBuilder<unknown>[] {
  const rows = Object.entries(after.facts)
    .filter(([period, facts]) => facts !== before.facts[period])
    .map(([period, facts]) => ({ period, facts }))
  if (rows.length === 0) return []
  return [
    sql`
    insert into household_facts (household_id, period, place_code, facts, action_no)
    select ${household}::bigint, period, ${after.place}, facts, ${version}::int
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (period text, facts jsonb)
    on conflict (household_id, period) do update set facts = excluded.facts, action_no = excluded.action_no`,
  ]
}

function memberRows(
  { household, version, keysOf }: PresentColumns,
  before: HouseholdState,
  after: HouseholdState,
): RawBuilder<unknown>[] {
  const earlier = new Map(before.members.map((member) => [member.person, member]))
  const touched = after.members.filter((member) => member !== earlier.get(member.person))
  if (touched.length === 0) return []
  const rows = touched.map(({ facts: _, ...member }) => ({ ...member, ...keysOf(member.name) }))
  const members = sql`
    insert into member (household_id, person_id, joined_on, left_on, left_why, place_code, line, name, name_key, initials, relation,
                        sex, born_on, document_tail, document_mask, sealed, disputed, action_no)
    select ${household}::bigint, person, "joinedOn", "leftOn", "leftWhy", ${after.place}, line, name, key, initials, relation, sex,
           "bornOn", "documentTail", "documentMask", decode(sealed, 'base64'), disputed, ${version}::int
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
         as r (person bigint, "joinedOn" date, "leftOn" date, "leftWhy" text, line smallint, name text, key text, initials text,
               relation text, sex text, "bornOn" date, "documentTail" text, "documentMask" text, sealed text, disputed boolean)
    on conflict (household_id, person_id, joined_on) do update
      set left_on = excluded.left_on, left_why = excluded.left_why, line = excluded.line, name = excluded.name,
          name_key = excluded.name_key, initials = excluded.initials, relation = excluded.relation, sex = excluded.sex,
          born_on = excluded.born_on, document_tail = excluded.document_tail, document_mask = excluded.document_mask,
          sealed = excluded.sealed, disputed = excluded.disputed, action_no = excluded.action_no`
  const facts = touched.flatMap((member) =>
    Object.entries(member.facts)
      .filter(([period, values]) => values !== earlier.get(member.person)?.facts[period])
      .map(([period, values]) => ({ person: member.person, period, facts: values })),
  )
  if (facts.length === 0) return [members]
  return [
    members,
    sql`
    insert into member_facts (household_id, person_id, period, place_code, facts, action_no)
    select ${household}::bigint, person, period, ${after.place}, facts, ${version}::int
    from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb) as r (person bigint, period text, facts jsonb)
    on conflict (household_id, person_id, period) do update set facts = excluded.facts, action_no = excluded.action_no`,
  ]
}

function tallyRows(before: HouseholdState, after: HouseholdState): RawBuilder<unknown>[] {
  const cell = (state: HouseholdState) => [state.place, state.status, state.cause, present(state).length].join(' ')
  if (cell(before) === cell(after)) return []
  return [
    sql`
    update village_tally set households = households - 1, persons = persons - ${present(before).length}
    where place_code = ${before.place} and status = ${before.status} and cause = ${before.cause}`,
    sql`
    insert into village_tally (place_code, status, cause, households, persons)
    values (${after.place}, ${after.status}, ${after.cause}, 1, ${present(after).length})
    on conflict (place_code, status, cause) do update
      set households = village_tally.households + 1, persons = village_tally.persons + excluded.persons`,
    sql`delete from village_tally where place_code = ${before.place} and households = 0 and persons = 0`,
  ]
}
