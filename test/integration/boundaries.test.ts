import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorActor } from '../../src/app/operator.ts'
import { importBoundaries } from '../../src/beams/register/index.ts'
import { readFeatures } from '../../src/beams/register/map/features.ts'
import { areaOf, type Point } from '../../src/beams/register/map/polygon.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { isSentence } from '../support/imports.ts'

type Place = { code: string; official: string; parent: string }

const folder = mkdtempSync(join(tmpdir(), 'fourbeams-boundaries-'))
let house: TestHouse
let keeper: Person
let reaches: Place[]

beforeAll(async () => {
  house = await openTestHouse()
  keeper = await house.person('keeper', ROOT)
  reaches = await placesOf(1)
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await house?.close()
})

function placesOf(level: number): Promise<Place[]> {
  return house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<Place>(
      sql`select code, official_code as official, parent from place where level = ${level} and valid_to is null order by 1`,
    ),
  )
}

const ring = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
]
const feature = (code: unknown, coordinates: unknown = [ring(10, 50, 1)], type = 'Polygon') => ({
  type: 'Feature',
  properties: { adcode: code },
  geometry: { type, coordinates },
})
const collection = (features: readonly unknown[], more: object = {}) =>
  JSON.stringify({ type: 'FeatureCollection', ...more, features })

let files = 0
function fileOf(content: string | Buffer): string {
  const path = join(folder, `${++files}.geojson`)
  writeFileSync(path, content)
  return path
}

const bring = (path: string, level = 1, from = '1900-01-01') => {
  const parts = { actor: operatorActor(house.settings.now()), chainOf: house.register.chainOf }
  return importBoundaries(house.db, parts, path, { level, codeField: undefined, source: 'a survey', from })
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
const shapesOf = async (place: string): Promise<any> => (await keeper.get(`/api/map/shapes?place=${place}`)).body

describe('a map without boundaries', () => {
  it('is schematic, level below level, and has a shape for every place', async () => {
    for (const place of [ROOT, reaches[0]!.code, (await placesOf(2))[0]!.code]) {
      const set = await shapesOf(place)
      expect(set).toMatchObject({ schematic: true, sources: [] })
      const { children } = (await keeper.get(`/api/map?place=${place}`)).body
      expect(set.shapes.map((shape: Place) => shape.code)).toEqual(children.map((child: Place) => child.code))
      for (const { polygons } of set.shapes) expect(areaOf(polygons[0][0])).toBeGreaterThan(0)
    }
  })

  it('has nothing to draw below a hamlet', async () => {
    expect(await shapesOf((await placesOf(3))[0]!.code)).toMatchObject({ box: null, shapes: [] })
  })
})

describe('a file with everything that can be wrong', () => {
  it('gives a sentence for each bad feature and takes the good ones', async () => {
    const [a, b, c] = reaches as [Place, Place, Place]
    const hole = ring(10.2, 50.2, 0.4)
    const result = await bring(
      fileOf(
        collection([
          feature(a.official, [ring(10, 50, 1).toReversed(), hole]),
          feature(b.official, [[ring(11, 50, 1)], [ring(14, 50, 0.5)]], 'MultiPolygon'),
          feature('R9999'),
          feature(a.official),
          feature(undefined),
          feature(c.official, [
            [
              [10, 50],
              [12, 52],
              [12, 50],
              [10, 52],
              [10, 50],
            ],
          ]),
          feature(c.official, [ring(1_200_000, 50, 3)]),
          feature(c.official, []),
          { type: 'Feature', properties: { adcode: c.official }, geometry: null },
          null,
        ]),
      ),
    )
    expect(result).toMatchObject({ read: 9, good: 2, bad: 7, turned: 2 })
    expect(result.read).toBe(result.good + result.bad)
    expect(result.problems).toHaveLength(result.bad)
    expect(result.problems.map(({ code }) => code).sort()).toEqual([
      'boundary.crosses-itself',
      'boundary.doubled',
      'boundary.no-area',
      'boundary.no-area',
      'boundary.no-code',
      'boundary.not-degrees',
      'boundary.unknown-place',
    ])
    for (const { message } of result.problems) expect(isSentence(message, 'en'), message).toBe(true)
    house.setClock(new Date(house.settings.now().getTime() + 120_000))
    const set = await shapesOf(ROOT)
    expect(set).toMatchObject({ schematic: false, sources: ['a survey'], box: { west: 10, north: 51 } })
    expect(set.shapes.map((shape: Place) => shape.code)).toEqual([a.code, b.code])
    expect(set.shapes[0].polygons[0].map((one: Point[]) => Math.sign(areaOf(one)))).toEqual([1, -1])
    expect(set.shapes[1].polygons).toHaveLength(2)
    const below = await shapesOf(a.code)
    expect(below.schematic).toBe(true)
    const [xs, ys] = [0, 1].map((axis) =>
      below.shapes.flatMap((one: { polygons: Point[][][] }) => one.polygons[0]![0]!.map((point) => point[axis]!)),
    )
    expect([Math.min(...xs!), Math.max(...xs!), Math.min(...ys!), Math.max(...ys!)].map(Math.round)).toEqual([
      10, 11, 50, 51,
    ])
  })

  it('leaves the boundary of an earlier day as the past', async () => {
    const [a] = reaches as [Place]
    await bring(fileOf(collection([feature(a.official, [ring(10, 50, 2)])])), 1, '2031-01-01')
    const kept = await house.db.transaction(subtree(ROOT), (tx) =>
      tx.all(sql`select valid_from, valid_to, east from place_boundary where place_code = ${a.code} order by 1`),
    )
    expect(kept).toEqual([
      { valid_from: '1900-01-01', valid_to: '2031-01-01', east: 11 },
      { valid_from: '2031-01-01', valid_to: null, east: 12 },
    ])
  })
})

describe('a file that is not what it should be', () => {
  const whole = collection([feature('R0001'), feature('R0002')])
  it.each<readonly [string, string | Buffer, string]>([
    ['nothing', '', 'boundary.not-geojson'],
    ['no features', collection([]), 'boundary.empty'],
    ['a table', 'code,name\n1,x\n', 'boundary.not-geojson'],
    ['a zip', Buffer.from('PK\x03\x04rest'), 'boundary.not-geojson'],
    ['a single feature', JSON.stringify(feature('R0001')), 'boundary.not-geojson'],
    ['a list', `[${whole}]`, 'boundary.not-geojson'],
    ['a broken feature', whole.replace('"Feature"', '"Feature'), 'boundary.truncated'],
    ['a feature with a slip', whole.replace('"geometry":', '"geometry"'), 'boundary.not-geojson'],
    [
      'another projection',
      collection([feature('R0001')], { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3857' } } }),
      'boundary.projection',
    ],
    ...[1, 40, 90, 150, whole.length - 1].map(
      (length) => [`the first ${length} characters`, whole.slice(0, length), 'boundary.truncated'] as const,
    ),
  ])('%s is refused as a whole', async (_, content, code) => {
    const before = await countBoundaries()
    await expect(bring(fileOf(content))).rejects.toMatchObject({ code })
    expect(await countBoundaries()).toBe(before)
  })
})

async function countBoundaries(): Promise<number> {
  const row = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ count: number }>(sql`select count(*) as count from place_boundary`),
  )
  return row!.count
}

it('a large file needs no more memory than its largest feature', { timeout: 120_000 }, async () => {
  const path = join(folder, 'large.geojson')
  const out = createWriteStream(path)
  const line = Array.from({ length: 20_000 }, (_, n) => [10 + n / 20_000, 50 + (n % 7) / 1000])
  const geometry = JSON.stringify({ type: 'Polygon', coordinates: [[...line, [10, 51], line[0]]] })
  out.write('\uFEFF {"name":"a \\"features\\": [ in a text","features" : [')
  for (let n = 0; n < 150; n++)
    out.write(`${n > 0 ? ',\n' : ''}{"type":"Feature","properties":{"a":"}]{\\"[é${n}"},"geometry":${geometry}}`)
  out.end('],"type":"FeatureCollection"}')
  await finished(out)
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let [count, most] = [0, 0]
  for await (const { properties } of readFeatures(path)) {
    expect(properties).toEqual({ a: `}]{"[é${count}` })
    count++
    most = Math.max(most, process.memoryUsage().rss - before)
  }
  expect(count).toBe(150)
  // The file has some 60 MB; what is parsed and not yet collected may stand beside.
  expect(most).toBeLessThan(200 * 2 ** 20)
})
