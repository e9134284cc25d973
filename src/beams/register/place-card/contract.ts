import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { question } from '../change/contract.ts'
import { pastQuery, placeCode } from '../place/contract.ts'

const form = z.string().min(1).max(60)
const params = z.object({ code: placeCode, form })
const facts = z.record(z.string(), z.unknown())
const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

export const listPlaceCards = route({
  id: 'place-card.list',
  method: 'GET',
  path: '/api/places/:code/cards',
  summary: 'The forms that are filled for a place, and how far each has come',
  right: 'place.read',
  params: z.object({ code: placeCode }),
  answer: z.object({
    cards: z.array(
      z.object({
        form: z.string(),
        /** Latest period recorded; null when there is none yet. */
        period: z.string().nullable(),
        version: z.number(),
      }),
    ),
  }),
})

export const showPlaceCard = route({
  id: 'place-card.show',
  method: 'GET',
  path: '/api/places/:code/cards/:form',
  summary: 'The card of a place: facts of a period beside those of the period before; also as of a day, as known then',
  right: 'place.read',
  params,
  query: z.object({ period: z.string().max(7).optional(), ...pastQuery }).strict(),
  answer: z.object({
    place: z.object({ code: z.string(), name: z.string(), officialCode: z.string(), level: z.number() }),
    path: z.array(z.object({ code: z.string(), name: z.string() })),
    form: z.string(),
    version: z.number(),
    /** The period shown; null while nothing is recorded. */
    period: z.string().nullable(),
    periods: z.array(z.string()),
    facts,
    before: z.object({ period: z.string(), facts }).nullable(),
    /** Periods in which the form can be filled here today. */
    open: z.array(z.string()),
  }),
})

/** What is asked to be written on the card of a place. */
export const cardWish = z
  .object({
    version: z.int().min(0).describe('The version of the card that the change was made on; 0 before the first'),
    key: z.uuid().describe('Made by the sender: the same key twice is one change'),
    effectiveOn: z.iso.date().describe('The day from which it holds'),
    why: z.string().trim().min(3).max(300),
    preview: z.boolean().default(false).describe('Only tell the differences'),
    change: z
      .object({
        kind: z.enum(['correct-facts', 'update-facts']),
        period: z.string().max(7),
        facts: z.record(z.string().max(60), fact.nullable()).default({}),
        confirmed: z.array(z.string().max(60)).max(50).optional().describe('Ids of the questions answered with yes'),
      })
      .strict(),
  })
  .strict()
export type CardWish = z.output<typeof cardWish>

export const changePlaceCard = route({
  id: 'place-card.change',
  method: 'POST',
  path: '/api/places/:code/cards/:form/changes',
  summary: 'Updates the facts of a period, or corrects them; or shows what that would change',
  right: 'household.change',
  params,
  body: cardWish,
  answer: z.object({
    version: z.number(),
    saved: z.boolean(),
    differences: z.array(z.object({ period: z.string(), field: z.string(), from: z.unknown(), to: z.unknown() })),
    questions: z.array(question),
  }),
})

export const placeCardHistory = route({
  id: 'place-card.history',
  method: 'GET',
  path: '/api/places/:code/cards/:form/history',
  summary: 'Who wrote what on the card of a place, when and why, newest first',
  right: 'place.read',
  params,
  answer: z.object({
    actions: z.array(
      z.object({
        no: z.number(),
        kind: z.string(),
        period: z.string(),
        effectiveOn: z.string(),
        recordedAt: z.string(),
        /** Name of who did it; none is the operator of the machine. */
        by: z.string().nullable(),
        role: z.string().nullable(),
        why: z.string(),
        /** Field id → new value; null where one was taken away. */
        facts,
      }),
    ),
  }),
})
