import { describe, expect, it } from 'vitest'
import { classAt, classesOf, colourAt } from './map-classes.ts'

describe('classes of a map', () => {
  const values = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]

  it('hold as many places each, or span as much each', () => {
    expect(classesOf(values, 'quantile').map(({ places }) => places)).toEqual([2, 2, 2, 2, 2])
    expect(classesOf(values, 'equal').map(({ from, to }) => [from, to])).toEqual([
      [1, 8],
      [13, 21],
      [34, 34],
      [55, 55],
    ])
  })

  it('hold every value exactly once', () => {
    for (const mode of ['quantile', 'equal'] as const) {
      const classes = classesOf(values, mode)
      expect(classes.reduce((sum, { places }) => sum + places, 0)).toBe(values.length)
      for (const value of values) expect(classAt(classes, value)).toBeGreaterThanOrEqual(0)
    }
    expect(classAt(classesOf(values, 'equal'), 10)).toBe(-1)
  })

  it('are few for few values, and none for none', () => {
    expect(classesOf([], 'quantile')).toEqual([])
    expect(classesOf([7, 7, 7], 'equal')).toEqual([{ from: 7, to: 7, places: 3 }])
    expect(classesOf([0.25, 0.5], 'quantile')).toHaveLength(2)
  })

  it('run from the weakest colour to the strongest', () => {
    expect([0, 1, 2, 3, 4].map((index) => colourAt(index, 5))).toEqual([0, 1, 2, 3, 4])
    expect([0, 1, 2].map((index) => colourAt(index, 3))).toEqual([0, 2, 4])
    expect(colourAt(0, 1)).toBe(4)
  })
})
