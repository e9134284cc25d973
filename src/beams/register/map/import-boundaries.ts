import type { Day } from '../../../kernel/calendar.ts'
import { ROOT, subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Actor, type ChainOf, writeEntries } from '../../../platform/audit/write.ts'
import { type Database, sql, type Tx } from '../../../platform/db/database.ts'
import { type Feature, readFeatures } from './features.ts'
import { boxOf, type Polygon, readGeometry, type ShapeFault, simplify } from './polygon.ts'

export type BoundariesWish = {
  /** Depth in the tree of the places that the features are. */
  readonly level: number
  /** Property that holds the official code; without it, the usual names are tried. */
  readonly codeField?: string | undefined
  /** Who drew the boundaries. */
  readonly source: string
  readonly from: Day
}

/** What became of a file: read = good + bad, a sentence for each bad feature. */
export type BoundariesResult = {
  readonly read: number
  readonly good: number
  readonly bad: number
  /** Rings that ran the wrong way round and were turned. */
  readonly turned: number
  readonly points: number
  readonly problems: readonly Problem[]
}

type Shaped = { readonly number: number; readonly code: string; readonly polygons: readonly Polygon[] }

const USUAL_FIELDS = ['official_code', 'adcode', 'code', 'gb', 'id']
/** Features and points that wait to be written. */
const MOST_FEATURES = 500
const MOST_POINTS = 200_000
/** A map of the place above is at most about so many points of a screen wide. */
const SCREEN = 1500

/**
 * Brings the boundaries of one level from a GeoJSON file into the register, in one transaction: good features are taken,
 * for each bad one there is a sentence. Each shape is simplified to what the map of the place above can show, so the upper
 * levels are imported first. A boundary from another day stays as the past. Throws what `readFeatures` does, and
 * `boundary.empty`.
 */
export async function importBoundaries(
  db: Database,
  parts: { actor: Actor; chainOf: ChainOf; progress?: (features: number) => void },
  path: string,
  wish: BoundariesWish,
): Promise<BoundariesResult> {
  return db.transaction(
    subtree(ROOT),
    async (tx) => {
      const problems: Problem[] = []
      const seen = new Set<string>()
      let [read, good, turned, points] = [0, 0, 0, 0]
      let waiting: Shaped[] = []
      let waitingPoints = 0
      const flush = async () => {
        const written = await writeShapes(tx, wish, waiting, problems)
        good += written.places
        points += written.points
        waiting = []
        waitingPoints = 0
        parts.progress?.(read)
      }
      for await (const feature of readFeatures(path)) {
        const shaped = shapeOf(feature, ++read, wish, seen)
        if (shaped instanceof Problem) {
          problems.push(shaped)
          continue
        }
        turned += shaped.turned
        waiting.push(shaped)
        waitingPoints += shaped.polygons.reduce((sum, polygon) => sum + countPoints(polygon), 0)
        if (waiting.length >= MOST_FEATURES || waitingPoints >= MOST_POINTS) await flush()
      }
      if (read === 0) throw new Problem('boundary.empty')
      await flush()
      const result = { read, good, bad: read - good, turned, points }
      await writeEntries(
        tx,
        parts.actor,
        [{ kind: 'place.boundaries', place: ROOT, subject: 'place', subjectId: ROOT, detail: { ...result, ...wish } }],
        parts.chainOf,
      )
      return { ...result, problems }
    },
    { bulk: true },
  )
}

function shapeOf(
  feature: Feature,
  number: number,
  { codeField }: BoundariesWish,
  seen: Set<string>,
): (Shaped & { turned: number }) | Problem {
  const fields = codeField === undefined ? USUAL_FIELDS : [codeField]
  const properties = feature.properties ?? {}
  const value =
    fields.map((field) => properties[field]).find(known) ?? (codeField === undefined ? feature.id : undefined)
  if (!known(value)) return new Problem('boundary.no-code', { number, field: fields.join(', ') })
  const code = String(value).trim()
  if (seen.has(code)) return new Problem('boundary.doubled', { number, code })
  const shape = readGeometry(feature.geometry)
  if ('fault' in shape) return shapeProblem(shape, number, code)
  seen.add(code)
  return { number, code, ...shape }
}

function known(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
}

function shapeProblem({ fault, at }: ShapeFault, number: number, code: string): Problem {
  const [x = 0, y = 0] = at ?? []
  if (fault === 'not-degrees') return new Problem('boundary.not-degrees', { number, code, x, y })
  if (fault === 'crosses-itself') return new Problem('boundary.crosses-itself', { number, code, x, y })
  return new Problem('boundary.no-area', { number, code })
}

type KnownPlace = { code: string; official_code: string; extent: number | null }

/** Looks the places of some shapes up, simplifies and writes them. Unknown codes are told among the problems. */
async function writeShapes(
  tx: Tx,
  wish: BoundariesWish,
  shapes: readonly Shaped[],
  problems: Problem[],
): Promise<{ places: number; points: number }> {
  const codes = shapes.map(({ code }) => code)
  const found = await tx.all<KnownPlace>(sql`
    select p.code, p.official_code, greatest(b.east - b.west, b.north - b.south) as extent
    from place p left join place_boundary b on b.place_code = p.parent and b.valid_to is null
    where (p.official_code = any(${codes}) or p.code = any(${codes})) and p.level = ${wish.level} and p.valid_to is null`)
  const places = new Map(
    found.flatMap((place) => [[place.code, place] as const, [place.official_code, place] as const]),
  )
  const rows = []
  let points = 0
  for (const { number, code, polygons } of shapes) {
    const place = places.get(code)
    if (!place) {
      problems.push(new Problem('boundary.unknown-place', { number, code, level: wish.level }))
      continue
    }
    const simpler = simplify(polygons, gridOf(place.extent, wish.level))
    const count = simpler.reduce((sum, polygon) => sum + countPoints(polygon), 0)
    points += count
    rows.push({ place: place.code, shape: simpler, points: count, ...boxOf(simpler.map(([outer]) => outer!)) })
  }
  if (rows.length === 0) return { places: 0, points }
  const places_ = JSON.stringify(rows)
  const written = await tx.run(sql`
    insert into place_boundary (place_code, valid_from, valid_to, shape, west, south, east, north, points, source)
    select place, ${wish.from}::date,
           (select min(b.valid_from) from place_boundary b where b.place_code = place and b.valid_from > ${wish.from}::date),
           shape, west, south, east, north, points, ${wish.source}
    from json_to_recordset(${places_}::json) as r (place text, shape json, points int, west float8, south float8,
                                                   east float8, north float8)
    on conflict (place_code, valid_from) do update
      set shape = excluded.shape, west = excluded.west, south = excluded.south, east = excluded.east,
          north = excluded.north, points = excluded.points, source = excluded.source`)
  await tx.run(sql`
    update place_boundary set valid_to = ${wish.from}::date
    where place_code = any(${rows.map(({ place }) => place)}) and valid_from < ${wish.from}::date
      and (valid_to is null or valid_to > ${wish.from}::date)`)
  return { places: written, points }
}

/** The same for all places below one. Where the place above has no boundary yet, by the depth in the tree. */
function gridOf(extent: number | null, level: number): number {
  const degrees = extent && extent > 0 ? extent / SCREEN : 0.02 / 3 ** (level - 1)
  return 2 ** Math.round(Math.log2(degrees))
}

function countPoints(polygon: Polygon): number {
  return polygon.reduce((sum, ring) => sum + ring.length, 0)
}
