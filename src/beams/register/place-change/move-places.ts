import { sql, type Tx } from '../../../platform/db/database.ts'
import type { KeysOf } from '../name-keys.ts'
import type { Cause } from './move-households.ts'
import type { Plan, Standing } from './plan.ts'

/** Gives a place another name or official code and keeps the one it had. */
export async function renamePlace(
  tx: Tx,
  place: Standing,
  { name, officialCode, keysOf }: { name: string; officialCode: string; keysOf: KeysOf },
  { change, on }: Cause,
): Promise<void> {
  await tx.run(sql`
    insert into place_former (place_code, until, name, name_key, official_code, change_id)
    select code, ${on}::date, name, name_key, official_code, ${change}::bigint from place where code = ${place.code}`)
  await tx.run(sql`
    update place set name = ${name}, name_key = ${keysOf(name).key}, official_code = ${officialCode} where code = ${place.code}`)
}

/**
 * Ends the places of `place_move` and begins their successors; begins the new place of a split, ends the place that is
 * merged. Tags, posts, jobs and imports go along.
 */
export async function movePlaces(
  tx: Tx,
  { place, fresh, mergedInto }: Plan,
  keysOf: KeysOf,
  { on }: Cause,
): Promise<void> {
  if (fresh) {
    await tx.run(sql`
      insert into place (code, parent, level, name, name_key, official_code, valid_from)
      values (${fresh.new}, ${fresh.parent}, ${place.level}, ${fresh.name}, ${keysOf(fresh.name).key}, ${fresh.officialCode}, ${on})`)
  }
  await tx.run(sql`
    insert into place (code, parent, level, name, name_key, official_code, valid_from)
    select new, parent, level, name, name_key, official_code, ${on}::date from place_move order by level, new`)
  await tx.run(sql`create temporary table place_end on commit drop as select old, new, true as same from place_move`)
  if (mergedInto) await tx.run(sql`insert into place_end values (${place.code}, ${mergedInto}, false)`)
  await tx.run(sql`
    update place p set valid_to = ${on}::date, became = e.new from place_end e where p.code = e.old`)
  // What a place was tagged with holds for its successor; a place that took it in keeps its own tags.
  await tx.run(sql`
    insert into place_tag (place_code, tag, from_on, value)
    select e.new, t.tag, greatest(t.from_on, ${on}::date), t.value
    from place_end e join place_tag t on t.place_code = e.old where e.same and t.to_on is null`)
  await tx.run(sql`
    update place_tag t set to_on = ${on}::date from place_end e
    where t.place_code = e.old and t.to_on is null and t.from_on < ${on}::date`)
  // The land stays where it is.
  await tx.run(sql`
    insert into place_boundary (place_code, valid_from, shape, west, south, east, north, points, source)
    select e.new, ${on}::date, b.shape, b.west, b.south, b.east, b.north, b.points, b.source
    from place_end e join place_boundary b on b.place_code = e.old where e.same and b.valid_to is null`)
  await tx.run(sql`
    update place_boundary b set valid_to = ${on}::date from place_end e
    where b.place_code = e.old and b.valid_to is null and b.valid_from < ${on}::date`)
  for (const table of goesAlong) {
    await tx.run(sql`update ${sql.table(table)} t set place_code = e.new from place_end e where t.place_code = e.old`)
  }
}

/** Tables whose rows stay with their place when it gets another key. Those of households follow their households. */
export const goesAlong = ['post', 'job', 'import_run', 'household_end', 'saved_view'] as const
