import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { placeCode } from '../place/contract.ts'

const householdId = z.coerce.number().int().positive()

/** How a card is printed. */
const printQuery = z
  .object({
    language: z
      .string()
      .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,2}$/)
      .optional()
      .describe('Language of headings and codes; that of the caller when left out'),
    identities: z.enum(['masked', 'full']).default('masked'),
    why: z.string().max(300).optional().describe('Needed when sensitive values are printed in full'),
  })
  .strict()

export const printHousehold = route({
  id: 'card.print',
  method: 'GET',
  path: '/api/households/:household/card.pdf',
  summary: 'The household card for printing, with a code that proves it; the card printed before is no longer valid',
  right: 'household.export',
  transfer: 'download',
  params: z.object({ household: householdId }),
  query: printQuery,
  answer: z.object({}),
})

export const printPlace = route({
  id: 'card.print-place',
  method: 'GET',
  path: '/api/places/:code/cards.pdf',
  summary: 'The household cards of a village or another small place in one file for printing',
  right: 'household.export',
  transfer: 'download',
  params: z.object({ code: placeCode }),
  query: printQuery,
  answer: z.object({}),
})

const ending = z.enum(['superseded', 'revoked'])

export const listCards = route({
  id: 'card.list',
  method: 'GET',
  path: '/api/households/:household/cards',
  summary: 'The printed cards of a household, the latest first',
  right: 'household.export',
  params: z.object({ household: householdId }),
  answer: z.object({
    cards: z.array(
      z.object({
        no: z.number(),
        issuedAt: z.string(),
        /** Name of who printed it; none is the operator of the machine. */
        by: z.string().nullable(),
        period: z.string(),
        language: z.string(),
        /** The household was changed since. */
        outdated: z.boolean(),
        ending: ending.nullable(),
        endedAt: z.string().nullable(),
        why: z.string().nullable(),
      }),
    ),
  }),
})

export const revokeCard = route({
  id: 'card.revoke',
  method: 'POST',
  path: '/api/households/:household/cards/:no/revocation',
  summary: 'Declare a printed card invalid, with a reason; whoever scans it is told',
  right: 'household.export',
  params: z.object({ household: householdId, no: z.coerce.number().int().min(1).max(1_000_000) }),
  body: z.object({ why: z.string().trim().min(3).max(300) }).strict(),
  answer: z.object({}),
})

export const checkCard = route({
  id: 'card.check',
  method: 'GET',
  path: '/api/cards/:token',
  summary: 'Whether a printed card is genuine and valid, and who issued it; nothing of the family',
  right: 'public',
  params: z.object({ token: z.string().max(200) }),
  answer: z.object({
    state: z.enum(['valid', 'superseded', 'revoked', 'not-genuine']),
    office: z.string().nullable(),
    hotline: z.string(),
    issuedOn: z.string().nullable(),
    endedOn: z.string().nullable(),
    /** The household's number, for callers in whose reach it lies; nobody else is told. */
    household: z.number().nullable(),
  }),
})
