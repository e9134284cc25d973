import { z } from 'zod'
import { type Day, isDay } from '../../kernel/calendar.ts'
import { isPlaceCode } from '../../kernel/place-code.ts'
import { checkIdentity } from '../identity.ts'
import type { Field, Form, Pack } from '../pack.ts'
import { listOf } from './choices.ts'
import { columnsOf } from './columns.ts'
import { longestText, officialCode } from './read-cell.ts'
import type { Fact } from './value.ts'
import { countCharacters, isPersonName, tidy, tidyName, unreadable } from './words.ts'

/** Schemas of the facts of one household and of one member, keyed by field id. */
export type FormSchema = { readonly household: FactsSchema; readonly member: FactsSchema }

export type FactsSchema = z.ZodObject<Record<string, z.ZodType<Fact | undefined>>>

/**
 * The facts of a form as zod schemas: exactly what the compiled reader produces, no more and no less (unknown and
 * derived fields are refused). `today` is asked at each use, because a server lives longer than a day.
 */
export function formSchema(pack: Pack, form: Form, options: { readonly today: () => Day }): FormSchema {
  const shape = { household: {}, member: {} } as Record<
    'household' | 'member',
    Record<string, z.ZodType<Fact | undefined>>
  >
  for (const { field, of, derived } of columnsOf(form)) {
    if (derived) continue
    const schema = factSchema(pack, field, options.today)
    shape[of][field.id] = field.required ? schema : schema.optional()
  }
  return { household: z.strictObject(shape.household), member: z.strictObject(shape.member) }
}

/** The schema of one field's fact. */
export function factSchema(pack: Pack, field: Field, today: () => Day): z.ZodType<Fact> {
  const max = field.maxLength ?? longestText
  switch (field.kind) {
    case 'text':
      return z.string().refine((text) => isTidy(text, max), 'text')
    case 'name':
      return z.string().refine((text) => isTidy(text, max) && isPersonName(text) && tidyName(text) === text, 'name')
    case 'code':
      return z.enum(codesOf(pack, field))
    case 'codes': {
      const list = z.array(z.enum(codesOf(pack, field))).min(1)
      return (field.most === undefined ? list : list.max(field.most)).refine(
        (codes) => new Set(codes).size === codes.length,
        'codes',
      )
    }
    case 'integer':
      return bounded(z.int(), field, 1)
    case 'decimal': {
      const decimals = field.decimals ?? 2
      return bounded(z.number(), field, 1).refine((value) => Number(value.toFixed(decimals)) === value, 'decimals')
    }
    case 'money':
      return bounded(z.int(), field, 10 ** pack.currency.digits)
    case 'date':
      return z.iso.date().refine((day) => isDay(day) && (field.future || day <= today()), 'date')
    case 'boolean':
      return z.boolean()
    case 'document':
      return z.string().refine((text) => {
        const found = checkIdentity(pack.identity, text, today())
        return found.ok && found.normal === text
      }, 'document')
    case 'place':
      return z
        .string()
        .refine((text) => isPlaceCode(text) || (pack.codes.kind === 'path' && officialCode.test(text)), 'place')
  }
}

function isTidy(text: string, max: number): boolean {
  return text !== '' && tidy(text) === text && unreadable(text) === 0 && countCharacters(text) <= max
}

function bounded(schema: z.ZodNumber, field: Field, power: number): z.ZodNumber {
  let bounded = schema.min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
  if (field.min !== undefined) bounded = bounded.min(field.min * power)
  if (field.max !== undefined) bounded = bounded.max(field.max * power)
  return bounded
}

function codesOf(pack: Pack, field: Field): [string, ...string[]] {
  return listOf(pack, field).codes.map((code) => code.code) as [string, ...string[]]
}
