import { once } from 'node:events'
import type { Day } from '../../../kernel/calendar.ts'
import { type Actor, appendLink } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { tallySql } from '../place/tally.ts'
import { takeTurn } from '../take-turn.ts'
import type { Prepared } from './prepare-households.ts'

export type Intake = {
  readonly importId: number
  readonly period: string
  readonly why: string
  readonly actor: Actor & { accountId: number }
  readonly today: Day
  /** Newest link of the chain when the household numbers were found free; nothing when nobody has looked. */
  readonly checkedAt?: number | undefined
  /** Register although the identity number is taken; the member is marked. Only a person's decision sets it. */
  readonly allowDisputed?: boolean
}

/** Households that could not enter because somebody else was faster; they are held. */
export type Clashed = {
  readonly place: string
  readonly number: string
  readonly rows: number[]
  readonly household: number | null
}

/**
 * Brings prepared households of one audit chain into the register, in the caller's transaction, however many they are:
 * numbers, members, facts, identity, search keys, first action, tally and audit. Every household is whole.
 */
export async function registerHouseholds(
  tx: Tx,
  intake: Intake,
  chain: string,
  prepared: Prepared,
): Promise<{ households: number; persons: number; clashed: Clashed[]; link: number }> {
  await makeRoom(tx)
  await fillRoom(tx, prepared)
  // Two imports of one province take turns from here on, so what is looked at now stays true until commit.
  await takeTurn(tx, chain)
  const clashed = [...(await setAsideTakenNumbers(tx, intake, chain)), ...(await setAsideTakenIdentities(tx, intake))]
  const { households, persons } = await insertAll(tx, intake)
  if (households > 0) await appendLink(tx, intake.actor, chain, entriesSql(intake))
  return { households, persons, clashed, link: await newestLink(tx, chain) }
}

async function newestLink(tx: Tx, chain: string): Promise<number> {
  const head = await tx.first<{ link_no: number }>(sql`select link_no from audit_head where chain = ${chain}`)
  return head?.link_no ?? 0
}

async function makeRoom(tx: Tx): Promise<void> {
  await tx.run(sql`
    create temporary table if not exists in_household (
      household_id bigint, place_code text collate "C", number text collate "C", status text, cause text,
      size smallint, head_name text, head_key text, income bigint, sealed bytea, facts jsonb
    ) on commit delete rows`)
  await tx.run(sql`
    create temporary table if not exists in_member (
      household_id bigint, person_id bigint, row_no int, line smallint, name_key text collate "C", initials text collate "C",
      document_tail text collate "C", document_mask text, sealed bytea, disputed boolean, masked jsonb
    ) on commit delete rows`)
  await tx.run(sql`
    create temporary table if not exists in_clash (household_id bigint primary key, other bigint) on commit delete rows`)
}

async function fillRoom(tx: Tx, prepared: Prepared): Promise<void> {
  const copy = (table: string, text: string) =>
    tx.copyIn(`copy ${table} from stdin`, async (to) => {
      if (!to.write(text)) await once(to, 'drain')
    })
  await copy('in_household', prepared.households)
  await copy('in_member', prepared.members)
}

/** Takes out households whose number is taken by now. Nothing in the province's chain since the check: none is. */
async function setAsideTakenNumbers(tx: Tx, intake: Intake, chain: string): Promise<Clashed[]> {
  if (intake.checkedAt !== undefined && intake.checkedAt === (await newestLink(tx, chain))) return []
  await tx.run(sql`
    insert into in_clash select i.household_id, min(h.household_id)
    from in_household i join household h on h.number = i.number and h.place_code = i.place_code
    group by 1`)
  return takeOutClashes(tx)
}

/**
 * Takes out households one of whose identity numbers is taken by now. Claiming the numbers is the check itself: the
 * table's key lets one claim through.
 */
async function setAsideTakenIdentities(tx: Tx, intake: Intake): Promise<Clashed[]> {
  // Whoever has a number has its tail too.
  const [{ wanted } = { wanted: 0 }] = await tx.all<{ wanted: number }>(
    sql`select count(document_tail) as wanted from in_member`,
  )
  const claimed = await tx.run(sql`
    insert into identity (id_hash, household_id, person_id)
    select r.id_hash, m.household_id, m.person_id from ${withStaged(intake)} where r.id_hash is not null order by r.id_hash
    on conflict (id_hash) do nothing`)
  if (claimed === wanted) return []
  const taken = sql`
    select m.household_id, m.person_id, i.household_id as other from ${withStaged(intake)} join identity i using (id_hash)
    where (i.household_id, i.person_id) <> (m.household_id, m.person_id)`
  if (intake.allowDisputed) {
    await tx.run(sql`
      update in_member m set disputed = true from (${taken}) t
      where t.household_id = m.household_id and t.person_id = m.person_id`)
    return []
  }
  await tx.run(sql`insert into in_clash select household_id, min(other) from (${taken}) t group by 1`)
  await tx.run(sql`delete from identity i using in_clash c where i.household_id = c.household_id`)
  return takeOutClashes(tx)
}

async function takeOutClashes(tx: Tx): Promise<Clashed[]> {
  const clashed = await tx.all<Clashed>(sql`
    select h.place_code as place, h.number, c.other as household,
           (select array_agg(m.row_no order by m.row_no) from in_member m where m.household_id = c.household_id) as rows
    from in_clash c join in_household h using (household_id) order by 1, 2`)
  if (clashed.length === 0) return []
  await tx.run(sql`delete from in_member m using in_clash c where m.household_id = c.household_id`)
  await tx.run(sql`delete from in_household h using in_clash c where h.household_id = c.household_id`)
  await tx.run(sql`delete from in_clash`)
  return clashed
}

/** The members that enter (m), each with its staged row (r): facts go from table to table and not through this program. */
const withStaged = ({ importId }: Intake) =>
  sql`in_member m join import_row r on r.import_id = ${importId}::bigint and r.row_no = m.row_no`

async function insertAll(tx: Tx, intake: Intake): Promise<{ households: number; persons: number }> {
  const { importId, period, why, actor, today } = intake
  const households = await tx.run(sql`
    insert into household (household_id, place_code, number, status, cause, size, head_name, head_key, income, period,
                           registered_on, import_id, version, sealed)
    select household_id, place_code, number, status, cause, size, head_name, head_key, income, ${period}, ${today}::date,
           ${importId}::bigint, 1, sealed
    from in_household`)
  await tx.run(sql`
    insert into household_facts (household_id, period, place_code, facts, action_no)
    select household_id, ${period}, place_code, facts, 1 from in_household`)
  // Both in one statement: the staged rows are wide, and looking each up costs as much as an index of the register.
  const persons = await tx.run(sql`
    with entering as materialized (
      select m.*, r.place_code, r.name, r.relation, r.sex, r.born_on::date, r.joined_on::date, r.member_facts
      from ${withStaged(intake)}
    ), facts as (
      insert into member_facts (household_id, person_id, period, place_code, facts, action_no)
      select household_id, person_id, ${period}, place_code,
             case when masked is null then member_facts::jsonb else member_facts::jsonb || masked end, 1
      from entering
    )
    insert into member (household_id, person_id, joined_on, place_code, line, name, name_key, initials, relation, sex,
                        born_on, document_tail, document_mask, sealed, disputed, action_no)
    select household_id, person_id, coalesce(joined_on, ${today}::date), place_code, line, name, name_key, initials,
           relation, sex, born_on, document_tail, document_mask, sealed, disputed, 1
    from entering`)
  await tx.run(sql`
    insert into household_action (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    select household_id, 1, 'register', place_code, ${today}::date, ${actor.at}::timestamptz, ${actor.accountId}::bigint,
           ${actor.postId}::bigint, ${why}, jsonb_build_object('import', ${importId}::bigint, 'size', size)
    from in_household`)
  const counted = sql`select place_code, status, cause, count(*) as households, sum(size) as persons from in_household group by 1, 2, 3`
  for (const statement of tallySql(counted, [])) await tx.run(statement)
  return { households, persons }
}

/** One entry for each first action, computed from what was just inserted: reading the actions back would cost more. */
const entriesSql = ({ importId, why, actor, today }: Intake) => sql`
  select (row_number() over (order by household_id))::int as entry_no, 'household.register' as kind, place_code,
         'household' as subject, household_id::text as subject_id,
         jsonb_build_object('action', 1, 'digest', action_digest(household_id, 1, 'register', place_code, ${today}::date,
           ${actor.at}::timestamptz, ${actor.accountId}::bigint, ${actor.postId}::bigint, ${why},
           jsonb_build_object('import', ${importId}::bigint, 'size', size))) as detail
  from in_household`
