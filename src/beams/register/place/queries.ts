import { type PlaceCode, ROOT, type Scope } from '../../../kernel/place-code.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import { countedBelow, countedIn } from './tally.ts'

export type PlaceRow = { code: string; parent: string | null; level: number; name: string; official_code: string }
export type ChildRow = PlaceRow & {
  households: number
  persons: number
  all_households: number
  all_persons: number
  has_children: boolean
  tags: string[]
}
/** With its days, and what took its place. */
export type KeptPlaceRow = PlaceRow & { valid_from: string; valid_to: string | null; became: string | null }

/** A place of any time. */
export async function findPlace(tx: Tx, code: PlaceCode): Promise<KeptPlaceRow | undefined> {
  return tx.first<KeptPlaceRow>(sql`
    select code, parent, level, name, official_code, valid_from, valid_to, became from place where code = ${code}`)
}

/** The places above one, highest first. */
export async function placesAbove(tx: Tx, code: PlaceCode): Promise<PlaceRow[]> {
  return tx.all<PlaceRow>(sql`
    with recursive up as (
      select p.* from place p where p.code = (select parent from place where code = ${code})
      union all
      select p.* from up join place p on p.code = up.parent
    )
    select code, parent, level, name, official_code from up order by level`)
}

/** Which households are counted; without a list, all. */
export type Counted = {
  readonly status?: readonly string[] | undefined
  readonly cause?: readonly string[] | undefined
}

/** A condition on counts by status and cause. */
export function countedWhere({ status, cause }: Counted): RawBuilder<unknown> {
  return sql`(${status ?? null}::text[] is null or status = any(${status ?? null}))
      and (${cause ?? null}::text[] is null or cause = any(${cause ?? null}))`
}

/** The places right below one, with what the register counts in each: as filtered, and all. */
export async function childrenOf(tx: Tx, code: PlaceCode, counted: Counted = {}): Promise<ChildRow[]> {
  return tx.all<ChildRow>(sql`
    select p.code, p.parent, p.level, p.name, p.official_code,
           coalesce(t.households, 0) as households, coalesce(t.persons, 0) as persons,
           coalesce(t.all_households, 0) as all_households, coalesce(t.all_persons, 0) as all_persons,
           exists (select from place c where c.parent = p.code) as has_children,
           array(select g.tag from place_tag g where g.place_code = p.code and g.to_on is null order by g.tag) as tags
    from place p
    left join (
      select code, sum(households) filter (where ${countedWhere(counted)})::bigint as households,
             sum(persons) filter (where ${countedWhere(counted)})::bigint as persons,
             sum(households)::bigint as all_households, sum(persons)::bigint as all_persons
      from (${countedBelow(code)}) cell group by 1
    ) t on t.code = p.code
    where p.parent = ${code} and p.valid_to is null
    order by p.code`)
}

export async function tallyIn(tx: Tx, scope: Scope): Promise<{ households: number; persons: number }> {
  const row = await tx.first<{ households: number; persons: number }>(sql`
    select coalesce(sum(households), 0)::bigint as households, coalesce(sum(persons), 0)::bigint as persons
    from (${countedIn(scope)}) cell`)
  return row!
}

/** Households and persons by status or main cause. */
export async function groupsIn(
  tx: Tx,
  scope: Scope,
  by: 'status' | 'cause',
): Promise<{ code: string; households: number; persons: number }[]> {
  return tx.all(sql`
    select ${sql.ref(by)} as code, sum(households)::bigint as households, sum(persons)::bigint as persons
    from (${countedIn(scope)}) cell
    group by 1 having sum(households) > 0 order by 2 desc, 1`)
}

export async function tagsOf(tx: Tx, code: PlaceCode): Promise<{ tag: string; value: string | null; from: string }[]> {
  return tx.all(sql`
    select tag, value, from_on as "from" from place_tag where place_code = ${code} and to_on is null order by tag`)
}

export async function countPlaces(tx: Tx): Promise<number> {
  const row = await tx.first<{ count: number }>(sql`select count(*) as count from place where code <> ${ROOT}`)
  return row!.count
}

/** What a place was called while it had the key that it has, latest first. */
export async function formerNames(
  tx: Tx,
  code: PlaceCode,
): Promise<{ name: string; officialCode: string; until: string }[]> {
  return tx.all(sql`
    select name, official_code as "officialCode", until from place_former where place_code = ${code} order by until desc, change_id desc`)
}

/**
 * Places of today in a range whose name, letters or code begin with a text, or did so once. Higher places first: who
 * types a county's name means the county. Those found by what they are come before those found by what they were.
 */
export async function searchPlaces(
  tx: Tx,
  scope: Scope,
  text: { name: string; key: string; code: string },
  limit: number,
): Promise<(PlaceRow & { path: string; former: string | null })[]> {
  const one = (column: string, prefix: string) =>
    prefix === ''
      ? sql`select null::text as code where false`
      : sql`(select code from place
             where ${sql.ref(column)} >= ${prefix} and ${sql.ref(column)} < ${`${prefix}\u{10ffff}`}
               and code >= ${scope.lo} and code < ${scope.hi} and valid_to is null
             order by level, ${sql.ref(column)} limit ${limit})`
  // Places that have ended keep their own code; places that were renamed keep theirs and have the old name beside.
  const once = (column: string, prefix: string) => {
    if (prefix === '') return sql`select null::text as code, null::text as former where false`
    const begins = sql`${sql.ref(column)} >= ${prefix} and ${sql.ref(column)} < ${`${prefix}\u{10ffff}`}`
    return sql`
      (select place_today(code), name || ' ' || official_code from place where ${begins} and valid_to is not null limit ${limit})
      union (select place_today(place_code), name || ' ' || official_code from place_former where ${begins} limit ${limit})`
  }
  return tx.all(sql`
    select p.code, p.parent, p.level, p.name, p.official_code, place_path(p.parent) as path, min(hit.former) as former
    from (
      select code, null::text as former
      from (${one('name', text.name)} union ${one('name_key', text.key)} union ${one('official_code', text.code)}) today
      union all
      select code, former
      from (${once('name', text.name)} union ${once('name_key', text.key)} union ${once('official_code', text.code)}) was (code, former)
      where code >= ${scope.lo} and code < ${scope.hi}
    ) hit
    join place p using (code)
    group by p.code order by bool_and(hit.former is not null), p.level, p.code limit ${limit}`)
}

/** Which of these official codes are known, as what. */
export async function placesByOfficialCode(tx: Tx, codes: readonly string[]): Promise<PlaceRow[]> {
  return tx.all<PlaceRow>(sql`
    select code, parent, level, name, official_code from place
    where (official_code = any(${codes}) or code = any(${codes})) and valid_to is null`)
}
