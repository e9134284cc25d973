import { type PlaceCode, ROOT } from '../../../kernel/place-code.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { type Box, boxOf, largestRing, middleOf, type Point, type Polygon, type Ring } from './polygon.ts'
import { divide, oval, wobble } from './schematic.ts'

export type Shape = { readonly code: string; readonly middle: Point; readonly polygons: readonly Polygon[] }

/** The map of the places right below one. */
export type ShapeSet = {
  /** Nobody has given boundaries: drawn by the tree alone. */
  readonly schematic: boolean
  /** Who drew the boundaries. */
  readonly sources: readonly string[]
  readonly box: Box | null
  readonly shapes: readonly Shape[]
}

/** A place's area as it is divided further, and whether it comes from no boundary at all. */
type Area = { readonly ring: Ring; readonly invented: boolean }

const KEEP_MS = 60_000
const MOST_KEPT = 400

/**
 * The shapes of places: boundaries where the register has them, else a schematic map that divides the area of the place
 * above. What was drawn is kept for a minute; places and boundaries change some times a year.
 */
export function createShapes(now: () => Date) {
  const drawn = new Map<PlaceCode, { at: number; set: Promise<ShapeSet> }>()
  const divided = new Map<PlaceCode, { at: number; areas: Map<PlaceCode, Area> }>()

  function fresh<T extends { at: number }>(kept: Map<string, T>, code: string): T | undefined {
    const found = kept.get(code)
    if (found && now().getTime() - found.at < KEEP_MS) return found
    if (kept.size >= MOST_KEPT) kept.clear()
    return undefined
  }

  async function areaOf(tx: Tx, code: PlaceCode): Promise<Area> {
    const boundary = await findBoundary(tx, code)
    if (boundary) return { ring: largestRing(boundary), invented: false }
    const parent = await parentOf(tx, code)
    if (code === ROOT || parent === undefined) return { ring: oval(), invented: true }
    return (await areasBelow(tx, parent)).get(code) ?? { ring: oval(), invented: true }
  }

  async function areasBelow(tx: Tx, code: PlaceCode): Promise<Map<PlaceCode, Area>> {
    const kept = fresh(divided, code)
    if (kept) return kept.areas
    const { ring, invented } = await areaOf(tx, code)
    const parts = await tx.all<{ code: string; weight: number }>(sql`
      select code, (6 + (select count(*) from place c where c.parent = p.code and c.valid_to is null))::int as weight
      from place p where parent = ${code} and valid_to is null order by code`)
    const areas = new Map([...divide(ring, parts)].map(([part, area]) => [part, { ring: area, invented }]))
    divided.set(code, { at: now().getTime(), areas })
    return areas
  }

  async function draw(tx: Tx, code: PlaceCode): Promise<ShapeSet> {
    const known = await boundariesBelow(tx, code)
    if (known.length > 0) {
      const shapes = known.map((row) => ({
        code: row.place_code,
        middle: middleOf(largestRing(row.shape)),
        polygons: row.shape,
      }))
      const sources = [...new Set(known.map((row) => row.source))].sort()
      return { schematic: false, sources, box: boxOfShapes(shapes), shapes }
    }
    const areas = await areasBelow(tx, code)
    const rings = new Map([...areas].map(([part, { ring }]) => [part, ring]))
    const invented = [...areas.values()].every((area) => area.invented)
    const shapes = [...(invented ? wobble(rings) : rings)].map(([part, ring]) => ({
      code: part,
      middle: middleOf(ring),
      polygons: [[ring]],
    }))
    return { schematic: true, sources: [], box: shapes.length > 0 ? boxOfShapes(shapes) : null, shapes }
  }

  return {
    /** The map of the places right below one; no shapes where there is nothing below. */
    async below(tx: Tx, code: PlaceCode): Promise<ShapeSet> {
      const kept = fresh(drawn, code)
      if (kept) return kept.set
      const set = draw(tx, code)
      drawn.set(code, { at: now().getTime(), set })
      set.catch(() => drawn.delete(code))
      return set
    },
  }
}

function boxOfShapes(shapes: readonly Shape[]): Box {
  return boxOf(shapes.flatMap(({ polygons }) => polygons.map(([outer]) => outer!)))
}

async function findBoundary(tx: Tx, code: PlaceCode): Promise<Polygon[] | undefined> {
  const row = await tx.first<{ shape: Polygon[] }>(
    sql`select shape from place_boundary where place_code = ${code} and valid_to is null`,
  )
  return row?.shape
}

async function boundariesBelow(tx: Tx, code: PlaceCode) {
  return tx.all<{ place_code: string; shape: Polygon[]; source: string }>(sql`
    select b.place_code, b.shape, b.source from place p join place_boundary b on b.place_code = p.code and b.valid_to is null
    where p.parent = ${code} and p.valid_to is null order by p.code`)
}

async function parentOf(tx: Tx, code: PlaceCode): Promise<PlaceCode | undefined> {
  const row = await tx.first<{ parent: string | null }>(sql`select parent from place where code = ${code}`)
  return row?.parent ?? undefined
}
