import type { Day } from '../kernel/calendar.ts'
import { Problem } from '../kernel/problem.ts'
import { inLanguage } from '../kernel/text.ts'
import type { Binding, CodeList, DatedValue, Field, Form, Pack } from './pack.ts'

/**
 * The value of a parameter that is in force on a day, for a place when one is given by its official code. The value
 * of the nearest place above wins over the national one. Where official codes nest, the place's own code is enough;
 * where they do not, give those of the places above it too, from the top downwards. Throws a Problem when the pack says
 * nothing for that day, because a rule without its number must not be guessed.
 */
export function parameter(
  pack: Pack,
  id: string,
  when: { readonly on: Day; readonly place?: string | readonly string[] },
): DatedValue['value'] {
  const found = pack.parameters.get(id)
  if (!found) throw new Problem('policy.unknown-parameter', { id })
  const codes = when.place === undefined ? [] : typeof when.place === 'string' ? [when.place] : when.place
  let best: DatedValue | undefined
  let nearest = -1
  for (const value of found.values) {
    if (when.on < value.from || (value.to !== undefined && when.on > value.to)) continue
    const near = nearness(pack, value.place, codes)
    if (near > nearest) [best, nearest] = [value, near]
  }
  if (!best) {
    throw new Problem('policy.no-value', { id, day: when.on, place: codes.at(-1) ?? pack.root.officialCode })
  }
  return best.value
}

/** How near the place of a value is: 0 for the national one, -1 when it does not hold here. */
function nearness(pack: Pack, place: string | undefined, codes: readonly string[]): number {
  if (place === undefined) return 0
  if (pack.codes.kind === 'path') return codes.indexOf(place) + 1 || -1
  return codes.some((code) => code.startsWith(place)) ? place.length : -1
}

/** The list of reasons for which a member leaves a household. The engine asks for it; every pack has it. */
export const LEAVING = 'leaving'

/** The meaning of the reason of those who leave to be a household of their own. */
export const SPLIT = 'split'

/** The name of a code in a language; an unknown code (from an older pack) is shown as it is. */
export function codeName(list: CodeList, code: string, language: string): string {
  const found = list.codes.find((entry) => entry.code === code)
  return found ? inLanguage(found.name, language) : code
}

/** The codes of a list that carry a meaning, e.g. `head` or `poor`. */
export function codesMeaning(list: CodeList, means: string): string[] {
  return list.codes.filter((code) => code.means === means).map((code) => code.code)
}

/** Statuses of households that left the register for good: removed from it, or nobody lives there any more. */
export function goneStatuses(pack: Pack): string[] {
  const list = pack.lists.get(boundField(householdForm(pack), 'household.status')!.list!)!
  return [...codesMeaning(list, 'removed'), ...codesMeaning(list, 'extinct')]
}

/** The field of a form with an id, if there is one. */
export function findField(form: Form, id: string): Field | undefined {
  for (const section of form.sections) {
    const field = section.fields.find((entry) => entry.id === id)
    if (field) return field
  }
  return undefined
}

/** The field of a form that holds what the engine needs, if the form has one. */
export function boundField(form: Form, binding: Binding): Field | undefined {
  for (const section of form.sections) {
    const field = section.fields.find((entry) => entry.binds === binding)
    if (field) return field
  }
  return undefined
}

/** The form that the register is filled from. A loaded pack has exactly one. */
export function householdForm(pack: Pack): Form {
  for (const form of pack.forms.values()) if (form.subject === 'household') return form
  throw new Problem('pack.no-household-form')
}

/** The word for yes or no in a language, else in the first language of the pack. */
export function answer(pack: Pack, value: boolean, language: string): string {
  const words = value ? pack.words.yes : pack.words.no
  return (words[language] ?? words[pack.languages[0] ?? ''])?.[0] ?? String(value)
}
