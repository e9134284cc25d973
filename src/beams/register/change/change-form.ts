import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import { checkedFact, checkedPatch, type FactsPatch, openFields } from '../../../policy/form/patch.ts'
import type { Fact, Facts } from '../../../policy/form/value.ts'
import type { Field, Pack } from '../../../policy/pack.ts'

export type ChangeForm = ReturnType<typeof changeForm>

/** The household form as the gate of a change: only what it knows passes, and only in the form it asks for. */
export function changeForm(pack: Pack, today: Day) {
  const form = householdForm(pack)
  const open = (of: 'household' | 'member') => openFields(form, of)
  const check = (field: Field, value: unknown): Fact => checkedFact(pack, field, value, today)
  const find = (of: 'household' | 'member', id: string): Field => {
    const field = open(of).find((one) => one.id === id)
    if (!field) throw new Problem('change.unknown-fact', { field: id })
    return field
  }
  return {
    /** A value for what the engine itself needs. */
    bound: (
      binding: 'member.name' | 'member.sex' | 'member.birth' | 'household.number' | 'household.cause',
      value: string,
    ) => check(boundField(form, binding)!, value) as string,
    relation: (code: string) => check(boundField(form, 'member.relation')!, code) as string,
    patch: (of: 'household' | 'member', patch: FactsPatch) => checkedPatch(pack, open(of), patch, today),
    /** All facts of somebody new: what is required must be there. */
    whole(of: 'household' | 'member', facts: Readonly<Record<string, unknown>>): Facts {
      for (const field of open(of))
        if (field.required && facts[field.id] === undefined)
          throw new Problem('change.fact-missing', { field: field.id })
      return Object.fromEntries(Object.entries(facts).map(([id, value]) => [id, check(find(of, id), value)]))
    },
  }
}
