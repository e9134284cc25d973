import { describe, expect, it } from 'vitest'
import { seeded } from '../../../kernel/random.ts'
import { areaOf, crossingOf, middleOf, type Point, type Polygon, readGeometry, simplify } from './polygon.ts'

const square = (x: number, y: number, side: number): number[][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
]
const read = (geometry: unknown) => {
  const shape = readGeometry(geometry)
  if ('fault' in shape) throw new Error(shape.fault)
  return shape
}

describe('the geometry of a feature', () => {
  it('keeps holes, and turns rings that run the wrong way round', () => {
    const right = read({ type: 'Polygon', coordinates: [square(0, 0, 10), square(2, 2, 3).toReversed()] })
    expect(right.turned).toBe(0)
    expect(right.polygons[0]!.map(areaOf)).toEqual([100, -9])
    const wrong = read({ type: 'Polygon', coordinates: [square(0, 0, 10).toReversed(), square(2, 2, 3)] })
    expect(wrong.turned).toBe(2)
    expect(wrong.polygons[0]!.map(areaOf)).toEqual([100, -9])
  })

  it('takes several polygons, heights and rings that nobody closed', () => {
    const shape = read({
      type: 'MultiPolygon',
      coordinates: [[square(0, 0, 1).slice(0, 4)], [square(5, 5, 1).map(([x, y]) => [x, y, 800])]],
    })
    expect(shape.polygons.map(([outer]) => outer!.length)).toEqual([4, 4])
  })

  it.each([
    ['nothing', null, 'no-area'],
    ['a point', { type: 'Point', coordinates: [1, 2] }, 'no-area'],
    ['an empty polygon', { type: 'Polygon', coordinates: [] }, 'no-area'],
    ['an empty ring', { type: 'Polygon', coordinates: [[]] }, 'no-area'],
    ['texts', { type: 'Polygon', coordinates: [[['a', 'b']]] }, 'no-area'],
    [
      'a line there and back',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [2, 2],
            [0, 0],
          ],
        ],
      },
      'no-area',
    ],
    ['metres', { type: 'Polygon', coordinates: [square(500_000, 3_400_000, 1_000)] }, 'not-degrees'],
    [
      'a bow tie',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [2, 2],
            [2, 0],
            [0, 2],
            [0, 0],
          ],
        ],
      },
      'crosses-itself',
    ],
  ])('refuses %s', (_, geometry, fault) => {
    expect(readGeometry(geometry)).toMatchObject({ fault })
  })

  it('finds a crossing among very many points, and none where there is none', () => {
    const round = Array.from({ length: 60_000 }, (_, n): Point => {
      const angle = (n / 60_000) * 2 * Math.PI
      return [Math.cos(angle) * (1 + (n % 2) * 1e-4), Math.sin(angle) * (1 + (n % 2) * 1e-4)]
    })
    const begun = process.cpuUsage()
    expect(crossingOf(round)).toBeUndefined()
    const crossed = round.slice()
    ;[crossed[20_000], crossed[20_001]] = [crossed[20_001]!, crossed[20_000]!]
    crossed[20_000] = [crossed[20_000]![0] * 1.01, crossed[20_000]![1] * 1.01]
    crossed[20_003] = [crossed[19_999]![0] * 1.005, crossed[19_999]![1] * 1.005]
    expect(crossingOf(crossed)).toBeDefined()
    // Every pair would be two thousand million.
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(5)
  })
})

describe('a simpler shape', () => {
  it('leaves the border of two neighbours one line', () => {
    const random = seeded(7)
    const border = Array.from({ length: 400 }, (_, n): Point => [5 + random() * 0.3, n / 40])
    const west: Polygon = [[[0, 0], ...border, [0, 9.975]].map(([x, y]) => [x!, y!] as Point).toReversed()]
    const east: Polygon = [[[10, 0], [10, 9.975], ...border.toReversed()].map(([x, y]) => [x!, y!] as Point)]
    const inner = (polygons: readonly Polygon[]) => polygons[0]![0]!.filter(([x]) => x > 1 && x < 9).map(String)
    const [simpleWest, simpleEast] = [simplify([west], 0.125), simplify([east], 0.125)]
    expect(inner(simpleWest).length).toBeLessThan(250)
    expect(new Set(inner(simpleWest))).toEqual(new Set(inner(simpleEast)))
  })

  it('leaves out islands that nobody would see, but never the whole place', () => {
    const large: Polygon = [
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
      ],
    ]
    const small: Polygon = [
      [
        [9, 9],
        [9.01, 9],
        [9.01, 9.01],
      ],
    ]
    expect(simplify([large, small], 0.5)).toEqual([large])
    expect(simplify([small], 0.5)).toEqual([small])
  })

  it('has its label inside', () => {
    const bay: Point[] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [3, 4],
      [3, 1],
      [1, 1],
      [1, 4],
      [0, 4],
    ]
    const [x, y] = middleOf(bay)
    expect(y > 0 && y < 4 && (x < 1 || x > 3 || y < 1)).toBe(true)
  })
})
