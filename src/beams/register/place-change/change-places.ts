import { dayOf } from '../../../kernel/calendar.ts'
import { type PlaceCode, ROOT, type Scope } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Actor, ChainOf, Entry } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/db/ids.ts'
import type { Pack } from '../../../policy/pack.ts'
import type { KeysOf } from '../name-keys.ts'
import { takeTurn } from '../take-turn.ts'
import type { PlaceChangeWish } from './contract.ts'
import { moveHouseholds } from './move-households.ts'
import { movePlaces, renamePlace } from './move-places.ts'
import { type Plan, planChange } from './plan.ts'

export type PlaceChangeParts = {
  readonly pack: Pack
  readonly ids: Ids
  readonly keysOf: KeysOf
  readonly chainOf: ChainOf
}

export type Touched = { readonly places: number; readonly households: number; readonly persons: number }

export type PlaceChanged = Touched & {
  readonly saved: boolean
  readonly place: PlaceCode
  readonly codes: { from: string; to: string; officialCode: string; name: string }[]
}

const SHOWN = 50
const DAY_MS = 86_400_000

/**
 * Changes the tree of places in the caller's transaction: places that get another key end and begin anew with
 * everything below them, households and posts go along, and the past keeps the tree it had. With `preview` nothing is
 * written. Throws a Problem when the tree, the caller's reach or work under way does not allow it.
 * @param most refuses to move more households than this; nothing when any number may
 */
export async function changePlaces(
  tx: Tx,
  parts: PlaceChangeParts,
  actor: Actor & { readonly scope: Scope },
  code: PlaceCode,
  wish: PlaceChangeWish,
  audit: (entry: Entry) => void,
  most?: number,
): Promise<PlaceChanged> {
  const tomorrow = dayOf(new Date(actor.at.getTime() + DAY_MS), parts.pack.utcOffset)
  if (wish.effectiveOn > tomorrow) throw new Problem('change.in-future', { day: wish.effectiveOn })
  // Nobody else changes the tree between the look at it and the change.
  await takeTurn(tx, ROOT)
  const found = await planChange(tx, { pack: parts.pack, scope: actor.scope }, code, wish.change)
  await holdStill(tx, parts.chainOf, found)
  await listEnding(tx, found, parts)
  await demandAfter(tx, found, wish.effectiveOn)
  await listMoving(tx, found, parts.pack.levels.length - 1)
  const touched = await touchedBy(tx, found)
  if (most !== undefined && touched.households > most) {
    throw new Problem('place.too-many', { households: touched.households, most })
  }
  const codes = await tx.all<PlaceChanged['codes'][number]>(sql`
    select old as "from", new as "to", official_code as "officialCode", name from place_move order by old limit ${SHOWN}`)
  const result = { ...touched, place: found.result, codes }
  if (wish.preview) return { ...result, saved: false }
  await demandNoImport(tx, found)
  const change = await parts.ids.next('place-change')
  const cause = { change, on: wish.effectiveOn, why: wish.why }
  if (found.renamed) await renamePlace(tx, found.place, { ...found.renamed, keysOf: parts.keysOf }, cause)
  else await movePlaces(tx, found, parts.keysOf, cause)
  if (touched.households > 0) await moveHouseholds(tx, actor, parts.chainOf, cause)
  await tx.run(sql`
    insert into place_change (change_id, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    values (${change}, ${wish.change.kind}, ${found.place.code}, ${wish.effectiveOn}, ${actor.at}, ${actor.accountId}, ${actor.postId},
            ${wish.why}, ${JSON.stringify({ ...touched, result: found.result, change: wish.change })}::jsonb)`)
  audit({
    kind: `place.${wish.change.kind}`,
    place: found.result,
    subject: 'place',
    subjectId: found.place.code,
    detail: { change, ...touched, result: found.result },
  })
  return { ...result, saved: true }
}

/** Nobody brings households into the villages meanwhile. */
async function holdStill(tx: Tx, chainOf: ChainOf, { place, result }: Plan): Promise<void> {
  for (const chain of [...new Set([chainOf(place.code), chainOf(result)])].sort()) await takeTurn(tx, chain)
  await tx.all(sql`select code from place where code in (${place.code}, ${result}) order by code for update`)
}

/** Makes `place_move`: every place that gets another key, with its row to be. */
async function listEnding(tx: Tx, { roots }: Plan, { pack, keysOf }: PlaceChangeParts): Promise<void> {
  const nests = pack.codes.kind === 'prefix'
  const rows = roots.map((root) => ({ ...root, key: keysOf(root.name).key }))
  await tx.run(sql`
    create temporary table place_move (
      old text collate "C" primary key, new text collate "C" not null, parent text collate "C" not null, level smallint not null,
      name text not null, name_key text not null, official_code text not null, valid_from date not null
    ) on commit drop`)
  await tx.run(sql`
    insert into place_move
    select p.code, r.new || substr(p.code, length(r.old) + 1),
           case when p.code = r.old then r.parent else r.new || substr(p.parent, length(r.old) + 1) end, p.level,
           case when p.code = r.old then r.name else p.name end, case when p.code = r.old then r.key else p.name_key end,
           case when p.code = r.old then r."officialCode"
                when ${nests} then r.new || substr(p.code, length(r.old) + 1) || substr(p.official_code, length(p.code) + 1)
                else p.official_code end, p.valid_from
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
         as r (old text, new text, parent text, "officialCode" text, name text, key text)
    join place p on p.code >= r.old collate "C" and p.code < upper_bound(r.old) collate "C" and p.valid_to is null`)
}

/** A place cannot change before it began. */
async function demandAfter(tx: Tx, { place }: Plan, on: string): Promise<void> {
  const row = await tx.first<{ name: string; from: string }>(sql`
    select name, valid_from as "from" from (
      select name, valid_from from place_move union all select ${place.name}, ${place.from}::date
    ) p where valid_from >= ${on}::date limit 1`)
  if (row) throw new Problem('place.before-start', { name: row.name, day: on, from: row.from })
}

/** Makes `moving`: every household that goes to another village, with the number it gets there. */
async function listMoving(tx: Tx, { place, households }: Plan, lowest: number): Promise<void> {
  await tx.run(sql`
    create temporary table moving on commit drop as
    select h.household_id, m.new as place, h.number
    from place_move m join household h on h.place_code = m.old where m.level = ${lowest}`)
  if (!households) return
  const some = households.ids === 'all' ? sql`true` : sql`h.household_id = any(${households.ids})`
  // Who comes to a village where his number is taken, or was, gets one behind the greatest of both.
  const taken = sql`exists (
    select from household o where o.place_code = ${households.to} and o.number = h.number
    union all select from household_end o where o.place_code = ${households.to} and o.number = h.number)`
  await tx.run(sql`
    insert into moving
    select h.household_id, ${households.to},
           case when ${taken}
                then lpad((s.greatest + row_number() over (
                       partition by ${taken}
                       order by h.number, h.household_id))::text, s.width, '0')
                else h.number end
    from household h, lateral (
      select coalesce(max(o.number::numeric) filter (where o.number ~ '^[0-9]{1,18}$'), 0) as greatest,
             coalesce(max(length(o.number)) filter (where o.number ~ '^[0-9]{1,18}$'), 1) as width
      from (select place_code, number from household union all select place_code, number from household_end) o
      where o.place_code in (${place.code}, ${households.to})) s
    where h.place_code = ${place.code} and ${some}`)
}

async function touchedBy(tx: Tx, { place, renamed, mergedInto, roots }: Plan): Promise<Touched> {
  const row = await tx.first<Touched>(sql`
    select (select count(*) from place_move)::int as places,
           count(*)::int as households, coalesce(sum(h.size), 0)::int as persons
    from moving m join household h using (household_id)`)
  const itself = renamed || (mergedInto && !roots.some((root) => root.old === place.code)) ? 1 : 0
  return { ...row!, places: row!.places + itself }
}

/** Rows that wait to enter the register name places as they were when they were checked. */
async function demandNoImport(tx: Tx, { place, mergedInto }: Plan): Promise<void> {
  const ending = sql`
    exists (select from (select old from place_move union all select ${place.code} where ${mergedInto !== undefined}) m
            where m.old >= r.place_code and m.old < upper_bound(r.place_code) or r.place_code = ${ROOT}
               or r.place_code >= m.old and r.place_code < upper_bound(m.old))`
  const under = await tx.first<{ import_id: number }>(sql`
    select import_id from import_run r
    where (state in ('checking', 'applying', 'undoing') or state = 'cancelled' and (counts ->> 'registered')::int > 0) and ${ending}
    limit 1`)
  if (under) throw new Problem('place.import-running', { import: under.import_id })
  await tx.run(sql`update import_run r set state = 'mapping' where state = 'checked' and ${ending}`)
}
