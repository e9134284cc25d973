import { z } from 'zod'
import { route } from '../http/contract.ts'

const page = z.string().regex(/^\/[a-z][a-z/-]{0,39}$/)

export const savedView = z.object({
  id: z.number(),
  name: z.string(),
  page: z.string(),
  query: z.string(),
  shared: z.boolean(),
  /** Whether the caller may remove it. */
  own: z.boolean(),
  /** Who made it. */
  by: z.string(),
})

export const listViews = route({
  id: 'view.list',
  method: 'GET',
  path: '/api/views',
  summary: 'Your saved views, and those shared at your place or above',
  right: 'signed-in',
  query: z.object({ page: page.optional() }).strict(),
  answer: z.object({ views: z.array(savedView) }),
})

export const saveView = route({
  id: 'view.save',
  method: 'POST',
  path: '/api/views',
  summary: 'Keeps the filters and columns of a page under a name; the same name again replaces it',
  right: 'signed-in',
  body: z
    .object({
      name: z.string().trim().min(1).max(80),
      page,
      query: z
        .string()
        .max(2_000)
        .describe('As in the address, without the question mark; without what is searched for'),
      shared: z.boolean().default(false).describe('Posts at your place and below see it too'),
    })
    .strict(),
  answer: z.object({ id: z.number() }),
})

export const removeView = route({
  id: 'view.remove',
  method: 'DELETE',
  path: '/api/views/:view',
  summary: 'Removes a saved view of yours',
  right: 'signed-in',
  params: z.object({ view: z.coerce.number().int().positive() }),
  answer: z.object({}),
})
