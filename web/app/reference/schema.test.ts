import { expect, describe as group, it } from 'vitest'
import { z } from 'zod'
import { describe, type Schema, sample } from './schema.ts'

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema

group('a schema in words', () => {
  it('reads like TypeScript, optional parts marked, depth indented', () => {
    const type = z.object({ a: z.string(), b: z.number().optional(), c: z.array(z.object({ d: z.boolean() })) })
    expect(describe(schemaOf(type))).toBe('{\n  a: string\n  b?: number\n  c: {\n    d: boolean\n  }[]\n}')
  })

  it('puts a list of choices in brackets, and names records, constants and references', () => {
    expect(describe(schemaOf(z.array(z.enum(['xlsx', 'csv']))))).toBe('("xlsx" | "csv")[]')
    expect(describe(schemaOf(z.string().nullable()))).toBe('string | null')
    expect(describe(schemaOf(z.record(z.string(), z.number())))).toBe('{ [name]: number }')
    expect(describe(schemaOf(z.literal('yes')))).toBe('"yes"')
    expect(describe({ $ref: '#/components/schemas/Problem' })).toBe('Problem')
    expect(describe(undefined)).toBe('unknown')
    expect(describe(schemaOf(z.object({})))).toBe('{}')
  })
})

group('a value to begin with', () => {
  it('holds what is required, in the right type', () => {
    const type = z.object({
      why: z.string(),
      n: z.number().min(3),
      kind: z.enum(['a', 'b']),
      left: z.string().optional(),
    })
    expect(sample(schemaOf(type))).toEqual({ why: '', n: 3, kind: 'a' })
    expect(sample(schemaOf(z.array(z.string())))).toEqual([])
    expect(sample(schemaOf(z.boolean()))).toBe(false)
    expect(sample(undefined)).toBe(null)
  })

  it('is accepted by the schema it was made from', () => {
    const type = z.object({ list: z.array(z.number()), on: z.boolean(), name: z.string(), pick: z.enum(['x']) })
    expect(type.safeParse(sample(schemaOf(type))).success).toBe(true)
  })
})
