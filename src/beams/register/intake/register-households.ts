import { once } from 'node:events'
import type { Day } from '../../../kernel/calendar.ts'
import type { Actor } from '../../../platform/audit/write.ts'
import { appendLink } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import { derive } from '../../../policy/form/derive.ts'
import type { Facts } from '../../../policy/form/value.ts'
import { maskIdentity } from '../../../policy/identity.ts'
import { maskValue, sealSecrets } from '../household/sealed.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { copyBytes, copyText, copyTextOrNull } from './copy-text.ts'
import type { StagedRecord } from './queries.ts'
import type { RowReader } from './read-rows.ts'

export type IntakeParts = Pick<RegisterParts, 'pack' | 'vault' | 'ids'> & { keysOf: KeysOf }

export type Intake = {
  readonly importId: number
  readonly period: string
  readonly why: string
  readonly secretFields: RowReader['secretFields']
  readonly actor: Actor & { accountId: number }
  readonly today: Day
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
 * Brings staged households of one audit chain into the register, in the caller's transaction, however many they are:
 * numbers, members, facts, identity, search keys, first action, tally and audit. Every household is whole.
 * @param rows all rows of each household, household by household
 */
export async function registerHouseholds(
  tx: Tx,
  parts: IntakeParts,
  intake: Intake,
  chain: string,
  rows: readonly StagedRecord[],
  secrets: ReadonlyMap<number, readonly string[]>,
): Promise<{ households: number; persons: number; clashed: Clashed[] }> {
  await makeRoom(tx)
  await fillRoom(tx, parts, intake, rows, secrets)
  // Two imports of one province take turns from here on, so what is looked at now stays true until commit.
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`intake ${chain}`}))`)
  const clashed = await setAsideClashes(tx, intake)
  const { households, persons } = await insertAll(tx, intake)
  if (households > 0) await appendLink(tx, intake.actor, chain, entriesSql)
  return { households, persons, clashed }
}

async function makeRoom(tx: Tx): Promise<void> {
  await tx.run(sql`
    create temporary table if not exists in_household (
      household_id bigint primary key, place_code text collate "C", number text collate "C", status text, cause text,
      size smallint, head_name text, head_key text, income bigint, sealed bytea, facts jsonb
    ) on commit delete rows`)
  await tx.run(sql`
    create temporary table if not exists in_member (
      household_id bigint, person_id bigint, row_no int, line smallint, name text collate "C", name_key text collate "C",
      initials text collate "C", relation text, sex text, born_on date, joined_on date, document_tail text collate "C",
      document_mask text, sealed bytea, id_hash bytea, disputed boolean, facts jsonb
    ) on commit delete rows`)
}

async function fillRoom(
  tx: Tx,
  parts: IntakeParts,
  intake: Intake,
  rows: readonly StagedRecord[],
  secrets: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  const { pack, vault, ids, keysOf } = parts
  const form = householdForm(pack)
  const status = boundField(form, 'household.status')!.id
  const cause = boundField(form, 'household.cause')!.id
  const income = boundField(form, 'household.income')?.id
  const document = boundField(form, 'member.document')!.id
  const groups = groupByHousehold(rows)
  const firstHousehold = await ids.take('household', groups.length)
  let person = await ids.take('person', rows.length)
  let households = ''
  let members = ''

  for (const [index, group] of groups.entries()) {
    const householdId = firstHousehold + index
    const head = group.find((row) => row.head)!
    const ordered = [head, ...group.filter((row) => row !== head)]
    const {
      [status]: statusCode,
      [cause]: causeCode,
      ...facts
    } = JSON.parse(head.household_facts) as Record<string, Facts[string]>
    const sealedFacts = ownSecrets(intake.secretFields, secrets.get(head.row_no), 'household')
    const kept = { ...facts, ...masked(sealedFacts), ...derive(form, facts, group.length) }
    const { key: headKey } = keysOf(head.name)
    households += `${householdId}\t${head.place_code}\t${copyText(head.number)}\t${statusCode ?? ''}\t${causeCode ?? ''}\t${group.length}\t${copyText(head.name)}\t${copyText(headKey)}\t${income !== undefined && income in kept ? kept[income] : '\\N'}\t${copyBytes(sealSecrets(vault, sealedFacts))}\t${copyText(JSON.stringify(kept))}\n`
    for (const [line, row] of ordered.entries()) {
      const own = ownSecrets(intake.secretFields, secrets.get(row.row_no), 'member')
      const number = own[document]
      const { [document]: _, ...others } = own
      const { key, initials } = keysOf(row.name)
      const extra = masked(others)
      const factsText =
        Object.keys(extra).length > 0 ? JSON.stringify({ ...JSON.parse(row.member_facts), ...extra }) : row.member_facts
      members += `${householdId}\t${person++}\t${row.row_no}\t${line + 1}\t${copyText(row.name)}\t${copyText(key)}\t${copyText(initials)}\t${row.relation}\t${row.sex}\t${row.born_on}\t${row.joined_on ?? '\\N'}\t${copyTextOrNull(number?.slice(-4) ?? '')}\t${number ? maskIdentity(pack.identity, number) : '\\N'}\t${copyBytes(sealSecrets(vault, own))}\t${number ? copyBytes(vault.blindIndex(number)) : '\\N'}\tf\t${copyText(factsText)}\n`
    }
  }
  const copy = (table: string, text: string) =>
    tx.copyIn(`copy ${table} from stdin`, async (to) => {
      if (!to.write(text)) await once(to, 'drain')
    })
  await copy('in_household', households)
  await copy('in_member', members)
  // The planner knows nothing of a table that was just filled.
  await tx.run(sql`analyze in_household, in_member`)
}

/**
 * Takes out households whose number or one of whose identity numbers is taken by now. Claiming the identity numbers is
 * the check itself: the table's key lets one claim through.
 */
async function setAsideClashes(tx: Tx, intake: Intake): Promise<Clashed[]> {
  await tx.run(sql`
    create temporary table if not exists in_clash (household_id bigint primary key, other bigint) on commit delete rows`)
  await tx.run(sql`
    insert into in_clash select i.household_id, min(h.household_id)
    from in_household i join household h on h.number = i.number and h.place_code = i.place_code
    group by 1`)
  const claim = sql`
    insert into identity (id_hash, household_id, person_id)
    select id_hash, household_id, person_id from in_member
    where id_hash is not null and household_id not in (select household_id from in_clash)
    order by id_hash on conflict (id_hash) do nothing`
  await tx.run(claim)
  const taken = sql`
    select m.household_id, m.person_id, i.household_id as other from in_member m join identity i using (id_hash)
    where (i.household_id, i.person_id) <> (m.household_id, m.person_id)`
  if (intake.allowDisputed) {
    await tx.run(sql`
      update in_member m set disputed = true from (${taken}) t
      where t.household_id = m.household_id and t.person_id = m.person_id`)
  } else {
    await tx.run(sql`
      insert into in_clash select household_id, min(other) from (${taken}) t group by 1 on conflict do nothing`)
    await tx.run(sql`delete from identity i using in_clash c where i.household_id = c.household_id`)
  }
  const clashed = await tx.all<Clashed>(sql`
    select h.place_code as place, h.number, c.other as household,
           (select array_agg(m.row_no order by m.row_no) from in_member m where m.household_id = c.household_id) as rows
    from in_clash c join in_household h using (household_id) order by 1, 2`)
  if (clashed.length > 0) {
    await tx.run(sql`delete from in_member m using in_clash c where m.household_id = c.household_id`)
    await tx.run(sql`delete from in_household h using in_clash c where h.household_id = c.household_id`)
  }
  return clashed
}

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
  const persons = await tx.run(sql`
    insert into member (household_id, person_id, joined_on, place_code, line, name, name_key, initials, relation, sex,
                        born_on, document_tail, document_mask, sealed, disputed, action_no)
    select m.household_id, m.person_id, coalesce(m.joined_on, ${today}::date), h.place_code, m.line, m.name, m.name_key,
           m.initials, m.relation, m.sex, m.born_on, m.document_tail, m.document_mask, m.sealed, m.disputed, 1
    from in_member m join in_household h using (household_id)`)
  await tx.run(sql`
    insert into member_facts (household_id, person_id, period, place_code, facts, action_no)
    select m.household_id, m.person_id, ${period}, h.place_code, m.facts, 1
    from in_member m join in_household h using (household_id)`)
  await tx.run(sql`
    insert into household_action (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    select household_id, 1, 'register', place_code, ${today}::date, ${actor.at}::timestamptz, ${actor.accountId}::bigint,
           ${actor.postId}::bigint, ${why}, jsonb_build_object('import', ${importId}::bigint, 'size', size)
    from in_household`)
  await tx.run(sql`
    insert into village_tally (place_code, status, cause, households, persons)
    select place_code, status, cause, count(*), sum(size) from in_household group by 1, 2, 3 order by 1, 2, 3
    on conflict (place_code, status, cause) do update
      set households = village_tally.households + excluded.households, persons = village_tally.persons + excluded.persons`)
  return { households, persons }
}

const entriesSql = sql`
  select (row_number() over (order by a.household_id))::int as entry_no, 'household.register' as kind, a.place_code,
         'household' as subject, a.household_id::text as subject_id,
         jsonb_build_object('action', a.action_no, 'digest', action_digest(a.household_id, a.action_no, a.kind, a.place_code,
           a.effective_on, a.recorded_at, a.account_id, a.post_id, a.why, a.detail)) as detail
  from household_action a join in_household i using (household_id) where a.action_no = 1`

function groupByHousehold(rows: readonly StagedRecord[]): StagedRecord[][] {
  const groups: StagedRecord[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && last[0]!.place_code === row.place_code && last[0]!.number === row.number) last.push(row)
    else groups.push([row])
  }
  return groups
}

function ownSecrets(
  fields: RowReader['secretFields'],
  values: readonly string[] | undefined,
  of: 'household' | 'member',
): Record<string, string> {
  const own: Record<string, string> = {}
  fields.forEach((field, index) => {
    const value = values?.[index]
    if (field.of === of && value) own[field.id] = value
  })
  return own
}

/** What stands among the open facts in place of a sensitive value. */
function masked(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([id, value]) => [id, maskValue(value)]))
}
