import { areaOf, boxOf, type Point, type Ring } from './polygon.ts'

/**
 * Schematic maps: the area of a place is divided among the places below it, each its share, without gap or overlap.
 * The same codes give the same map everywhere. Nobody should take it for a survey: it says what lies in what, no more.
 */

export type Part = { readonly code: string; readonly weight: number }

// Degrees. Around the equator one degree is as wide as it is high, so nothing is stretched.
const WIDTH = 30
const HEIGHT = 21

/** The area of a whole programme that has no boundary: a plain oval, before `wobble`. */
export function oval(): Ring {
  return Array.from({ length: 48 }, (_, index): Point => {
    const angle = (index / 48) * 2 * Math.PI
    return [(Math.cos(angle) * WIDTH) / 2, (Math.sin(angle) * HEIGHT) / 2]
  })
}

/** Divides a ring among parts, in their order, by straight cuts across the longer side. Every part gets its share. */
export function divide(ring: Ring, parts: readonly Part[]): Map<string, Ring> {
  const divided = new Map<string, Ring>()
  const cut = (area: Ring, from: number, to: number) => {
    if (to - from === 1) {
      divided.set(parts[from]!.code, area)
      return
    }
    const total = weightOf(parts, from, to)
    let middle = from + 1
    let first = parts[from]!.weight
    while (middle < to - 1 && first + parts[middle]!.weight / 2 <= total / 2) first += parts[middle++]!.weight
    const [left, right] = cutOff(area, first / total, parts[from]!.code + parts[to - 1]!.code)
    cut(left, from, middle)
    cut(right, middle, to)
  }
  if (parts.length > 0) cut(ring, 0, parts.length)
  return divided
}

function weightOf(parts: readonly Part[], from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at++) sum += parts[at]!.weight
  return sum
}

/** Cuts a share of the area off by a line across the longer side, a little askew. */
function cutOff(ring: Ring, share: number, name: string): [Ring, Ring] {
  const { west, south, east, north } = boxOf([ring])
  const askew = (unit(hashOf(name)) - 0.5) * 0.9
  const angle = (east - west >= north - south ? 0 : Math.PI / 2) + askew
  const across: Point = [Math.cos(angle), Math.sin(angle)]
  const along = ring.map((point) => across[0] * point[0] + across[1] * point[1])
  const wanted = Math.abs(areaOf(ring)) * share
  let low = Math.min(...along)
  let high = Math.max(...along)
  for (let round = 0; round < 40; round++) {
    const at = (low + high) / 2
    if (Math.abs(areaOf(sideOf(ring, across, at, 1))) < wanted) low = at
    else high = at
  }
  const at = (low + high) / 2
  return [sideOf(ring, across, at, 1), sideOf(ring, across, at, -1)]
}

/** The part of a ring on one side of a line. */
function sideOf(ring: Ring, across: Point, at: number, sign: 1 | -1): Ring {
  const kept: Point[] = []
  const height = (point: Point) => (at - across[0] * point[0] - across[1] * point[1]) * sign
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[j]!, ring[i]!]
    const [over, under] = [height(a), height(b)]
    if (over >= 0 !== under >= 0) kept.push(between(a, b, over, under))
    if (under >= 0) kept.push(b)
  }
  return kept
}

/** The point of a segment that lies on the line, reckoned from the same end whichever way the segment is walked. */
function between(a: Point, b: Point, over: number, under: number): Point {
  const forward = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
  const [from, to, share] = forward ? [a, b, over / (over - under)] : [b, a, under / (under - over)]
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
}

/**
 * Gives straight borders the look of grown ones. Every point is moved by where it stands alone, so what two neighbours
 * share stays shared, on this map and on those of the places below.
 * @param rings of one map; corners of each that lie on an edge of another become corners of both
 */
export function wobble(rings: ReadonlyMap<string, Ring>): Map<string, Ring> {
  const corners = [...rings.values()].flat().sort((a, b) => a[0] - b[0])
  const area = [...rings.values()].reduce((sum, ring) => sum + Math.abs(areaOf(ring)), 0)
  const step = Math.sqrt(area / Math.max(1, rings.size)) / 10
  return new Map(
    [...rings].map(([code, ring]) => {
      const wobbled: Point[] = []
      for (let i = 0; i < ring.length; i++) {
        const stops = stopsOn(ring[i]!, ring[(i + 1) % ring.length]!, corners)
        for (let s = 0; s + 1 < stops.length; s++) {
          for (const point of spread(stops[s]!, stops[s + 1]!, step)) wobbled.push(moved(point))
        }
      }
      return [code, wobbled]
    }),
  )
}

/** An edge with the corners of others that lie on it. */
function stopsOn(a: Point, b: Point, corners: readonly Point[]): Point[] {
  const [west, east] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
  const [south, north] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])]
  const length = Math.hypot(b[0] - a[0], b[1] - a[1])
  const slack = length * 1e-6
  const found: { share: number; point: Point }[] = []
  for (let at = firstFrom(corners, west - slack); at < corners.length; at++) {
    const point = corners[at]!
    if (point[0] > east + slack) break
    if (point[1] < south - slack || point[1] > north + slack) continue
    const [dx, dy] = [point[0] - a[0], point[1] - a[1]]
    if (Math.abs(dx * (b[1] - a[1]) - dy * (b[0] - a[0])) > slack * length) continue
    const share = (dx * (b[0] - a[0]) + dy * (b[1] - a[1])) / length ** 2
    if (share > 1e-6 && share < 1 - 1e-6) found.push({ share, point })
  }
  found.sort((p, q) => p.share - q.share)
  const apart = found.filter(({ share }, index) => index === 0 || share - found[index - 1]!.share > 1e-6)
  return [a, ...apart.map(({ point }) => point), b]
}

function firstFrom(corners: readonly Point[], x: number): number {
  let [low, high] = [0, corners.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (corners[middle]![0] < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Points from a on, in equal steps, without b. */
function spread(a: Point, b: Point, step: number): Point[] {
  const pieces = Math.max(1, Math.round(Math.hypot(b[0] - a[0], b[1] - a[1]) / step))
  return Array.from(
    { length: pieces },
    (_, n): Point => [a[0] + ((b[0] - a[0]) * n) / pieces, a[1] + ((b[1] - a[1]) * n) / pieces],
  )
}

// From bends of a coast as wide as a third of the whole to those of a lane between two fields.
const BENDS = Array.from({ length: 11 }, (_, octave) => ({ length: 10 / 2 ** octave, octave }))

function moved([x, y]: Point): Point {
  let [dx, dy] = [0, 0]
  for (const { length, octave } of BENDS) {
    dx += (noise(x / length, y / length, octave * 2) - 0.5) * length * 0.16
    dy += (noise(x / length, y / length, octave * 2 + 1) - 0.5) * length * 0.16
  }
  return [Number((x + dx).toFixed(6)), Number((y + dy).toFixed(6))]
}

/** A smooth hilly landscape, heights from 0 to 1. */
function noise(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [ease(x - column), ease(y - row)]
  const corner = (c: number, r: number) => unit(mix(Math.imul(c, 0x9e3779b1) ^ Math.imul(r, 0x85ebca6b) ^ (seed << 24)))
  const low = corner(column, row) * (1 - u) + corner(column + 1, row) * u
  const high = corner(column, row + 1) * (1 - u) + corner(column + 1, row + 1) * u
  return low * (1 - v) + high * v
}

function ease(share: number): number {
  return share * share * (3 - 2 * share)
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function unit(hash: number): number {
  return hash / 2 ** 32
}
