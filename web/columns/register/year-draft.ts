import type { Pack, PackField } from '../../lib/pack.ts'
import { factOf, type Typed, type TypedFacts, typedOf } from './change-draft.ts'
import type { FactsById } from './facts.tsx'

/** A part of a form that is filled in by itself: the household or place, or one member. */
export type YearGroup = {
  /** `own`, or the number of the person. */
  readonly key: string
  /** Name of the member; the household or place itself has none here. */
  readonly name?: string
  readonly sections: readonly {
    readonly id: string
    readonly number: string
    readonly title: string
    readonly fields: readonly PackField[]
  }[]
  /** What the fields begin with. */
  readonly start: FactsById
  /** What was recorded the period before. */
  readonly last: FactsById | undefined
}

/** What somebody has typed so far, by group and field. */
export type YearDraft = Readonly<Record<string, TypedFacts>>

type Fact = string | number | boolean | string[] | null

/** The value that a field of the form shows. */
export function shownValue(group: YearGroup, field: PackField, draft: YearDraft, currency: Pack['currency']): Typed {
  return draft[group.key]?.[field.id] ?? typedOf(field, group.start[field.id], currency)
}

/** Whether what a field shows differs from a fact. */
export function differs(field: PackField, shown: Typed, fact: unknown, currency: Pack['currency']): boolean {
  return (
    JSON.stringify(factOf(field, shown, currency)) !==
    JSON.stringify(factOf(field, typedOf(field, fact, currency), currency))
  )
}

/** The touched facts of a group that differ from what the form began with. */
export function patchOf(group: YearGroup, draft: YearDraft, currency: Pack['currency']): Record<string, Fact> {
  const typed = draft[group.key] ?? {}
  const fields = group.sections.flatMap((section) => section.fields)
  return Object.fromEntries(
    fields.flatMap((field): [string, Fact][] => {
      const value = typed[field.id]
      if (value === undefined || !differs(field, value, group.start[field.id], currency)) return []
      return [[field.id, factOf(field, value, currency)]]
    }),
  )
}
