import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'

const importId = z.coerce.number().int().positive()
const params = z.object({ import: importId })

export const importCounts = z.object({
  /** Rows below the heading. read = good + bad + skipped, always. */
  read: z.number(),
  good: z.number(),
  bad: z.number(),
  skipped: z.number(),
  /** What skipped is made of: in the register already and the same; held for a person to look at. */
  unchanged: z.number(),
  held: z.number(),
  households: z.number(),
  /** Held households that still wait for a person. */
  heldHouseholds: z.number(),
  /** Households that are in the register by now. */
  registered: z.number(),
  /** Households registered before that the file brought up to date. */
  updated: z.number(),
})

export const importAnswer = z.object({
  id: z.number(),
  place: z.object({ code: z.string(), name: z.string() }),
  /** Name of who began it; none is the operator of the machine. */
  by: z.string().nullable(),
  state: z.enum(['mapping', 'checking', 'checked', 'applying', 'done', 'refused', 'cancelled', 'undoing', 'undone']),
  form: z.string(),
  period: z.string(),
  why: z.string(),
  fileName: z.string(),
  fileBytes: z.number(),
  layout: z.object({
    kind: z.string(),
    encoding: z.string().nullable(),
    delimiter: z.string().nullable(),
    headingRow: z.number(),
    headings: z.array(z.string()),
    /** The first rows below the heading, sensitive columns masked. */
    sample: z.array(z.array(z.string())),
  }),
  mapping: z.array(z.string().nullable()),
  job: z.number().nullable(),
  counts: importCounts,
  problem: z.object({ code: z.string(), title: z.string() }).nullable(),
  createdAt: z.string(),
  appliedAt: z.string().nullable(),
  /** Whether it can be undone: nothing has been built on it yet. */
  undoable: z.boolean(),
})

export const uploadImport = route({
  id: 'import.upload',
  method: 'POST',
  path: '/api/imports',
  summary: 'Upload a spreadsheet of households; answers with the headings found and the columns guessed',
  right: 'household.import',
  transfer: 'upload',
  answer: importAnswer,
})

export const listImports = route({
  id: 'import.list',
  method: 'GET',
  path: '/api/imports',
  summary: 'Imports at your place, newest first',
  right: 'household.import',
  query: z.object({ before: importId.optional(), limit: z.coerce.number().int().min(1).max(100).default(30) }).strict(),
  answer: z.object({ imports: z.array(importAnswer), next: z.number().nullable() }),
})

export const showImport = route({
  id: 'import.show',
  method: 'GET',
  path: '/api/imports/:import',
  summary: 'One import',
  right: 'household.import',
  params,
  answer: importAnswer,
})

export const checkImport = route({
  id: 'import.check',
  method: 'PUT',
  path: '/api/imports/:import/mapping',
  summary: 'Say which column is which field, and begin the dry run',
  right: 'household.import',
  params,
  body: z
    .object({
      mapping: z.array(z.string().nullable()).max(2000),
      period: z.string().max(7),
      why: z.string().trim().min(3).max(300),
    })
    .strict(),
  answer: importAnswer,
})

export const startImport = route({
  id: 'import.start',
  method: 'POST',
  path: '/api/imports/:import/start',
  summary: 'Bring the good households of a checked import into the register',
  right: 'household.import',
  params,
  answer: importAnswer,
})

export const undoImport = route({
  id: 'import.undo',
  method: 'POST',
  path: '/api/imports/:import/undo',
  summary: 'Take a whole import back, as long as nothing builds on it',
  right: 'household.import',
  params,
  body: z.object({ why: z.string().trim().min(3).max(300) }).strict(),
  answer: importAnswer,
})

export const dropImport = route({
  id: 'import.drop',
  method: 'DELETE',
  path: '/api/imports/:import',
  summary: 'Give up an import that has not been started',
  right: 'household.import',
  params,
  answer: importAnswer,
})

export const importFault = z.object({
  row: z.number(),
  field: z.string().nullable(),
  code: z.string(),
  /** What is wrong and what to do, in the caller's language. */
  sentence: z.string(),
})

export const importFaults = route({
  id: 'import.faults',
  method: 'GET',
  path: '/api/imports/:import/faults',
  summary: 'What is wrong, row by row, and how often each fault occurs',
  right: 'household.import',
  params,
  query: z
    .object({
      after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    })
    .strict(),
  answer: z.object({
    faults: z.array(importFault),
    next: z.number().nullable(),
    byCode: z.array(z.object({ code: z.string(), field: z.string().nullable(), rows: z.number() })),
  }),
})

export const errorSheet = route({
  id: 'import.error-sheet',
  method: 'GET',
  path: '/api/imports/:import/error-sheet',
  summary: 'The bad rows as they were, bad cells coloured, with a sentence for each fault; correct and upload again',
  right: 'household.import',
  transfer: 'download',
  params,
  query: z.object({ format: z.enum(['xlsx', 'csv']).default('xlsx') }).strict(),
  answer: z.object({}),
})

export const heldHousehold = z.object({
  village: z.object({ code: z.string(), name: z.string() }),
  number: z.string(),
  reason: z.enum(['same-identity', 'other-content', 'asks']),
  headName: z.string(),
  rows: z.array(z.number()),
  /** The household of the register it clashes with, when it lies in reach. */
  household: z.object({ id: z.number(), number: z.string(), headName: z.string(), village: z.string() }).nullable(),
  /** For `other-content` and `asks`: what differs, as it is and as the file has it. */
  differences: z.array(z.object({ field: z.string(), name: z.string(), register: z.string(), file: z.string() })),
  decision: z.enum(['discard', 'register']).nullable(),
})

export const listHeld = route({
  id: 'import.held',
  method: 'GET',
  path: '/api/imports/:import/held',
  summary: 'Households held back for a person to look at',
  right: 'household.import',
  params,
  query: z
    .object({
      afterPlace: z.string().max(40).optional(),
      afterNumber: z.string().max(60).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    })
    .strict(),
  answer: z.object({
    held: z.array(heldHousehold),
    next: z.object({ place: z.string(), number: z.string() }).nullable(),
  }),
})

export const decideHeld = route({
  id: 'import.decide-held',
  method: 'POST',
  path: '/api/imports/:import/held',
  summary:
    'Discard a held household, register it although its identity number is taken (marked as disputed), or confirm an update',
  right: 'household.import',
  bulk: true,
  params,
  body: z
    .object({
      place: z.string().max(40),
      number: z.string().max(60),
      decision: z.enum(['discard', 'register']),
    })
    .strict(),
  answer: heldHousehold,
})
