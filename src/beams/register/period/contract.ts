import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'
import { placeCode } from '../place/contract.ts'

const params = z.object({ period: z.coerce.number().int().positive() })
const day = z.iso.date()
const why = z.string().trim().min(3).max(300)
const place = z.object({ code: z.string(), name: z.string(), path: z.string() })

export const periodAnswer = z.object({
  id: z.number(),
  form: z.string(),
  period: z.string(),
  /** It holds here and everywhere below. */
  place: z.object({ code: z.string(), name: z.string(), level: z.number() }),
  opensOn: z.string(),
  /** Last day; null when it stays open until somebody closes it. */
  closesOn: z.string().nullable(),
  /** waiting for its first day, open, over since its last day, or closed by somebody. */
  state: z.enum(['waiting', 'open', 'over', 'closed']),
  why: z.string(),
  openedAt: z.string(),
  /** Name of who opened it; none is the operator of the machine. */
  openedBy: z.string().nullable(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable(),
  /** Whether it was opened within the caller's place, so that it can be closed or opened again from there. */
  inReach: z.boolean(),
})

export const listPeriods = route({
  id: 'period.list',
  method: 'GET',
  path: '/api/periods',
  summary: 'Periods that hold at your place or below it, newest first',
  right: 'household.read',
  query: z
    .object({
      form: z.string().max(60).optional(),
      before: z.coerce.number().int().positive().optional().describe('The `next` of the page before'),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    })
    .strict(),
  answer: z.object({ periods: z.array(periodAnswer), next: z.number().nullable() }),
})

export const openPeriod = route({
  id: 'period.open',
  method: 'POST',
  path: '/api/periods',
  summary: 'Opens a form for a period, at a place and below; one that was closed is opened again',
  right: 'period.manage',
  body: z
    .object({
      form: z.string().max(60),
      period: z.string().max(7),
      place: placeCode.optional().describe('Your own place when left out'),
      from: day.optional().describe('First day; today when left out'),
      until: day.optional().describe('Last day; without one it stays open until somebody closes it'),
      why,
    })
    .strict(),
  answer: periodAnswer,
})

export const closePeriod = route({
  id: 'period.close',
  method: 'POST',
  path: '/api/periods/:period/close',
  summary: 'Closes a period: its facts stand from now on',
  right: 'period.manage',
  params,
  body: z.object({ why }).strict(),
  answer: periodAnswer,
})

const counts = { due: z.number(), done: z.number() }

export const showPeriod = route({
  id: 'period.show',
  method: 'GET',
  path: '/api/periods/:period',
  summary: 'One period, and how far it has come at your place',
  right: 'household.read',
  params,
  answer: periodAnswer.extend(counts),
})

export const periodProgress = route({
  id: 'period.progress',
  method: 'GET',
  path: '/api/periods/:period/progress',
  summary: 'How many are done and still due in each place right below one',
  right: 'household.read',
  params,
  query: z.object({ place: placeCode.optional() }).strict(),
  answer: z.object({
    /** The place looked at, and from there up to the highest one that both the caller and the period reach. */
    place: z.object({ code: z.string(), name: z.string(), level: z.number() }).extend(counts),
    above: z.array(z.object({ code: z.string(), name: z.string() })),
    children: z.array(
      z.object({ code: z.string(), name: z.string(), level: z.number(), hasChildren: z.boolean() }).extend(counts),
    ),
  }),
})

const part = {
  place: placeCode.optional().describe('A place; its whole subtree is meant'),
  worker: z.coerce.number().int().positive().optional().describe('Only places where this account holds a post'),
}

export const dueList = route({
  id: 'period.due',
  method: 'GET',
  path: '/api/periods/:period/due',
  summary: 'Who still has to be brought up to date, in order of place',
  right: 'household.read',
  params,
  query: z
    .object({
      ...part,
      after: z.string().max(80).optional().describe('The `next` of the page before'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    })
    .strict(),
  answer: z.object({
    due: z.array(
      z.object({
        /** Household id; null where the form is of places. */
        household: z.number().nullable(),
        number: z.string().nullable(),
        /** Head of the household, or the place. */
        name: z.string(),
        place,
        size: z.number().nullable(),
        /** Minor units of the currency. */
        income: z.number().nullable(),
        /** Latest period recorded; null when there is none yet. */
        last: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
})

export const dueSheet = route({
  id: 'period.due-sheet',
  method: 'GET',
  path: '/api/periods/:period/due-sheet',
  summary: 'The due ones as a spreadsheet with the values of the period before; fill it in and import it',
  right: 'household.export',
  transfer: 'download',
  params,
  query: z.object({ ...part, format: z.enum(['xlsx', 'csv']).default('xlsx') }).strict(),
  answer: z.object({}),
})

export const periodWorkers = route({
  id: 'period.workers',
  method: 'GET',
  path: '/api/periods/:period/workers',
  summary: 'Places with those who work there, and what each has still to do',
  right: 'household.read',
  params,
  query: z
    .object({
      place: placeCode.optional(),
      after: z.string().max(80).optional().describe('The `next` of the page before'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    })
    .strict(),
  answer: z.object({
    workers: z.array(
      z
        .object({
          /** Account of who works there; null where nobody does. */
          worker: z.number().nullable(),
          name: z.string().nullable(),
          place,
        })
        .extend(counts),
    ),
    next: z.string().nullable(),
  }),
})
