import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { listedEvidence } from '../evidence/contract.ts'
import { codeList, pastQuery, placeCode } from '../place/contract.ts'

const householdId = z.coerce.number().int().positive()

/** Everything the list can be cut by. A filter that is not here is refused. */
export const householdFilter = z.object({
  place: placeCode.optional().describe('A place; its whole subtree is meant'),
  status: codeList.optional().describe('Status codes, separated by commas'),
  cause: codeList.optional().describe('Codes of the main cause of poverty, separated by commas'),
  sizeFrom: z.coerce.number().int().min(1).max(99).optional(),
  sizeTo: z.coerce.number().int().min(1).max(99).optional(),
  period: z.string().max(7).optional().describe('Households whose latest facts are of this period'),
  text: z
    .string()
    .max(60)
    .optional()
    .describe(
      'Name in its own script, its letters or initials, household number, identity number or its last four characters',
    ),
})

export const listedHousehold = z.object({
  id: z.number(),
  number: z.string(),
  village: z.object({ code: z.string(), name: z.string(), path: z.string() }),
  headName: z.string(),
  status: z.string(),
  cause: z.string(),
  size: z.number(),
  /** Minor units of the currency; null when the facts do not tell. */
  income: z.number().nullable(),
  period: z.string(),
  registeredOn: z.string(),
  /** Names of members that the text matched, when it was not the head. */
  matched: z.array(z.string()),
  /** Facts asked for with `columns`. */
  facts: z.record(z.string(), z.unknown()),
})

export const listHouseholds = route({
  id: 'household.list',
  method: 'GET',
  path: '/api/households',
  summary: 'Households at your place, filtered, in order of place',
  right: 'household.read',
  query: householdFilter
    .extend({
      after: z.string().max(80).optional().describe('The `next` of the page before'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      columns: codeList.optional().describe('Ids of household fields to bring along'),
      ...pastQuery,
    })
    .strict(),
  answer: z.object({
    households: z.array(listedHousehold),
    next: z.string().nullable(),
    /** Households that ended under the number looked for, and which household their members went to. */
    ended: z.array(
      z.object({ id: z.number(), number: z.string(), headName: z.string(), on: z.string(), into: z.number() }),
    ),
  }),
})

export const countHouseholds = route({
  id: 'household.count',
  method: 'GET',
  path: '/api/households/count',
  summary: 'How many households a filter leaves; exact up to a bound',
  right: 'household.read',
  query: householdFilter.extend(pastQuery).strict(),
  answer: z.object({
    count: z.number(),
    /** There are more than `count`; counting stopped there. */
    more: z.boolean(),
  }),
})

export const groupHouseholds = route({
  id: 'household.group',
  method: 'GET',
  path: '/api/households/groups',
  summary: 'Households and persons by status and main cause below a place',
  right: 'household.read',
  query: z.object({ place: placeCode.optional(), by: z.enum(['status', 'cause']) }).strict(),
  answer: z.object({ groups: z.array(z.object({ code: z.string(), households: z.number(), persons: z.number() })) }),
})

export const exportHouseholds = route({
  id: 'household.export',
  method: 'GET',
  path: '/api/households/export',
  summary: 'What the filter leaves, as a spreadsheet: the list as seen, or whole cards that import again',
  right: 'household.export',
  grave: { query: 'identities', is: 'full' },
  transfer: 'download',
  query: householdFilter
    .extend({
      format: z.enum(['xlsx', 'csv']).default('xlsx'),
      shape: z.enum(['list', 'cards']).default('list'),
      columns: codeList.optional(),
      households: z
        .string()
        .max(8_000)
        .transform((text) => text.split(',').filter(Boolean))
        .pipe(z.array(z.string().regex(/^\d{1,15}$/)).max(500))
        .optional()
        .describe('Ids of the only households wanted, separated by commas'),
      identities: z.enum(['masked', 'full']).default('masked'),
      why: z.string().max(300).optional().describe('Needed when identity numbers are asked for in full'),
      ...pastQuery,
    })
    .strict(),
  answer: z.object({}),
})

export const householdTemplate = route({
  id: 'household.template',
  method: 'GET',
  path: '/api/households/template',
  summary: 'An empty spreadsheet of the household form, with its code lists',
  right: 'household.read',
  transfer: 'download',
  query: z.object({ format: z.enum(['xlsx', 'csv']).default('xlsx') }).strict(),
  answer: z.object({}),
})

export const cardMember = z.object({
  person: z.number(),
  line: z.number(),
  name: z.string(),
  relation: z.string(),
  sex: z.string(),
  bornOn: z.string(),
  age: z.number(),
  document: z.string().nullable(),
  disputed: z.boolean(),
  joinedOn: z.string(),
  leftOn: z.string().nullable(),
  /** A code of the pack's list of reasons for leaving. */
  leftWhy: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
})

export const showHousehold = route({
  id: 'household.show',
  method: 'GET',
  path: '/api/households/:household',
  summary: 'The household card: members, facts of a period; sensitive values masked',
  right: 'household.read',
  params: z.object({ household: householdId }),
  query: z.object({ period: z.string().max(7).optional() }).strict(),
  answer: z.object({
    id: z.number(),
    number: z.string(),
    place: z.object({ code: z.string(), name: z.string(), officialCode: z.string() }),
    /** From the first level down to the village. */
    path: z.array(z.object({ code: z.string(), name: z.string() })),
    status: z.string(),
    cause: z.string(),
    size: z.number(),
    income: z.number().nullable(),
    registeredOn: z.string(),
    version: z.number(),
    period: z.string(),
    periods: z.array(z.string()),
    form: z.string(),
    facts: z.record(z.string(), z.unknown()),
    members: z.array(cardMember),
  }),
})

export const householdHistory = route({
  id: 'household.history',
  method: 'GET',
  path: '/api/households/:household/history',
  summary: 'Who changed what, when and why',
  right: 'household.read',
  params: z.object({ household: householdId }),
  answer: z.object({
    actions: z.array(
      z.object({
        no: z.number(),
        kind: z.string(),
        effectiveOn: z.string(),
        recordedAt: z.string(),
        /** Name of who did it; none is the operator of the machine, who has no post. */
        by: z.string().nullable(),
        role: z.string().nullable(),
        why: z.string(),
        detail: z.object({
          import: z.number().optional(),
          size: z.number().optional(),
          /** Another household that it concerned. */
          household: z.number().optional(),
          /** The action that it undid. */
          action: z.number().optional(),
        }),
        evidence: z.array(listedEvidence),
        /** Whether the import that it came by, if any, can be opened from the caller's place. */
        importInReach: z.boolean(),
      }),
    ),
  }),
})

export const revealHousehold = route({
  id: 'household.reveal',
  method: 'POST',
  path: '/api/households/:household/reveal',
  summary: 'The sensitive values of a household in full; recorded with the reason',
  right: 'identity.reveal',
  params: z.object({ household: householdId }),
  body: z.object({ why: z.string().trim().min(3).max(300) }).strict(),
  answer: z.object({
    facts: z.record(z.string(), z.string()),
    members: z.array(z.object({ person: z.number(), document: z.string().nullable() })),
  }),
})

export const householdAccess = route({
  id: 'household.access',
  method: 'GET',
  path: '/api/households/:household/access',
  summary: 'Who saw a household: looks at its card, and identity numbers shown in full, the latest first',
  right: 'audit.read',
  params: z.object({ household: householdId }),
  query: z
    .object({
      /** The `next` of the page before. */
      after: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    })
    .strict(),
  answer: z.object({
    looks: z.array(
      z.object({
        kind: z.enum(['card', 'reveal']),
        /** To the minute for looks at the card. */
        at: z.string(),
        /** How often within that minute. */
        times: z.number(),
        /** Nothing for the operator of the machine. */
        by: z.string().nullable(),
        login: z.string().nullable(),
        role: z.string().nullable(),
        place: z.string().nullable(),
        /** The reason given for a reveal. */
        why: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
})
