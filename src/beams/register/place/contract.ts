import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'

export const placeCode = z.string().regex(/^[0-9A-Z]{1,40}$/)

/** Codes or ids separated by commas. */
export const codeList = z
  .string()
  .max(400)
  .transform((text) => text.split(',').filter(Boolean))
/** The past on two axes. Either may be left out: today, and everything that is known by now. */
export const pastQuery = {
  asOf: z.iso.date().optional().describe('As it was on this day'),
  knownAt: z.iso.datetime().optional().describe('As it was known at this instant'),
}

export const placeBrief = z.object({ code: z.string(), name: z.string(), level: z.number(), officialCode: z.string() })

export const showPlace = route({
  id: 'place.show',
  method: 'GET',
  path: '/api/places/:code',
  summary: 'A place: where it belongs, its tags, the places right below with their households and persons',
  right: 'place.read',
  params: z.object({ code: placeCode }),
  query: z
    .object({
      ...pastQuery,
      tree: z
        .enum(['then', 'now'])
        .default('then')
        .describe('With a past date: the places of that date, or the places of today with what they were made of'),
    })
    .strict(),
  answer: placeBrief.extend({
    /** First day under this code; the day from which it is no more; the place of today that it became. */
    from: z.string(),
    until: z.string().nullable(),
    became: placeBrief.nullable(),
    /** Names and official codes it had before, latest first. */
    former: z.array(z.object({ name: z.string(), officialCode: z.string(), until: z.string() })),
    households: z.number(),
    persons: z.number(),
    /** From the caller's own place down to the place above this one. */
    above: z.array(placeBrief),
    tags: z.array(z.object({ tag: z.string(), value: z.string().nullable(), from: z.string() })),
    children: z.array(
      placeBrief.extend({
        households: z.number(),
        persons: z.number(),
        hasChildren: z.boolean(),
        tags: z.array(z.string()),
      }),
    ),
  }),
})

export const findPlaces = route({
  id: 'place.find',
  method: 'GET',
  path: '/api/places',
  summary: 'Places at your place by name, by the name’s letters, or by code',
  right: 'place.read',
  query: z
    .object({ text: z.string().min(1).max(60), limit: z.coerce.number().int().min(1).max(50).default(20) })
    .strict(),
  answer: z.object({
    places: z.array(
      placeBrief.extend({
        path: z.string(),
        former: z.string().nullable().describe('What it was called when it is found by that'),
      }),
    ),
  }),
})
