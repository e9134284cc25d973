import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'

const text = z.record(z.string(), z.string())

const code = z.object({ code: z.string(), name: text, means: z.string().optional() })

const field = z.object({
  id: z.string(),
  number: z.string(),
  name: text,
  kind: z.string(),
  list: z.string().optional(),
  most: z.number().optional(),
  unit: text.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  decimals: z.number().optional(),
  required: z.boolean(),
  sensitive: z.boolean(),
  derived: z.boolean(),
  binds: z.string().optional(),
  help: text.optional(),
  source: z.string().optional(),
})

export const packAnswer = z.object({
  id: z.string(),
  version: z.string(),
  name: text,
  languages: z.array(z.string()),
  currency: z.object({ code: z.string(), digits: z.number(), symbol: z.string() }),
  period: z.string(),
  root: z.object({ name: text }),
  levels: z.array(z.object({ id: z.string(), name: text, length: z.number() })),
  roles: z.array(z.object({ id: z.string(), name: text, level: z.string() })),
  tags: z.array(z.object({ id: z.string(), name: text, list: z.string().optional() })),
  lists: z.array(z.object({ id: z.string(), title: text, source: z.string().optional(), codes: z.array(code) })),
  forms: z.array(
    z.object({
      id: z.string(),
      title: text,
      subject: z.string(),
      source: z.string().optional(),
      level: z.number().optional(),
      checks: z.array(z.object({ id: z.string(), parts: z.array(z.string()), whole: z.string() })),
      asks: z.array(
        z.object({
          id: z.string(),
          field: z.string().optional(),
          rises: z.number().optional(),
          falls: z.number().optional(),
        }),
      ),
      sections: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          title: text,
          of: z.enum(['household', 'member']),
          fields: z.array(field),
        }),
      ),
    }),
  ),
  parameters: z.array(
    z.object({
      id: z.string(),
      name: text,
      unit: z.string(),
      source: z.string(),
      values: z.array(
        z.object({
          from: z.string(),
          to: z.string().optional(),
          value: z.string(),
          place: z.string().optional(),
        }),
      ),
    }),
  ),
  sources: z.array(
    z.object({
      id: z.string(),
      title: text,
      number: z.string().optional(),
      date: z.string().optional(),
      confirmed: z.boolean(),
    }),
  ),
  identity: z.object({ name: text }),
})

export const showPack = route({
  id: 'pack.show',
  method: 'GET',
  path: '/api/pack',
  summary: 'The policy in force: levels, roles, forms, code lists, parameters and their sources',
  right: 'signed-in',
  answer: packAnswer,
})

export const showAbout = route({
  id: 'pack.about',
  method: 'GET',
  path: '/api/about',
  summary: 'What this installation is, for the sign-in page',
  right: 'public',
  answer: z.object({
    version: z.string(),
    pack: z.object({ id: z.string(), name: text, languages: z.array(z.string()) }),
    /** The nation shown is invented; every page says so. */
    synthetic: z.boolean(),
    /** Accounts of the demo nation with their common password; empty on a real installation. */
    demo: z
      .object({
        password: z.string(),
        accounts: z.array(z.object({ login: z.string(), name: z.string(), role: text, place: z.string() })),
      })
      .nullable(),
  }),
})

export const showHealth = route({
  id: 'health.show',
  method: 'GET',
  path: '/api/health',
  summary: 'Whether the system is ready',
  right: 'public',
  answer: z.object({
    status: z.enum(['ok', 'starting']),
    version: z.string(),
    pack: z.string(),
    places: z.number(),
    households: z.number(),
  }),
})
