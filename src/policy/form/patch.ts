import type { Day } from '../../kernel/calendar.ts'
import { Problem } from '../../kernel/problem.ts'
import type { Field, Form, Pack } from '../pack.ts'
import { factSchema } from './schema.ts'
import type { Fact } from './value.ts'

/** Facts to set by field id; null takes one away. */
export type FactsPatch = Readonly<Record<string, Fact | null>>

/** The fields that people fill in by hand: not computed, not sealed, not kept in columns of the register. */
export function openFields(form: Form, of: 'household' | 'member'): Field[] {
  return form.sections
    .filter((section) => section.of === of)
    .flatMap((section) => section.fields)
    .filter((field) => !field.derive && !field.sensitive && (!field.binds || field.binds === 'household.income'))
}

/** A value as the field asks for it. Throws `change.bad-fact`. */
export function checkedFact(pack: Pack, field: Field, value: unknown, today: Day): Fact {
  const read = factSchema(pack, field, () => today).safeParse(value)
  if (!read.success) throw new Problem('change.bad-fact', { field: field.id })
  return read.data
}

/** A patch of which every value is as its field asks for it. Throws a Problem for the first that is not. */
export function checkedPatch(
  pack: Pack,
  fields: readonly Field[],
  patch: Readonly<Record<string, unknown>>,
  today: Day,
): FactsPatch {
  const read = Object.entries(patch).map(([id, value]) => {
    const field = fields.find((one) => one.id === id)
    if (!field) throw new Problem('change.unknown-fact', { field: id })
    if (value !== null) return [id, checkedFact(pack, field, value, today)] as const
    if (field.required) throw new Problem('change.fact-missing', { field: id })
    return [id, null] as const
  })
  return Object.fromEntries(read)
}
