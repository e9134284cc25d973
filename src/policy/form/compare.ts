import type { Check, Form } from '../pack.ts'
import { derive } from './derive.ts'
import type { Facts } from './value.ts'

/** What a form says of its subject in a period; `members` is 0 where the subject is a place. */
export type Filled = { readonly facts: Facts; readonly members: number }

/** A value that is asked about before it is taken. Money in minor units. */
export type Question = {
  /** Id of the form's ask. */
  readonly id: string
  /** Id of the field; null means the number of members. */
  readonly field: string | null
  readonly from: number
  readonly to: number
}

/** What a form asks about: values that left those of the period before far behind. Unknown values ask nothing. */
export function questionsOf(form: Form, before: Filled, after: Filled): Question[] {
  const [was, is] = [numbersOf(form, before), numbersOf(form, after)]
  return form.asks.flatMap(({ id, field, rises, falls }) => {
    const [from, to] = field === undefined ? [before.members, after.members] : [was[field], is[field]]
    // Nothing before, nothing to compare with: a first income is no multiple of none.
    if (typeof from !== 'number' || typeof to !== 'number' || from <= 0) return []
    const stands = rises !== undefined ? to >= from * rises : to <= from * (falls ?? 0)
    return stands ? [{ id, field: field ?? null, from, to }] : []
  })
}

/** The checks of a form that facts do not pass. Parts that are not told count nothing; a whole that is not told passes. */
export function brokenChecks(form: Form, filled: Filled): Check[] {
  const numbers = numbersOf(form, filled)
  const known = (id: string) => numbers[id] as number
  return form.checks.filter(({ parts, whole }) => {
    const told = parts.filter((id) => typeof numbers[id] === 'number')
    if (told.length === 0 || typeof numbers[whole] !== 'number') return false
    return told.reduce((sum, id) => sum + known(id), 0) > known(whole)
  })
}

function numbersOf(form: Form, { facts, members }: Filled): Facts {
  return { ...facts, ...derive(form, facts, members) }
}
