import { type PlaceCode, ROOT, type Scope, within } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'
import { firstSegment } from '../place/read-places.ts'
import type { WishedPlaceChange } from './contract.ts'

/** A place as a change finds it. */
export type Standing = {
  readonly code: PlaceCode
  readonly parent: PlaceCode | null
  readonly level: number
  readonly name: string
  readonly officialCode: string
  readonly from: string
  readonly until: string | null
}

/** A place that gets another key, with everything below it. */
export type Root = {
  readonly old: PlaceCode
  readonly new: PlaceCode
  readonly parent: PlaceCode
  readonly officialCode: string
  readonly name: string
}

/** What a change comes to, before anything is written. */
export type Plan = {
  readonly place: Standing
  /** Name and official code from then on, where the place keeps its key. */
  readonly renamed?: { readonly name: string; readonly officialCode: string }
  readonly roots: readonly Root[]
  /** A place that begins beside it. */
  readonly fresh?: Omit<Root, 'old'>
  /** The place ends and what is in it goes to this one. */
  readonly mergedInto?: PlaceCode
  /** Households that go from the place to another: all, or some. */
  readonly households?: { readonly to: PlaceCode; readonly ids: readonly number[] | 'all' }
  /** Where to find afterwards what was the place. */
  readonly result: PlaceCode
}

type Parts = { readonly pack: Pack; readonly scope: Scope }

/** Reads what a wish comes to. Throws a Problem when the tree or the caller's reach does not allow it. */
export async function planChange(tx: Tx, parts: Parts, code: PlaceCode, wish: WishedPlaceChange): Promise<Plan> {
  const place = await standing(tx, parts, code)
  if (place.code === ROOT) throw new Problem('place.root-stays')
  switch (wish.kind) {
    case 'rename':
      return unchangedKey(place, { name: wish.name, officialCode: place.officialCode })
    case 'recode':
    case 'upgrade':
      return planRecode(tx, parts, place, wish)
    case 'merge':
      return planMerge(tx, parts, place, wish.into)
    case 'split':
      return planSplit(tx, parts, place, wish)
  }
}

/** A place of today in reach; what is outside does not exist. */
async function standing(tx: Tx, { scope }: Parts, code: PlaceCode): Promise<Standing> {
  const found = within(code, scope)
    ? await tx.first<Standing>(sql`
        select code, parent, level, name, official_code as "officialCode", valid_from as "from", valid_to as "until"
        from place where code = ${code}`)
    : undefined
  if (!found) throw new Problem('request.not-found')
  if (found.until !== null) throw new Problem('place.ended', { name: found.name, day: found.until })
  return found
}

function unchangedKey(place: Standing, renamed: { name: string; officialCode: string }): Plan {
  if (renamed.name === place.name && renamed.officialCode === place.officialCode) throw new Problem('change.nothing')
  return { place, renamed, roots: [], result: place.code }
}

async function planRecode(
  tx: Tx,
  parts: Parts,
  place: Standing,
  wish: Extract<WishedPlaceChange, { kind: 'recode' | 'upgrade' }>,
): Promise<Plan> {
  const name = wish.name ?? place.name
  const keyed = await keyFor(tx, parts, place, wish.officialCode, wish.parent ?? place.parent!)
  if (keyed.parent === place.parent && (keyed.code === undefined || keyed.code === place.code)) {
    return unchangedKey(place, { name, officialCode: keyed.officialCode })
  }
  const key = keyed.code ?? (await freeSegment(tx, parts, keyed.parent, new Set()))
  const root = { old: place.code, new: key, parent: keyed.parent, officialCode: keyed.officialCode, name }
  return { place, roots: [root], result: key }
}

async function planMerge(tx: Tx, parts: Parts, place: Standing, into: PlaceCode): Promise<Plan> {
  if (into === place.code) throw new Problem('place.merge-self', { name: place.name })
  const target = await standing(tx, parts, into)
  if (target.level !== place.level) throw new Problem('place.other-level', { name: place.name, other: target.name })
  const merged = { place, mergedInto: into, result: into }
  if (place.level === parts.pack.levels.length - 1)
    return { ...merged, roots: [], households: { to: into, ids: 'all' } }
  return { ...merged, roots: await under(tx, parts, target, await childrenOf(tx, place.code)) }
}

async function planSplit(
  tx: Tx,
  parts: Parts,
  place: Standing,
  wish: Extract<WishedPlaceChange, { kind: 'split' }>,
): Promise<Plan> {
  const keyed = await keyFor(tx, parts, place, wish.officialCode, place.parent!)
  const code = keyed.code ?? (await freeSegment(tx, parts, keyed.parent, new Set()))
  if (keyed.parent !== place.parent) throw new Problem('place.code-elsewhere', { code: wish.officialCode })
  if (code === place.code) throw new Problem('place.code-taken', { code: wish.officialCode })
  const fresh = { new: code, parent: keyed.parent, officialCode: keyed.officialCode, name: wish.name }
  if (place.level === parts.pack.levels.length - 1) {
    if (wish.households.length === 0 || wish.children.length > 0) throw new Problem('place.split-what')
    await demandSome(tx, place, wish.households)
    return { place, roots: [], fresh, households: { to: code, ids: wish.households }, result: code }
  }
  if (wish.children.length === 0 || wish.households.length > 0) throw new Problem('place.split-what')
  const children = await childrenOf(tx, place.code)
  const wanted = new Set(wish.children)
  const going = children.filter((child) => wanted.has(child.code))
  const foreign = wish.children.find((child) => !children.some((one) => one.code === child))
  if (foreign !== undefined) throw new Problem('place.not-below', { code: foreign, name: place.name })
  if (going.length === children.length) throw new Problem('place.split-all', { name: place.name })
  return { place, roots: await under(tx, parts, { code, level: place.level }, going), fresh, result: code }
}

/** The households that go must all be there, and somebody must stay. */
async function demandSome(tx: Tx, place: Standing, ids: readonly number[]): Promise<void> {
  const row = await tx.first<{ going: number; staying: number }>(sql`
    select count(*) filter (where household_id = any(${ids}))::int as going,
           count(*) filter (where household_id <> all(${ids}))::int as staying
    from household where place_code = ${place.code}`)
  if (row!.going !== new Set(ids).size) throw new Problem('place.household-elsewhere', { name: place.name })
  if (row!.staying === 0) throw new Problem('place.split-all', { name: place.name })
}

async function childrenOf(tx: Tx, code: PlaceCode): Promise<Standing[]> {
  return tx.all<Standing>(sql`
    select code, parent, level, name, official_code as "officialCode", valid_from as "from", valid_to as "until"
    from place where parent = ${code} and valid_to is null order by code`)
}

/** Keys for places that come below another: the segment they had where it is free there, otherwise the next. */
async function under(
  tx: Tx,
  parts: Parts,
  above: { code: PlaceCode; level: number },
  places: readonly Standing[],
): Promise<Root[]> {
  const known = await tx.all<{ code: string }>(sql`select code from place where parent = ${above.code}`)
  const taken = new Set(known.map(({ code }) => code))
  const prefix = above.code === ROOT ? '' : above.code
  const sameSegment = (place: Standing) => prefix + place.code.slice(place.parent === ROOT ? 0 : place.parent!.length)
  const kept = new Set(places.map(sameSegment).filter((code) => !taken.has(code)))
  for (const code of kept) taken.add(code)
  const roots: Root[] = []
  for (const place of places) {
    const same = sameSegment(place)
    const code = kept.has(same) ? same : await freeSegment(tx, parts, above.code, taken)
    taken.add(code)
    const officialCode =
      parts.pack.codes.kind === 'prefix' ? code + place.officialCode.slice(place.code.length) : place.officialCode
    roots.push({ old: place.code, new: code, parent: above.code, officialCode, name: place.name })
  }
  return roots
}

type Keyed = { code: PlaceCode | undefined; parent: PlaceCode; officialCode: string }

/** Key and place above for an official code. Where codes do not nest there is no key yet. */
async function keyFor(tx: Tx, parts: Parts, place: Standing, officialCode: string, parent: PlaceCode): Promise<Keyed> {
  const { pack, scope } = parts
  const [level, aboveLevel] = [pack.levels[place.level]!, pack.levels[place.level - 1]!]
  const nests = pack.codes.kind === 'prefix'
  const code = nests ? officialCode.slice(0, level.length) : undefined
  const above = nests && place.level > 1 ? officialCode.slice(0, aboveLevel.length) : nests ? ROOT : parent
  const rest = officialCode.slice(level.length)
  const tooLong = officialCode.length > level.officialLength
  if (nests && (code!.length !== level.length || tooLong || !/^0*$/.test(rest) || !/^[0-9A-Z]+$/.test(officialCode))) {
    throw new Problem('place.no-such-code', { code: officialCode })
  }
  const found = await tx.first<{ level: number; until: string | null }>(
    sql`select level, valid_to as "until" from place where code = ${above}`,
  )
  const inReach = above === place.parent || within(above, scope)
  if (!found || found.until !== null || found.level !== place.level - 1 || !inReach) {
    throw new Problem('place.code-elsewhere', { code: officialCode })
  }
  const padded = nests ? officialCode.padEnd(level.officialLength, '0') : officialCode
  const other = await tx.first(sql`
    select 1 from place where code <> ${place.code} and (
      code = ${code ?? ''} or (official_code = ${padded} and level = ${place.level} and valid_to is null))`)
  if (other) throw new Problem('place.code-taken', { code: officialCode })
  return { code, parent: above, officialCode: padded }
}

/** The next segment below a place that no place ever had. */
async function freeSegment(tx: Tx, { pack }: Parts, parent: PlaceCode, taken: ReadonlySet<string>): Promise<PlaceCode> {
  const prefix = parent === ROOT ? '' : parent
  const known = await tx.all<{ code: string }>(sql`select code from place where parent = ${parent}`)
  const codes = [...known.map(({ code }) => code), ...taken]
  const row = await tx.first<{ level: number }>(sql`select level from place where code = ${parent}`)
  const length = pack.codes.kind === 'path' ? 0 : pack.levels[(row?.level ?? 0) + 1]!.length - prefix.length
  const width = pack.codes.kind === 'path' ? pack.codes.width : length
  const base = pack.codes.kind === 'path' ? 36 : 10
  const numbers = codes.map((code) => Number.parseInt(code.slice(prefix.length), base)).filter(Number.isFinite)
  const next = Math.max(base === 36 ? firstSegment(width) - 1 : 0, ...numbers) + 1
  const segment = next.toString(base).toUpperCase().padStart(width, '0')
  if (segment.length > width) throw new Problem('place.no-room', { code: parent })
  return prefix + segment
}
