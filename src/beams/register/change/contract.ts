import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { pastQuery, placeCode } from '../place/contract.ts'

const person = z.int().positive()
const code = z.string().min(1).max(40)
const day = z.iso.date()
const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
const relations = z.record(z.string().regex(/^\d{1,15}$/), code)
const patch = z.record(z.string().max(60), fact.nullable())

/** What can be asked to be done to a household. */
export const wishedChange = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('add-member'),
      name: z.string().min(1).max(100),
      relation: code,
      document: z.string().max(40).optional().describe('Identity number; sealed'),
      sex: code.optional().describe('May be left out when the identity number tells it'),
      bornOn: day.optional().describe('May be left out when the identity number tells it'),
      facts: z.record(z.string().max(60), fact).default({}),
    })
    .strict(),
  z.object({ kind: z.literal('remove-member'), person, reason: code }).strict(),
  z
    .object({
      kind: z.literal('change-head'),
      person,
      relations: relations.describe('Relation code to the new head by person'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('correct-facts'),
      period: z.string().max(7),
      household: patch.default({}),
      members: z.record(z.string().regex(/^\d{1,15}$/), patch).default({}),
    })
    .strict(),
  z
    .object({
      kind: z.literal('update-facts'),
      period: z.string().max(7).describe('The latest period recorded, or a later one that is open'),
      confirmed: z
        .array(z.string().max(60))
        .max(50)
        .optional()
        .describe('Ids of the questions that were answered with yes'),
      household: patch.default({}),
      members: z.record(z.string().regex(/^\d{1,15}$/), patch).default({}),
    })
    .strict(),
  z
    .object({
      kind: z.literal('move'),
      place: placeCode.describe('The village it moves to'),
      number: z.string().min(1).max(60).optional().describe('Its number there; the old one when left out'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('return-member'),
      person,
      relation: code.describe('To the head of today'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('split'),
      relations: relations.describe('Who goes: relation code to the new head by person; one of them is the head'),
      number: z.string().min(1).max(60).describe('Number of the new household, free in its village'),
      place: placeCode.optional().describe('The village of the new household; the same when left out'),
      cause: code.optional().describe('Its main cause of poverty; the same when left out'),
      facts: z.record(z.string().max(60), fact).default({}).describe('Its own facts of the latest period'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('merge'),
      household: z.int().positive().describe('The household that ends; all its members come'),
      version: z.int().positive().describe('The version of that household'),
      relations: relations.describe('Relation code to the head here by person, for each who comes'),
    })
    .strict(),
  z.object({ kind: z.literal('undo'), action: z.int().positive().describe('Number of the latest change') }).strict(),
  z.object({ kind: z.literal('correct-identity'), person, document: z.string().min(1).max(40) }).strict(),
])

export type WishedChange = z.output<typeof wishedChange>

/** A change as somebody asks for it. */
export const changeWish = z
  .object({
    version: z.int().positive().describe('The version of the household that the change was made on'),
    key: z.uuid().describe('Made by the sender: the same key twice is one change'),
    effectiveOn: day.describe('The day from which it holds'),
    why: z.string().trim().min(3).max(300),
    preview: z.boolean().default(false).describe('Only tell the differences'),
    change: wishedChange,
  })
  .strict()

export type ChangeWish = z.output<typeof changeWish>

const difference = z.object({
  person: z.number().nullable(),
  period: z.string().nullable(),
  field: z.string(),
  from: z.unknown(),
  to: z.unknown(),
})

/** A value that left the one of the period before far behind; without a field it is the number of members. */
export const question = z.object({
  id: z.string(),
  field: z.string().nullable(),
  from: z.number(),
  to: z.number(),
})

export const changeHousehold = route({
  id: 'household.change',
  method: 'POST',
  path: '/api/households/:household/changes',
  summary: 'Records a change of a household: what, from which day, why; or shows what it would change',
  right: 'household.change',
  params: z.object({ household: z.coerce.number().int().positive() }),
  body: changeWish,
  answer: z.object({
    version: z.number(),
    saved: z.boolean(),
    differences: z.array(difference),
    /** What a split, a merge or their undoing does to another household; null when it concerns none, or was done before. */
    other: z
      .object({
        does: z.enum(['begins', 'ends', 'goes-on']),
        /** Null for one that only would begin. */
        household: z.number().nullable(),
        number: z.string(),
        place: z.string(),
        differences: z.array(difference),
      })
      .nullable(),
    /** What differs so much from the period before that somebody must confirm it. */
    questions: z.array(question),
  }),
})

export const pastHousehold = route({
  id: 'household.past',
  method: 'GET',
  path: '/api/households/:household/past',
  summary: 'A household as it was on a day, as it was known at an instant; sensitive values masked',
  right: 'household.read',
  params: z.object({ household: z.coerce.number().int().positive() }),
  query: z.object(pastQuery).strict(),
  answer: z.object({
    /** The latest action that the state holds. */
    version: z.number(),
    /** First day on which it held. */
    from: z.string(),
    place: z.string(),
    village: z.object({ code: z.string(), name: z.string(), officialCode: z.string() }),
    /** From the first level down to the village, as it is named today. */
    path: z.array(z.object({ code: z.string(), name: z.string() })),
    number: z.string(),
    status: z.string(),
    cause: z.string(),
    registeredOn: z.string(),
    period: z.string(),
    facts: z.record(z.string(), z.record(z.string(), z.unknown())),
    members: z.array(
      z.object({
        person: z.number(),
        line: z.number(),
        name: z.string(),
        relation: z.string(),
        sex: z.string(),
        bornOn: z.string(),
        joinedOn: z.string(),
        leftOn: z.string().nullable(),
        leftWhy: z.string().nullable(),
        documentMask: z.string().nullable(),
        facts: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
    ),
  }),
})
