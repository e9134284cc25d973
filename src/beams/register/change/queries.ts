import type { Actor } from '../../../platform/audit/write.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import type { Facts } from '../../../policy/form/value.ts'
import type { Change, DatedChange, HouseholdState, MemberState } from './state.ts'
import { present } from './state.ts'
import { commonBeginning, type Segment, type Span, spansOf } from './timeline.ts'

/** What is stored of a household's life, enough to replay it. */
export type StoredLife = {
  readonly version: number
  readonly first: Segment
  readonly changes: DatedChange[]
  readonly now: HouseholdState
  /** From which day the present state holds, and since when it is believed. */
  readonly validFrom: string
  readonly knownFrom: Date
}

type HeadRow = {
  place_code: string
  number: string
  status: string
  cause: string
  period: string
  registered_on: string
  sealed: Buffer | null
  version: number
  since_valid: string | null
  since_known: Date | null
}
type ActionRow = { action_no: number; effective_on: string; recorded_at: Date; detail: { change?: Change } }
type MemberRow = Omit<MemberState, 'facts'>

/**
 * The life of a household; nothing when it is not in scope.
 * @param options.lock keeps others from changing it until the transaction ends
 */
export async function findLife(tx: Tx, household: number, options: { lock: boolean }): Promise<StoredLife | undefined> {
  const id = sql`household_id = ${household}`
  const [[head], facts, members, memberFacts, actions, [earliest]] = await Promise.all([
    tx.all<HeadRow>(sql`
      select place_code, number, status, cause, period, registered_on, sealed, version, since_valid, since_known
      from household where ${id} ${options.lock ? sql`for update` : sql``}`),
    tx.all<{ period: string; facts: Facts }>(sql`select period, facts from household_facts where ${id}`),
    tx.all<MemberRow>(sql`
      select person_id as person, line::int as line, name, relation, sex, born_on as "bornOn", joined_on as "joinedOn",
             left_on as "leftOn", left_why as "leftWhy", document_tail as "documentTail", document_mask as "documentMask",
             translate(encode(sealed, 'base64'), E'\\n', '') as sealed, disputed
      from member where ${id} order by line`),
    tx.all<{ person_id: number; period: string; facts: Facts }>(
      sql`select person_id, period, facts from member_facts where ${id}`,
    ),
    tx.all<ActionRow>(sql`
      select action_no, effective_on, recorded_at, detail from household_action where ${id} order by action_no`),
    tx.all<{ valid_from: string; action_no: number; state: HouseholdState }>(sql`
      select valid_from, action_no, state from household_state where ${id} order by state_no limit 1`),
  ])
  const registered = actions[0]
  if (!head || !registered) return undefined
  const now: HouseholdState = {
    place: head.place_code,
    number: head.number,
    status: head.status,
    cause: head.cause,
    registeredOn: head.registered_on,
    period: head.period,
    facts: Object.fromEntries(facts.map((row) => [row.period, row.facts])),
    sealed: head.sealed?.toString('base64') ?? null,
    members: members.map((member) => ({
      ...member,
      facts: Object.fromEntries(
        memberFacts.filter((row) => row.person_id === member.person).map((row) => [row.period, row.facts]),
      ),
    })),
  }
  return {
    version: head.version,
    // The first change keeps the state it found: that is what registration wrote.
    first: earliest
      ? { from: earliest.valid_from, no: earliest.action_no, state: earliest.state }
      : { from: registered.effective_on, no: registered.action_no, state: now },
    changes: actions.flatMap(({ action_no, effective_on, detail }) =>
      detail.change ? [{ no: action_no, effectiveOn: effective_on, change: detail.change }] : [],
    ),
    now,
    validFrom: head.since_valid ?? registered.effective_on,
    knownFrom: head.since_known ?? registered.recorded_at,
  }
}

/** The action that a request has led to already, when it comes a second time. */
export async function findByRequest(tx: Tx, household: number, key: string): Promise<number | undefined> {
  const row = await tx.first<{ action_no: number }>(sql`
    select action_no from household_request where household_id = ${household} and request_key = ${key}::uuid`)
  return row?.action_no
}

/** Gives a person an identity number instead of the one before. Who claims a number first wins; says whether it was us. */
export async function claimIdentity(tx: Tx, hash: Buffer, household: number, person: number): Promise<boolean> {
  await tx.run(sql`delete from identity where household_id = ${household} and person_id = ${person}`)
  const rows = await tx.run(sql`
    insert into identity (id_hash, household_id, person_id) values (${hash}, ${household}, ${person})
    on conflict (id_hash) do nothing`)
  return rows === 1
}

/** Whoever brings a household to a province takes turns with its imports, so that a number found free stays free. */
export async function takeTurn(tx: Tx, chain: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`intake ${chain}`}))`)
}

export async function isNumberTaken(tx: Tx, place: string, number: string): Promise<boolean> {
  const row = await tx.first(sql`select 1 from household where number = ${number} and place_code = ${place}`)
  return row !== undefined
}

export type NewAction = {
  readonly household: number
  readonly no: number
  readonly key: string
  readonly place: string
  readonly effectiveOn: string
  readonly why: string
  readonly change: Change
}

/** Writes an action down. Returns what the audit keeps of it. */
export async function insertAction(tx: Tx, actor: Actor & { accountId: number }, action: NewAction): Promise<string> {
  const [row] = await tx.all<{ digest: string }>(sql`
    with request as (
      insert into household_request (household_id, request_key, place_code, action_no)
      values (${action.household}, ${action.key}::uuid, ${action.place}, ${action.no}))
    insert into household_action as a (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id,
                                       why, detail)
    values (${action.household}, ${action.no}, ${action.change.kind}, ${action.place}, ${action.effectiveOn}, ${actor.at},
            ${actor.accountId}, ${actor.postId}, ${action.why}, ${JSON.stringify({ change: action.change })}::jsonb)
    returning action_digest(a.household_id, a.action_no, a.kind, a.place_code, a.effective_on, a.recorded_at, a.account_id,
                            a.post_id, a.why, a.detail) as digest`)
  return row!.digest
}

/** Closes the states that are not believed any more and writes those that are now, the present one excepted. */
export async function keepPast(
  tx: Tx,
  household: number,
  life: { before: readonly Segment[]; after: readonly Segment[]; knownFrom: Date; at: Date },
  shownOf: (state: HouseholdState) => Shown,
): Promise<void> {
  const before = spansOf(life.before)
  const after = spansOf(life.after)
  const same = commonBeginning(before, after)
  const replaced = before[same]
  if (!replaced) return
  const row = (span: Span, knownFrom: Date, knownTo: Date | null) => ({
    place: span.state.place,
    no: span.no,
    from: span.from,
    to: span.to,
    knownFrom,
    knownTo,
    ...shownOf(span.state),
    size: present(span.state).length,
    state: span.state,
  })
  const rows = [
    row(before.at(-1)!, life.knownFrom, life.at),
    ...after.slice(same, -1).map((span) => row(span, life.at, null)),
  ]
  await together(tx, [
    sql`
    update household_state set known_to = ${life.at}
    where household_id = ${household} and known_to is null and valid_from >= ${replaced.from}::date`,
    sql`
    insert into household_state (household_id, state_no, place_code, action_no, valid_from, valid_to, known_from, known_to, number,
                                 status, cause, size, head_name, income, period, registered_on, state)
    select ${household}::bigint, coalesce((select max(state_no) from household_state where household_id = ${household}), 0) + r.at,
           r.row ->> 'place', (r.row ->> 'no')::int, (r.row ->> 'from')::date, (r.row ->> 'to')::date,
           (r.row ->> 'knownFrom')::timestamptz, (r.row ->> 'knownTo')::timestamptz, r.row -> 'state' ->> 'number',
           r.row -> 'state' ->> 'status', r.row -> 'state' ->> 'cause', (r.row ->> 'size')::smallint, r.row ->> 'headName',
           (r.row ->> 'income')::bigint, r.row -> 'state' ->> 'period', (r.row -> 'state' ->> 'registeredOn')::date,
           r.row -> 'state'
    from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as r (row, at)`,
  ])
}

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
  await together(tx, [
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

/** Sends statements one behind the other without waiting in between. */
async function together(tx: Tx, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  await Promise.all(statements.map((statement) => tx.run(statement)))
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

/** A state of before that held on a day, as it was known at an instant; nothing when there is none. */
export async function findPastState(
  tx: Tx,
  household: number,
  when: { asOf: string; knownAt: Date },
): Promise<Segment | undefined> {
  return tx.first<Segment>(sql`
    select action_no as no, valid_from as "from", state from household_state
    where household_id = ${household} and valid_from <= ${when.asOf}::date
      and (valid_to is null or valid_to > ${when.asOf}::date)
      and known_from <= ${when.knownAt} and (known_to is null or known_to > ${when.knownAt})`)
}
