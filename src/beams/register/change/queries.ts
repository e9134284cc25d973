import type { Actor } from '../../../platform/audit/write.ts'
import { often, type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import type { Facts } from '../../../policy/form/value.ts'
import type { Moment } from '../household/past.ts'
import type { Shown } from './present.ts'
import { sendLater } from './send-later.ts'
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
  /** The action that the asking request has led to already, when it comes a second time. */
  readonly repeated: number | undefined
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
 * @param options.key of the asking request
 */
export async function findLife(
  tx: Tx,
  household: number,
  options: { lock: boolean; key?: string },
): Promise<StoredLife | undefined> {
  const id = sql`household_id = ${household}`
  const [[head], facts, members, memberFacts, actions, [earliest], [repeated]] = (await tx.together([
    often(sql`
      select place_code, number, status, cause, period, registered_on, sealed, version, since_valid, since_known
      from household where ${id} ${options.lock ? sql`for update` : sql``}`),
    often(sql`select period, facts from household_facts where ${id}`),
    often(sql`
      select person_id as person, line::int as line, name, relation, sex, born_on as "bornOn", joined_on as "joinedOn",
             left_on as "leftOn", left_why as "leftWhy", document_tail as "documentTail", document_mask as "documentMask",
             translate(encode(sealed, 'base64'), E'\\n', '') as sealed, disputed
      from member where ${id} order by line`),
    often(sql`select person_id, period, facts from member_facts where ${id}`),
    often(sql`
      select action_no, effective_on, recorded_at, detail from household_action where ${id} order by action_no`),
    often(sql`
      select valid_from, action_no, state from household_state where ${id} order by state_no limit 1`),
    often(sql`
      select action_no from household_request where ${id} and request_key = ${options.key ?? null}::uuid`),
  ])) as [
    HeadRow[],
    { period: string; facts: Facts }[],
    MemberRow[],
    { person_id: number; period: string; facts: Facts }[],
    ActionRow[],
    { valid_from: string; action_no: number; state: HouseholdState }[],
    { action_no: number }[],
  ]
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
    repeated: repeated?.action_no,
  }
}

/** Gives a person an identity number instead of the one before. Who claims a number first wins; says whether it was us. */
export async function claimIdentity(tx: Tx, hash: Buffer, household: number, person: number): Promise<boolean> {
  await tx.run(sql`delete from identity where household_id = ${household} and person_id = ${person}`)
  const rows = await tx.run(sql`
    insert into identity (id_hash, household_id, person_id) values (${hash}, ${household}, ${person})
    on conflict (id_hash) do nothing`)
  return rows === 1
}

/** Whether a household of the village has the number, or had it when it ended. */
export async function isNumberTaken(tx: Tx, place: string, number: string): Promise<boolean> {
  const row = await tx.first(sql`
    select 1 from household where number = ${number} and place_code = ${place}
    union all select 1 from household_end where number = ${number} and place_code = ${place}`)
  return row !== undefined
}

export type NewAction = {
  readonly household: number
  readonly no: number
  /** The request it comes from; nothing for what happens to another household by it. */
  readonly key?: string
  readonly kind: string
  readonly place: string
  readonly effectiveOn: string
  readonly why: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Writes an action down. Returns what the audit keeps of it, to be asked when it stands there. */
export function insertAction(tx: Tx, actor: Actor & { accountId: number }, action: NewAction): RawBuilder<unknown> {
  sendLater(tx, [
    sql`
    with request as (
      insert into household_request (household_id, request_key, place_code, action_no)
      select ${action.household}::bigint, ${action.key ?? null}::uuid, ${action.place}, ${action.no}::int
      where ${action.key ?? null}::uuid is not null)
    insert into household_action (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    values (${action.household}, ${action.no}, ${action.kind}, ${action.place}, ${action.effectiveOn}, ${actor.at},
            ${actor.accountId}, ${actor.postId}, ${action.why}, ${JSON.stringify(action.detail)}::jsonb)`,
  ])
  return sql`
    (select jsonb_build_object('digest', action_digest(a.household_id, a.action_no, a.kind, a.place_code, a.effective_on,
                               a.recorded_at, a.account_id, a.post_id, a.why, a.detail))
     from household_action a where a.household_id = ${action.household} and a.action_no = ${action.no})`
}

/** Closes the states that are not believed any more and writes those that are now, the present one excepted. */
export function keepPast(
  tx: Tx,
  household: number,
  life: { before: readonly Segment[]; after: readonly Segment[]; knownFrom: Date; at: Date },
  shownOf: (state: HouseholdState) => Shown,
): void {
  const before = spansOf(life.before)
  const after = spansOf(life.after)
  const same = commonBeginning(before, after)
  const replaced = before[same]
  if (!replaced) return
  storeSpans(tx, household, {
    spans: [
      { span: before.at(-1)!, knownFrom: life.knownFrom, knownTo: life.at },
      ...after.slice(same, -1).map((span) => ({ span, knownFrom: life.at, knownTo: null })),
    ],
    forget: { from: replaced.from, at: life.at },
    shownOf,
  })
}

type KnownSpan = { readonly span: Span; readonly knownFrom: Date; readonly knownTo: Date | null }

/** Writes spans of a household, after closing those that are not believed any more: all from a day on. */
export function storeSpans(
  tx: Tx,
  household: number,
  {
    spans,
    forget,
    shownOf,
  }: {
    readonly spans: readonly KnownSpan[]
    readonly forget: { readonly from: string; readonly at: Date }
    readonly shownOf: (state: HouseholdState) => Shown
  },
): void {
  const rows = spans.map(({ span, knownFrom, knownTo }) => ({
    place: span.state.place,
    no: span.no,
    from: span.from,
    to: span.to,
    knownFrom,
    knownTo,
    ...shownOf(span.state),
    size: present(span.state).length,
    state: span.state,
  }))
  sendLater(tx, [
    sql`
    update household_state set known_to = ${forget.at}
    where household_id = ${household} and known_to is null and valid_from >= ${forget.from}::date`,
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

/** A state of before that held on a day, as it was known at an instant; nothing when there is none. */
export async function findPastState(tx: Tx, household: number, when: Moment): Promise<Segment | undefined> {
  return tx.first<Segment>(sql`
    select action_no as no, valid_from as "from", state from household_state
    where household_id = ${household} and valid_from <= ${when.asOf}::date
      and (valid_to is null or valid_to > ${when.asOf}::date)
      and known_from <= ${when.knownAt} and (known_to is null or known_to > ${when.knownAt})`)
}
