import { ROOT, type Scope, subtree } from '../../../kernel/place-code.ts'
import { type Database, type RawBuilder, sql } from '../../../platform/db/database.ts'

/** So many households and members more (or, negative, fewer) with a status and a main cause in a village. */
export type TallyChange = {
  readonly place: string
  readonly status: string
  readonly cause: string
  readonly households: number
  readonly persons: number
}

/**
 * The statements that carry changes of a few households into the counts, for the transaction that makes the changes.
 * They may be sent together.
 */
export function tallyOf(changes: readonly TallyChange[]): RawBuilder<unknown>[] {
  const emptied = changes.filter(({ households, persons }) => households < 0 || persons < 0).map(({ place }) => place)
  return tallySql(
    sql`select place as place_code, status, cause, sum(households) as households, sum(persons) as persons
        from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
             as r (place text, status text, cause text, households int, persons int)
        group by 1, 2, 3`,
    emptied,
  )
}

/**
 * As `tallyOf`, for changes that a query tells: columns place_code, status, cause, households, persons, a cell once.
 * @param emptied villages in which a cell may come to nothing
 */
export function tallySql(changes: RawBuilder<unknown>, emptied: readonly string[]): RawBuilder<unknown>[] {
  return [
    // In order of the key, so that two transactions that touch the same cells cannot wait for each other in a circle.
    sql`
    with change as (
      select place_code collate "C" as place_code, status, cause, households::int as households, persons::int as persons
      from (${changes}) c where households <> 0 or persons <> 0 order by 1, 2, 3
    ), counted as (
      insert into village_tally (place_code, status, cause, households, persons)
      select place_code, status, cause, households, persons from change
      on conflict (place_code, status, cause) do update
        set households = village_tally.households + excluded.households, persons = village_tally.persons + excluded.persons
    )
    insert into tally_delta (place_code, status, cause, written_by, households, persons)
    select place_code, status, cause, pg_current_xact_id(), households, persons from change
    on conflict (place_code, status, cause, written_by) do update
      set households = tally_delta.households + excluded.households, persons = tally_delta.persons + excluded.persons`,
    ...(emptied.length === 0
      ? []
      : [
          sql`delete from village_tally where place_code = any(${[...new Set(emptied)]}) and households = 0 and persons = 0`,
        ]),
  ]
}

// Only one folds at a time; whoever comes second has nothing to do.
const FOLD_LOCK = 'fold tallies'

/**
 * Folds what was written since the last time into the counts of the places above. Safe at any time and in any process:
 * readers see the same sums before and after.
 */
export async function foldTallies(db: Database): Promise<void> {
  await db.transaction(
    subtree(ROOT),
    async (tx) => {
      const [lock] = await tx.all<{ got: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtext(${FOLD_LOCK})) as got`,
      )
      if (!lock?.got) return
      const folded = await tx.run(sql`
        with recursive taken as (
          delete from tally_delta returning place_code, status, cause, households, persons
        ), summed as (
          select place_code, status, cause, sum(households) as households, sum(persons) as persons from taken group by 1, 2, 3
        ), up as (
          select v.place_code as village, p.parent as code
          from (select distinct place_code from summed) v join place p on p.code = v.place_code
          union all
          select up.village, p.parent from up join place p on p.code = up.code
        )
        insert into place_tally (place_code, status, cause, households, persons)
        select up.code, s.status, s.cause, sum(s.households), sum(s.persons)
        from summed s join up on up.village = s.place_code
        where up.code is not null group by 1, 2, 3 order by 1, 2, 3
        on conflict (place_code, status, cause) do update
          set households = place_tally.households + excluded.households, persons = place_tally.persons + excluded.persons`)
      if (folded > 0) await tx.run(sql`delete from place_tally where households = 0 and persons = 0`)
    },
    { bulk: true },
  )
}

/**
 * The counts of a range as a query: columns status, cause, households, persons, a cell perhaps more than once. Exact
 * whatever has been folded: one statement sees one moment. A range that is no place is counted from its villages.
 */
export function countedIn(scope: Scope): RawBuilder<unknown> {
  const known = sql`exists (select from place where code = ${scope.lo})`
  return sql`
    select status, cause, households, persons from place_tally where place_code = ${scope.lo}
    union all
    select status, cause, households, persons from village_tally where place_code = ${scope.lo}
    union all
    select status, cause, households, persons from tally_delta
    where place_code > ${scope.lo} and place_code < ${scope.hi} and ${known}
    union all
    select status, cause, households, persons from village_tally
    where place_code > ${scope.lo} and place_code < ${scope.hi} and not ${known}`
}

/** The counts of each place right below one, as `countedIn` with the column `code` before. */
export function countedBelow(code: string): RawBuilder<unknown> {
  const below = sql`(select code from place where parent = ${code} and valid_to is null) c`
  return sql`
    select t.place_code as code, t.status, t.cause, t.households, t.persons
    from ${below} join place_tally t on t.place_code = c.code
    union all
    select v.place_code, v.status, v.cause, v.households, v.persons
    from ${below} join village_tally v on v.place_code = c.code
    union all
    select c.code, d.status, d.cause, d.households, d.persons
    from ${below} join tally_delta d on d.place_code > c.code and d.place_code < upper_bound(c.code)`
}
