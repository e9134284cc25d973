import type { Day } from '../../../kernel/calendar.ts'
import { type Actor, type ChainOf, type Entry, writeEntries } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import type { FactsPatch } from '../../../policy/form/patch.ts'
import type { Pack } from '../../../policy/pack.ts'
import { applyChange } from './apply-change.ts'
import { rulesOf } from './read-change.ts'
import { type Change, type HouseholdState, headOf, present } from './state.ts'
import { holdStates, type StoredState } from './stored-states.ts'

/** What a period's form says anew of one household; the rest is carried over from the period before. */
export type Update = {
  readonly household: number
  /** The version that it was made on. */
  readonly version: number
  readonly patch: { readonly household: FactsPatch; readonly members: Readonly<Record<string, FactsPatch>> }
  readonly confirmed: readonly string[]
}

export type UpdateRun = {
  readonly period: string
  readonly effectiveOn: Day
  readonly why: string
  /** The import that brings them. */
  readonly importId: number
}

type Done = {
  readonly household: number
  readonly no: number
  readonly place: string
  readonly change: Change
  readonly was: StoredState
  readonly state: HouseholdState
}

/**
 * Updates the facts of many households in the caller's transaction: actions, facts, the states they replace and the
 * audit, each table in one statement. Whose version has moved on, or whose present state does not hold yet on that
 * day, is left as it is.
 * @returns the households that were updated
 */
export async function recordUpdates(
  tx: Tx,
  { pack, chainOf }: { readonly pack: Pack; readonly chainOf: ChainOf },
  actor: Actor & { accountId: number },
  run: UpdateRun,
  updates: readonly Update[],
): Promise<number[]> {
  const rules = rulesOf(pack)
  const stored = await holdStates(
    tx,
    updates.map(({ household }) => household),
  )
  const done = updates.flatMap(({ household, version, patch, confirmed }): Done[] => {
    const was = stored.get(household)
    if (!was || was.version !== version || was.validFrom > run.effectiveOn || was.now.period > run.period) return []
    const change: Change = { kind: 'update-facts', period: run.period, ...patch, confirmed }
    const no = version + 1
    const state = applyChange(was.now, { no, effectiveOn: run.effectiveOn, change }, rules)
    return [{ household, no, place: was.now.place, change, was, state }]
  })
  if (done.length === 0) return []
  const digests = await writeActions(tx, actor, run, done)
  await keepStates(tx, actor.at, run.effectiveOn, done, (state) => headOf(state, rules).name, incomeOf(pack))
  await writeFacts(tx, actor.at, run, done, incomeOf(pack))
  const entries = done.map(
    ({ household, no, place }): Entry => ({
      kind: 'household.update-facts',
      place,
      subject: 'household',
      subjectId: household,
      detail: { action: no, digest: digests.get(household)! },
    }),
  )
  await writeEntries(tx, actor, entries, chainOf)
  return done.map(({ household }) => household)
}

/** What lists show as income of a state. */
function incomeOf(pack: Pack): (state: HouseholdState) => number | null {
  const field = boundField(householdForm(pack), 'household.income')?.id
  return (state) => {
    const income = field === undefined ? undefined : state.facts[state.period]?.[field]
    return typeof income === 'number' ? income : null
  }
}

async function writeActions(
  tx: Tx,
  actor: Actor & { accountId: number },
  { effectiveOn, why, importId }: UpdateRun,
  done: readonly Done[],
): Promise<Map<number, string>> {
  const list = done.map(({ household, no, place, change }) => ({ household, no, place, change }))
  const rows = await tx.all<{ household_id: number; digest: string }>(sql`
    insert into household_action as a (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    select household, no, 'update-facts', place, ${effectiveOn}::date, ${actor.at}::timestamptz, ${actor.accountId}::bigint,
           ${actor.postId}::bigint, ${why}, jsonb_build_object('change', change, 'import', ${importId}::bigint)
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as r (household bigint, no int, place text, change jsonb)
    returning a.household_id, action_digest(a.household_id, a.action_no, a.kind, a.place_code, a.effective_on, a.recorded_at,
                                            a.account_id, a.post_id, a.why, a.detail) as digest`)
  return new Map(rows.map((row) => [row.household_id, row.digest]))
}

/** Keeps the states of before: as they were believed until now, and as they are believed of the days before. */
async function keepStates(
  tx: Tx,
  at: Date,
  from: Day,
  done: readonly Done[],
  headName: (state: HouseholdState) => string,
  income: (state: HouseholdState) => number | null,
): Promise<void> {
  const rows = done.flatMap(({ household, was }) => {
    const state = was.now
    const row = {
      household,
      place: state.place,
      no: was.version,
      from: was.validFrom,
      size: present(state).length,
      headName: headName(state),
      income: income(state),
      state,
    }
    const believed = { ...row, to: null, knownFrom: was.knownFrom, knownTo: at }
    return was.validFrom === from ? [believed] : [believed, { ...row, to: from, knownFrom: at, knownTo: null }]
  })
  await tx.run(sql`
    insert into household_state (household_id, state_no, place_code, action_no, valid_from, valid_to, known_from, known_to, number,
                                 status, cause, size, head_name, income, period, registered_on, state)
    select r.household, coalesce((select max(s.state_no) from household_state s where s.household_id = r.household), 0)
             + row_number() over (partition by r.household order by r.to nulls first),
           r.place, r.no, r."from", r.to, r."knownFrom", r."knownTo", r.state ->> 'number', r.state ->> 'status', r.state ->> 'cause',
           r.size, r."headName", r.income, r.state ->> 'period', (r.state ->> 'registeredOn')::date, r.state
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
         as r (household bigint, place text, no int, "from" date, "to" date, "knownFrom" timestamptz, "knownTo" timestamptz,
               size smallint, "headName" text, income bigint, state jsonb)`)
}

async function writeFacts(
  tx: Tx,
  at: Date,
  { period, effectiveOn }: UpdateRun,
  done: readonly Done[],
  income: (state: HouseholdState) => number | null,
): Promise<void> {
  const heads = done.map(({ household, no, place, state }) => ({
    household,
    no,
    place,
    income: income(state),
    facts: state.facts[period],
  }))
  const members = done.flatMap(({ household, no, place, state }) =>
    state.members.flatMap(({ person, facts }) =>
      facts[period] === undefined ? [] : [{ household, no, place, person, facts: facts[period] }],
    ),
  )
  const list = JSON.stringify(heads)
  await tx.run(sql`
    update household h set period = ${period}, income = r.income, version = r.no, since_valid = ${effectiveOn}::date, since_known = ${at}
    from jsonb_to_recordset(${list}::jsonb) as r (household bigint, no int, income bigint) where h.household_id = r.household`)
  await tx.run(sql`
    insert into household_facts (household_id, period, place_code, facts, action_no)
    select household, ${period}, place, facts, no
    from jsonb_to_recordset(${list}::jsonb) as r (household bigint, no int, place text, facts jsonb)
    on conflict (household_id, period) do update set facts = excluded.facts, action_no = excluded.action_no`)
  await tx.run(sql`
    insert into member_facts (household_id, person_id, period, place_code, facts, action_no)
    select household, person, ${period}, place, facts, no
    from jsonb_to_recordset(${JSON.stringify(members)}::jsonb) as r (household bigint, person bigint, no int, place text, facts jsonb)
    on conflict (household_id, person_id, period) do update set facts = excluded.facts, action_no = excluded.action_no`)
}
