import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { placeBrief, placeCode } from '../place/contract.ts'

const name = z.string().trim().min(1).max(100)
const officialCode = z
  .string()
  .trim()
  .regex(/^[0-9A-Z][0-9A-Z./-]{0,39}$/)
const newCode = {
  officialCode,
  name: name.optional().describe('The new name, when it changes with the code'),
  parent: placeCode.optional().describe('The place above it from then on; where codes nest, the code tells it'),
}

/** What can be asked to be done to a place. */
export const wishedPlaceChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rename'), name }).strict(),
  z.object({ kind: z.literal('recode'), ...newCode }).strict(),
  z.object({ kind: z.literal('upgrade'), ...newCode, name }).strict(),
  z
    .object({ kind: z.literal('merge'), into: placeCode.describe('The place of the same level that takes it in') })
    .strict(),
  z
    .object({
      kind: z.literal('split'),
      officialCode: officialCode.describe('Code of the new place'),
      name: name.describe('Name of the new place'),
      children: z.array(placeCode).max(1_000).default([]).describe('The places below it that go to the new one'),
      households: z
        .array(z.int().positive())
        .max(20_000)
        .default([])
        .describe('The households that go to the new one, where the place is of the lowest level'),
    })
    .strict(),
])

export type WishedPlaceChange = z.output<typeof wishedPlaceChange>

export const placeChangeWish = z
  .object({
    effectiveOn: z.iso.date().describe('The day from which it holds'),
    why: z.string().trim().min(3).max(300).describe('The decision it follows'),
    preview: z.boolean().default(false).describe('Only tell what it would touch'),
    change: wishedPlaceChange,
  })
  .strict()

export type PlaceChangeWish = z.output<typeof placeChangeWish>

const touched = {
  /** Places that get another code, the place itself included. */
  places: z.number(),
  households: z.number(),
  persons: z.number(),
}

export const changePlace = route({
  id: 'place.change',
  method: 'POST',
  path: '/api/places/:code/changes',
  summary: 'Renames, re-codes, upgrades, merges or splits a place from a day on; or shows what that would touch',
  right: 'place.manage',
  params: z.object({ code: placeCode }),
  body: placeChangeWish,
  answer: z.object({
    saved: z.boolean(),
    ...touched,
    /** The place afterwards: the same, the one it became, or the new one of a split. */
    place: z.string(),
    /** The first of the places that get another code. */
    codes: z.array(z.object({ from: z.string(), to: z.string(), officialCode: z.string(), name: z.string() })),
  }),
})

export const placeHistory = route({
  id: 'place.history',
  method: 'GET',
  path: '/api/places/:code/changes',
  summary: 'What was done to a place and to the places that became it, latest first',
  right: 'place.read',
  params: z.object({ code: placeCode }),
  answer: z.object({
    changes: z.array(
      z.object({
        id: z.number(),
        kind: z.string(),
        place: placeBrief,
        effectiveOn: z.string(),
        recordedAt: z.iso.datetime(),
        why: z.string(),
        ...touched,
      }),
    ),
  }),
})
