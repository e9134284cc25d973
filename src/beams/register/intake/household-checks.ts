import { sql, type Tx } from '../../../platform/db/database.ts'
import { MARK } from './marks.ts'

/**
 * Checks that need the whole household, or the whole file, or the register: each one statement over the staged rows.
 * A household enters whole or not at all.
 */
export async function checkHouseholds(tx: Tx, importId: number): Promise<void> {
  // Only what the checks select and join by: the facts are wide, and nothing is planned by them. Some thousand rows tell
  // as much as the usual thirty thousand, each of which is a page to read.
  await tx.run(sql`set local default_statistics_target = 10`)
  await tx.run(sql`analyze import_row (import_id, row_no, place_code, number, head, state, masked, id_hash)`)
  for (const step of [
    oneHead,
    sameHouseholdFacts,
    sameIdentityInHousehold,
    strayRows,
    wholeHousehold,
    sameIdentityInFile,
    sameIdentityInRegister,
    releaseMasked,
  ]) {
    await tx.run(step(importId))
  }
}

/** Adds a fault to the rows that a query names (row_no, code, field, "values"). */
const fault = (importId: number, rows: ReturnType<typeof sql>) => sql`
  update import_row r
  set state = 'b', faults = (coalesce(r.faults::jsonb, '[]') || f.list)::text
  from (select row_no, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', code, 'field', field, 'values', "values"))) as list
        from (${rows}) x group by row_no) f
  where r.import_id = ${importId} and r.row_no = f.row_no`

const known = sql`place_code is not null and number is not null`

/** More members than any household has: rather a column that was filled down, and more than one chunk can hold. */
const MOST_MEMBERS = 500

/** A member whose relation cannot be read may be the head; that fault says enough. */
const oneHead = (importId: number) =>
  fault(
    importId,
    sql`
    select case when heads < 2 then first_row else later_head end as row_no,
           case when members > ${MOST_MEMBERS} then 'row.too-many-members' when heads = 0 then 'row.no-head' else 'row.two-heads' end as code,
           null::text as field,
           jsonb_build_object('number', number, 'count', case when members > ${MOST_MEMBERS} then members else heads end, 'most', ${MOST_MEMBERS}::int) as "values"
    from (
      select number, count(*) as members, count(*) filter (where head) as heads, count(*) filter (where relation is null) as unclear,
             min(row_no) as first_row, max(row_no) filter (where head) as later_head
      from import_row where import_id = ${importId} and ${known} group by place_code, number
    ) h where heads > 1 or (heads = 0 and unclear = 0) or members > ${MOST_MEMBERS}`,
  )

const sameHouseholdFacts = (importId: number) =>
  fault(
    importId,
    sql`
    select m.row_no, 'row.household-differs' as code, ltrim(e.key, ${MARK}) as field, jsonb_build_object('row', h.row_no) as "values"
    from import_row m
    join import_row h on h.import_id = m.import_id and h.place_code = m.place_code and h.number = m.number and h.head
    cross join jsonb_each(m.household_facts::jsonb) e
    where m.import_id = ${importId} and not m.head and m.household_facts <> '{}'
      and h.household_facts::jsonb -> e.key is distinct from e.value`,
  )

/** Identity numbers that stand in more than one row: few, so whatever looks for them looks at few rows. */
const standingTwice = (importId: number, also = sql`true`) => sql`
  select id_hash from import_row
  where import_id = ${importId} and id_hash is not null and ${also} group by 1 having count(*) > 1`

const sameIdentityInHousehold = (importId: number) =>
  fault(
    importId,
    sql`
    select row_no, 'row.same-identity-in-household' as code, null::text as field, jsonb_build_object('row', first_row) as "values"
    from (
      select row_no, first_value(row_no) over (partition by place_code, number, id_hash order by row_no) as first_row
      from import_row
      where import_id = ${importId} and ${known} and id_hash in (${standingTwice(importId)})
    ) d where row_no > first_row`,
  )

/**
 * A row without a village or without a household number probably belongs to the household beside it, which would enter
 * without that member. So that household waits too: the one with the same number, else the one of the row above, or
 * below a head.
 */
const strayRows = (importId: number) =>
  fault(
    importId,
    sql`
    with lined as (
      select row_no, number, head, place_code is not null and number is not null as known,
             max(row_no) filter (where ${known}) over (order by row_no) as above,
             min(row_no) filter (where ${known}) over (order by row_no desc) as below
      from import_row
      where import_id = ${importId}
        and exists (select from import_row where import_id = ${importId} and (place_code is null or number is null))
    ), beside as (
      select s.row_no as stray, n.place_code, n.number
      from lined s join import_row n on n.import_id = ${importId}
        and n.row_no = any(case when s.number is not null then array[s.above, s.below] when s.head then array[s.below] else array[s.above] end)
      where not s.known
        and case when s.number is not null then n.number = s.number when s.head then not n.head else true end
    )
    select r.row_no, 'row.household-has-faults' as code, null::text as field,
           jsonb_build_object('number', r.number, 'row', min(b.stray)) as "values"
    from beside b join import_row r on r.import_id = ${importId} and r.place_code = b.place_code and r.number = b.number
    where r.state = 'g' group by r.row_no, r.number`,
  )

/** A household with a bad row waits as a whole; each of its other rows says which row to look at. */
const wholeHousehold = (importId: number) =>
  fault(
    importId,
    sql`
    select r.row_no, 'row.household-has-faults' as code, null::text as field,
           jsonb_build_object('number', r.number, 'row', b.bad_row) as "values"
    from import_row r
    join (select place_code, number, min(row_no) as bad_row from import_row
          where import_id = ${importId} and state = 'b' and ${known} group by 1, 2) b using (place_code, number)
    where r.import_id = ${importId} and r.state = 'g'`,
  )

/**
 * Two households of the file claim the same person: both are held, neither is believed more.
 */
const sameIdentityInFile = (importId: number) => sql`
  with hit as (
    select place_code, number, array_agg(row_no order by row_no) as rows
    from import_row
    where import_id = ${importId} and state = 'g' and id_hash in (${standingTwice(importId, sql`state = 'g'`)})
    group by 1, 2
  ), held as (${hold(importId, 'same-identity', sql`select place_code, number, rows, null::bigint as household_id from hit`)} returning place_code, number)
  update import_row r set state = 'h' from held
  where r.import_id = ${importId} and r.place_code = held.place_code and r.number = held.number and r.state = 'g'`

/** A person of the file is registered in another household. */
const sameIdentityInRegister = (importId: number) => sql`
  with hit as (
    select r.place_code, r.number, array_agg(r.row_no order by r.row_no) as rows, min(i.household_id) as household_id
    from import_row r
    join identity i on i.id_hash = r.id_hash
    left join household h on h.household_id = i.household_id
    where r.import_id = ${importId} and r.state = 'g'
      and (h.household_id is null or h.place_code <> r.place_code or h.number <> r.number)
    group by 1, 2
  ), held as (${hold(importId, 'same-identity', sql`select place_code, number, rows, household_id from hit`)} returning place_code, number)
  update import_row r set state = 'h' from held
  where r.import_id = ${importId} and r.place_code = held.place_code and r.number = held.number and r.state = 'g'`

/** What is masked cannot be registered, so no person shall decide about it: it is compared, else refused. */
const releaseMasked = (importId: number) => sql`
  with masked as (
    delete from import_held h where h.import_id = ${importId} and exists (
      select from import_row r where r.import_id = h.import_id and r.place_code = h.place_code and r.number = h.number and r.masked)
    returning place_code, number)
  update import_row r set state = 'g' from masked m
  where r.import_id = ${importId} and r.place_code = m.place_code and r.number = m.number and r.state = 'h'`

/** Notes households to be held. The query has place_code, number, rows, household_id. */
export function hold(importId: number, reason: string, households: ReturnType<typeof sql>) {
  return sql`
    insert into import_held (import_id, place_code, number, reason, household_id, detail)
    select ${importId}, x.place_code, x.number, ${reason}, x.household_id,
           jsonb_build_object('rows', x.rows, 'head', coalesce((select r.name from import_row r where r.import_id = ${importId}
             and r.place_code = x.place_code and r.number = x.number and r.head limit 1), ''))
    from (${households}) x
    on conflict (import_id, place_code, number) do nothing`
}

/** A masked identity number is as good as none, unless the register knows the household and agrees. */
export async function refuseMasked(tx: Tx, importId: number): Promise<void> {
  await tx.run(
    fault(
      importId,
      sql`select row_no, 'row.masked-identity' as code, null::text as field, '{}'::jsonb as "values"
          from import_row where import_id = ${importId} and state = 'g' and masked`,
    ),
  )
  await tx.run(wholeHousehold(importId))
}
