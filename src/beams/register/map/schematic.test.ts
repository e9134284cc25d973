import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaOf, crossingOf, type Point, type Ring } from './polygon.ts'
import { divide, oval, wobble } from './schematic.ts'

const partsOf = (weights: readonly number[], above = '5') =>
  weights.map((weight, index) => ({ code: `${above}${String(index).padStart(3, '0')}`, weight }))

/** Every edge of some rings, the same for both who share it, with how often it occurs. */
function edges(rings: Iterable<Ring>): Map<string, number> {
  const found = new Map<string, number>()
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const key = [ring[i]!, ring[(i + 1) % ring.length]!].map(String).sort().join(' ')
      found.set(key, (found.get(key) ?? 0) + 1)
    }
  }
  return found
}

describe('a schematic map', () => {
  it('gives each part its share of the area, without gap or overlap, level below level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        (weights, below) => {
          const area = areaOf(oval())
          const total = weights.reduce((sum, weight) => sum + weight, 0)
          const parts = divide(oval(), partsOf(weights))
          expect(parts.size).toBe(weights.length)
          for (const [index, ring] of [...parts.values()].entries())
            expect(areaOf(ring) / area).toBeCloseTo(weights[index]! / total, 6)
          const [code, ring] = [...parts][0]!
          const smaller = [...divide(ring, partsOf(below, code)).values()]
          expect(smaller.reduce((sum, one) => sum + areaOf(one), 0)).toBeCloseTo(areaOf(ring), 8)
        },
      ),
      { numRuns: 60, seed: 2016 },
    )
  })

  it('shares every inner border point by point, also when it has bends', () => {
    const wobbled = wobble(divide(oval(), partsOf([9, 3, 4, 7, 1, 2, 6, 5, 8, 3, 2])))
    const outer = [...edges(wobbled.values())].filter(([, count]) => count === 1).map(([key]) => key)
    expect([...edges(wobbled.values()).values()].every((count) => count <= 2)).toBe(true)
    // What only one part has is the coast: a closed line around everything.
    const ends = new Map<string, number>()
    for (const key of outer) for (const end of key.split(' ')) ends.set(end, (ends.get(end) ?? 0) + 1)
    expect([...ends.values()].every((count) => count === 2)).toBe(true)
    const inside = [...wobbled.values()].reduce((sum, ring) => sum + areaOf(ring), 0)
    expect(inside / areaOf(oval())).toBeGreaterThan(0.85)
    for (const ring of wobbled.values()) expect(crossingOf(ring)).toBeUndefined()
  })

  it('is the same every time, and another for other codes', () => {
    const once = divide(oval(), partsOf([1, 2, 3]))
    expect([...divide(oval(), partsOf([1, 2, 3])).values()]).toEqual([...once.values()])
    expect([...divide(oval(), partsOf([1, 2, 3], '6')).values()]).not.toEqual([...once.values()])
  })

  it('divides an area with bays too', () => {
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
    const parts = [...divide(bay, partsOf([1, 1, 1, 1, 1])).values()]
    for (const ring of parts) expect(areaOf(ring)).toBeCloseTo(areaOf(bay) / 5, 6)
  })
})
