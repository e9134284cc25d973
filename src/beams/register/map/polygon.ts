/** A point: longitude and latitude in degrees. */
export type Point = readonly [number, number]

/** A ring of points; the first is not repeated at the end. */
export type Ring = readonly Point[]

/** An outer ring and its holes. */
export type Polygon = readonly Ring[]

export type Box = { readonly west: number; readonly south: number; readonly east: number; readonly north: number }

/** What is wrong with a geometry; `at` says where. */
export type ShapeFault = { readonly fault: 'no-area' | 'not-degrees' | 'crosses-itself'; readonly at?: Point }

/** Twice the area would be exact, half is what people mean: above 0 when the ring runs against the clock. */
export function areaOf(ring: Ring): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1]
  }
  return sum / 2
}

export function boxOf(rings: Iterable<Ring>): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings) {
    for (const [x, y] of ring) {
      if (x < west) west = x
      if (x > east) east = x
      if (y < south) south = y
      if (y > north) north = y
    }
  }
  return { west, south, east, north }
}

/**
 * Reads the geometry of a GeoJSON feature. Rings that run the wrong way round or are not closed are put right, holes
 * stay, a third coordinate is dropped.
 * @returns the polygons and how many rings were turned, or what is wrong
 */
export function readGeometry(geometry: unknown): { polygons: Polygon[]; turned: number } | ShapeFault {
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown }
  const raw = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : undefined
  if (!Array.isArray(raw)) return { fault: 'no-area' }
  const polygons: Polygon[] = []
  let turned = 0
  for (const rawRings of raw) {
    if (!Array.isArray(rawRings)) return { fault: 'no-area' }
    const rings: Ring[] = []
    for (const [index, rawRing] of rawRings.entries()) {
      const ring = readRing(rawRing)
      if ('fault' in ring) return ring
      // A hole without area is no hole.
      if (ring.points.length < 3 && index > 0) continue
      if (ring.points.length < 3) return { fault: 'no-area' }
      const crossing = crossingOf(ring.points)
      if (crossing) return { fault: 'crosses-itself', at: crossing }
      const area = areaOf(ring.points)
      if (area === 0) return { fault: 'no-area' }
      const right = area > 0 === (index === 0)
      if (!right) turned++
      rings.push(right ? ring.points : ring.points.toReversed())
    }
    if (rings.length > 0) polygons.push(rings)
  }
  return polygons.length > 0 ? { polygons, turned } : { fault: 'no-area' }
}

function readRing(raw: unknown): { points: Ring } | ShapeFault {
  if (!Array.isArray(raw)) return { fault: 'no-area' }
  const points: Point[] = []
  for (const position of raw) {
    if (!Array.isArray(position)) return { fault: 'no-area' }
    const [x, y] = position as unknown[]
    if (typeof x !== 'number' || typeof y !== 'number') return { fault: 'no-area' }
    if (!(Math.abs(x) <= 180 && Math.abs(y) <= 90)) return { fault: 'not-degrees', at: [x, y] }
    const last = points.at(-1)
    if (last?.[0] !== x || last[1] !== y) points.push([x, y])
  }
  if (points.length > 1 && points[0]![0] === points.at(-1)![0] && points[0]![1] === points.at(-1)![1]) points.pop()
  return { points }
}

/**
 * Where a ring crosses itself, if it does. Touching is allowed. Segments are looked up in squares of a grid, so that the
 * work grows with the points and not with their square.
 */
export function crossingOf(ring: Ring): Point | undefined {
  const n = ring.length
  const { west, south, east, north } = boxOf([ring])
  const side = Math.max(1, Math.ceil(Math.sqrt(n)))
  const column = (x: number) => Math.min(side - 1, Math.floor(((x - west) / (east - west || 1)) * side))
  const row = (y: number) => Math.min(side - 1, Math.floor(((y - south) / (north - south || 1)) * side))
  const squares = new Map<number, number[]>()
  for (let i = 0; i < n; i++) {
    const a = ring[i]!
    const b = ring[(i + 1) % n]!
    for (let c = column(Math.min(a[0], b[0])); c <= column(Math.max(a[0], b[0])); c++) {
      for (let r = row(Math.min(a[1], b[1])); r <= row(Math.max(a[1], b[1])); r++) {
        const key = c * side + r
        const here = squares.get(key)
        if (!here) squares.set(key, [i])
        else {
          for (const j of here) {
            if (crosses(a, b, ring[j]!, ring[(j + 1) % n]!)) return a
          }
          here.push(i)
        }
      }
    }
  }
  return undefined
}

/** Whether two segments cross, each with an end on either side of the other. */
function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

function turn(a: Point, b: Point, c: Point): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
}

/**
 * Moves every point to the nearest crossing of a grid and drops what falls together. Two neighbours share the points of
 * their border, and each moves alike wherever it stands, so the border stays one line. What becomes too small for the
 * grid is left out; something of the place always stays.
 * @param step of the grid, in degrees
 */
export function simplify(polygons: readonly Polygon[], step: number): Polygon[] {
  const simpler = polygons.flatMap((polygon) => {
    const [outer, ...holes] = polygon.map((ring) => snap(ring, step))
    return outer!.length < 3 ? [] : [[outer!, ...holes.filter((hole) => hole.length >= 3)]]
  })
  return simpler.length > 0 ? simpler : [...polygons]
}

function snap(ring: Ring, step: number): Ring {
  const snapped: Point[] = []
  const put = (point: Point) => {
    const last = snapped.at(-1)
    if (last && same(last, point)) return
    // There and straight back again encloses nothing.
    if (snapped.length > 1 && same(snapped.at(-2)!, point)) snapped.pop()
    else snapped.push(point)
  }
  for (const [x, y] of ring) put([onGrid(x, step), onGrid(y, step)])
  while (snapped.length > 1 && same(snapped[0]!, snapped.at(-1)!)) snapped.pop()
  return areaOf(snapped) === 0 ? [] : snapped
}

function same(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

function onGrid(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(7))
}

/** The largest outer ring of a shape. */
export function largestRing(polygons: readonly Polygon[]): Ring {
  return polygons.map(([outer]) => outer!).reduce((most, ring) => (areaOf(ring) > areaOf(most) ? ring : most))
}

/** A point well inside a ring, for a label: the middle of the widest stretch at the height of the centre. */
export function middleOf(ring: Ring): Point {
  const { south, north } = boxOf([ring])
  let best: Point = ring[0]!
  let widest = -1
  for (const share of [0.5, 0.35, 0.65]) {
    const y = south + (north - south) * share
    const xs: number[] = []
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[j]!, ring[i]!]
      if (a[1] > y !== b[1] > y) xs.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
    }
    xs.sort((p, q) => p - q)
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const width = xs[i + 1]! - xs[i]!
      if (width > widest) [widest, best] = [width, [(xs[i]! + xs[i + 1]!) / 2, y]]
    }
  }
  return best
}
