import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import { tallyOf } from '../place/tally.ts'
import { sendLater } from './send-later.ts'
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
export function writePresent(tx: Tx, columns: PresentColumns, before: HouseholdState, after: HouseholdState): void {
  const { household, version } = columns
  sendLater(tx, [
    sql`
    update household set place_code = ${after.place}, number = ${after.number}, status = ${after.status}, cause = ${after.cause}, size = ${present(after).length}, period = ${after.period},
           head_name = ${columns.headName}, head_key = ${columns.headKey}, income = ${columns.income}, version = ${version},
           since_valid = ${columns.from}, since_known = ${columns.at}
    where household_id = ${household}`,
    ...(after.place === before.place ? [] : placeOfRows(household, after.place)),
    ...goneRows(household, before, after),
    ...factRows(columns, before, after),
    ...memberRows(columns, before, after),
    ...tallyRows(before, after),
  ])
}

/** What a household had before it was taken out of the tables of the present, where it was there before. */
export type Entering = { readonly importId: number | null; readonly since: { from: string; at: Date } | null }

/** Puts a whole household into the tables of the present. `since` is left out for one that has just begun. */
export function enterPresent(
  tx: Tx,
  columns: Omit<PresentColumns, 'from' | 'at'>,
  state: HouseholdState,
  { importId, since }: Entering,
): void {
  sendLater(tx, [
    sql`
    insert into household (household_id, place_code, number, status, cause, size, head_name, head_key, income, period, registered_on,
                           import_id, version, sealed, since_valid, since_known)
    values (${columns.household}, ${state.place}, ${state.number}, ${state.status}, ${state.cause}, ${present(state).length}, ${columns.headName},
            ${columns.headKey}, ${columns.income}, ${state.period}, ${state.registeredOn}, ${importId}, ${columns.version},
            decode(${state.sealed}::text, 'base64'), ${since?.from ?? null}, ${since?.at ?? null})`,
    ...factRows(columns, nothing, state),
    ...memberRows(columns, nothing, state),
    ...tallyRows(undefined, state),
  ])
}

/** Takes a whole household out of the tables of the present. Its past and its actions stay. */
export function leavePresent(tx: Tx, household: number, state: HouseholdState): void {
  sendLater(tx, [
    ...['member_facts', 'household_facts', 'member', 'household'].map(
      (table) => sql`delete from ${sql.table(table)} where household_id = ${household}`,
    ),
    ...tallyRows(state, undefined),
  ])
}

const nothing: Pick<HouseholdState, 'facts' | 'members'> = { facts: {}, members: [] }

/** Takes away the rows of what the state does not hold any more: an undone change leaves none behind. */
function goneRows(household: number, before: HouseholdState, after: HouseholdState): RawBuilder<unknown>[] {
  const later = new Map(after.members.map((member) => [member.person, member]))
  const periods = Object.keys(before.facts).filter((period) => !after.facts[period])
  // Somebody who came back has another first day, which is part of the key.
  const stays = before.members.filter(({ person, joinedOn }) => later.get(person)?.joinedOn !== joinedOn)
  const told = before.members.flatMap(({ person, facts }) =>
    Object.keys(facts)
      .filter((period) => !later.get(person)?.facts[period])
      .map((period) => ({ person, period })),
  )
  const away = (table: string, rows: readonly unknown[], shape: RawBuilder<unknown>, match: RawBuilder<unknown>) =>
    rows.length === 0
      ? []
      : [
          sql`delete from ${sql.table(table)} t using jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (${shape})
              where t.household_id = ${household} and ${match}`,
        ]
  return [
    ...away(
      'household_facts',
      periods.map((period) => ({ period })),
      sql`period text`,
      sql`t.period = r.period`,
    ),
    ...away(
      'member',
      stays.map(({ person, joinedOn }) => ({ person, on: joinedOn })),
      sql`person bigint, "on" date`,
      sql`t.person_id = r.person and t.joined_on = r.on`,
    ),
    ...away('member_facts', told, sql`person bigint, period text`, sql`t.person_id = r.person and t.period = r.period`),
  ]
}

function placeOfRows(household: number, place: string): RawBuilder<unknown>[] {
  return ['member', 'household_facts', 'member_facts'].map(
    (table) => sql`update ${sql.table(table)} set place_code = ${place} where household_id = ${household}`,
  )
}

function factRows(
  { household, version }: Pick<PresentColumns, 'household' | 'version'>,
  before: Pick<HouseholdState, 'facts'>,
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
  { household, version, keysOf }: Pick<PresentColumns, 'household' | 'version' | 'keysOf'>,
  before: Pick<HouseholdState, 'members'>,
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

/** Nothing before or after: a household that comes or goes. */
function tallyRows(before: HouseholdState | undefined, after: HouseholdState | undefined): RawBuilder<unknown>[] {
  const cell = (state: HouseholdState | undefined) =>
    state && [state.place, state.status, state.cause, present(state).length].join(' ')
  if (cell(before) === cell(after)) return []
  const count = (state: HouseholdState | undefined, sign: 1 | -1) =>
    state
      ? [
          {
            place: state.place,
            status: state.status,
            cause: state.cause,
            households: sign,
            persons: sign * present(state).length,
          },
        ]
      : []
  return tallyOf([...count(before, -1), ...count(after, 1)])
}
