import fc from 'fast-check'
import { z } from 'zod'

type Schema = {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  maxItems?: number
}

/** Values that break programs: of every type, at every edge, and of no type at all. */
export const naughty: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  0.5,
  1e308,
  -0,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  2 ** 31,
  2 ** 63,
  '9223372036854775808',
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  '٣',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\u202eabc',
  '\ufeff',
  '\uffff',
  '👨‍👩‍👧‍👦',
  '𠀀𠮷',
  'e\u0301'.repeat(40),
  "'; drop table household; --",
  '%',
  '_',
  '\\',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '=cmd()',
  '{{7*7}}',
  '{0}',
  '__proto__',
  'constructor',
  'toString',
  '0.0.0',
  '~',
  '0',
  'A'.repeat(40),
  'x'.repeat(50_000),
  '9'.repeat(20_000),
  [],
  [[]],
  {},
  { length: 1 },
  ['__proto__'],
]

/** Bodies that are not even JSON, or JSON of a kind nobody sends. */
export const naughtyBodies: readonly string[] = [
  '',
  ' ',
  'null',
  'true',
  '"text"',
  '[]',
  '[[[',
  '{',
  '{"a":}',
  '{"why":"x"',
  "{'why':'x'}",
  '\ufeff{}',
  '\u0000',
  '['.repeat(100_000) + ']'.repeat(100_000),
  `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"why":"one two","why":"three four"}',
  `{"post":${'9'.repeat(1_000_000)}}`,
  `{"post":1e${'9'.repeat(1_000)}}`,
  `{"why":"${'x'.repeat(900_000)}"}`,
  `{"why":"${'\\u0000'.repeat(50)}"}`,
  '{"why":"\\ud800 and more"}',
  `{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join(',')}}`,
  'x'.repeat(2_000_000),
]

/** Addresses' ends that routers and decoders trip over. */
export const naughtyPaths: readonly string[] = [
  '%00',
  '%',
  '%ZZ',
  '%ED%A0%80',
  '%C0%AF',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '.',
  ' ',
  '0',
  '-1',
  '1.5',
  '1e1',
  '9007199254740993',
  '9'.repeat(199),
  'x'.repeat(5_000),
  '1;drop',
  '1/',
  "1'",
  '__proto__',
]

/** Values that fit a schema, drawn with some that are known to be there, so that the handlers are reached. */
export function fitting(schema: z.ZodType, known: Known): fc.Arbitrary<unknown> {
  return arbitrary(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema, known)
}

/** As `fitting`, with one of the fields spoilt. */
export function spoilt(schema: z.ZodType, known: Known): fc.Arbitrary<unknown> {
  const names = Object.keys(
    (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema).properties ?? {},
  )
  const name = fc.constantFrom(...names, 'zzz', '__proto__')
  return fc.tuple(fitting(schema, known), name, fc.constantFrom(...naughty)).map(([value, at, bad]) => {
    const copy = { ...(value as object) }
    Object.defineProperty(copy, at, { value: bad, enumerable: true, configurable: true, writable: true })
    return copy
  })
}

/** Numbers and texts that the house knows. */
export type Known = { readonly numbers: readonly number[]; readonly texts: readonly string[] }

function arbitrary(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => arbitrary(one, known)))
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, one]) => [name, arbitrary(one, known)] as const,
      )
      return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [], noNullPrototype: true })
    }
    case 'array':
      return fc.array(arbitrary(schema.items ?? {}, known), { maxLength: Math.min(schema.maxItems ?? 20, 20) })
    case 'integer':
    case 'number': {
      const { minimum = schema.exclusiveMinimum ?? -1_000, maximum = 2 ** 53 - 1 } = schema
      const fit = known.numbers.filter((number) => number >= minimum && number <= maximum)
      const any = fc.maxSafeInteger().map((number) => Math.min(maximum, Math.max(minimum, number)))
      return fit.length > 0 ? fc.oneof(fc.constantFrom(...fit), any) : any
    }
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'string': {
      const { minLength = 0, maxLength = 60, pattern } = schema
      const fits = (text: string) =>
        text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern).test(text))
      const fit = known.texts.filter(fits)
      const any = pattern
        ? fc.stringMatching(new RegExp(pattern))
        : fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) })
      return fit.length > 0 ? fc.oneof(fc.constantFrom(...fit), any) : any
    }
    default:
      return fc.jsonValue()
  }
}
