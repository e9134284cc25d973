import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { codeList, placeBrief, placeCode } from '../place/contract.ts'

/** What is counted of a place: as the filter leaves it, and all that are registered there. */
export type PlaceCounts = {
  readonly households: number
  readonly persons: number
  readonly allHouseholds: number
  readonly allPersons: number
}

/**
 * Everything a map can show, as data: one count, or one by another. `unit` says how the value is written.
 * - count: a whole number
 * - share: from 0 to 1
 * - mean: a number with decimals
 */
export const measures = [
  { id: 'households', count: 'households', unit: 'count' },
  { id: 'persons', count: 'persons', unit: 'count' },
  { id: 'share', count: 'households', by: 'allHouseholds', unit: 'share' },
  { id: 'mean-size', count: 'persons', by: 'households', unit: 'mean' },
] as const satisfies readonly {
  id: string
  count: keyof PlaceCounts
  by?: keyof PlaceCounts
  unit: 'count' | 'share' | 'mean'
}[]

export type MeasureId = (typeof measures)[number]['id']
export const measureIds = measures.map(({ id }) => id) as [MeasureId, ...MeasureId[]]

const counts = {
  households: z.number(),
  persons: z.number(),
  allHouseholds: z.number(),
  allPersons: z.number(),
  /** Of the measure that was asked for; null where it is by nothing. */
  value: z.number().nullable(),
}

export const showMapCounts = route({
  id: 'map.counts',
  method: 'GET',
  path: '/api/map',
  summary: 'The places right below one with what is counted in each, by status and main cause; always exact',
  right: 'place.read',
  query: z
    .object({
      place: placeCode.optional().describe('Your own place without it'),
      measure: z.enum(measureIds).default('households'),
      status: codeList.optional().describe('Only households of these statuses, separated by commas'),
      cause: codeList.optional().describe('Only households of these main causes, separated by commas'),
    })
    .strict(),
  answer: z.object({
    measure: z.enum(measureIds),
    unit: z.enum(['count', 'share', 'mean']),
    place: placeBrief.extend(counts),
    /** From the caller's own place down to the place above this one. */
    above: z.array(placeBrief),
    children: z.array(placeBrief.extend({ ...counts, hasChildren: z.boolean(), tags: z.array(z.string()) })),
  }),
})

const point = z.tuple([z.number(), z.number()]).readonly()

export const showMapShapes = route({
  id: 'map.shapes',
  method: 'GET',
  path: '/api/map/shapes',
  summary: 'Where the places right below one lie: boundaries, or a schematic map where the register has none',
  right: 'place.read',
  query: z.object({ place: placeCode.optional().describe('Your own place without it') }).strict(),
  answer: z.object({
    place: z.string(),
    /** Drawn by the tree alone: says what lies in what, and nothing of where. */
    schematic: z.boolean(),
    /** Who drew the boundaries. */
    sources: z.array(z.string()).readonly(),
    /** What all shapes lie in, in degrees; null where there is nothing below. */
    box: z.object({ west: z.number(), south: z.number(), east: z.number(), north: z.number() }).nullable(),
    shapes: z
      .array(
        z.object({
          code: z.string(),
          /** A point inside, for a label: longitude, latitude. */
          middle: point,
          /** Polygons, each an outer ring and its holes; the first point of a ring is not repeated. */
          polygons: z.array(z.array(z.array(point).readonly()).readonly()).readonly(),
        }),
      )
      .readonly(),
  }),
})
