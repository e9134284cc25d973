import type { Binding, Field, Form, Section } from '../pack.ts'

/** One column of the form's spreadsheet. */
export type Column = {
  readonly field: Field
  readonly section: Section
  readonly of: 'household' | 'member'
  /** Computed by the system; shown on export and ignored on import. */
  readonly derived: boolean
}

const first: readonly (Binding | undefined)[] = ['household.place', 'household.number']

/**
 * The columns of a form in the order of its template: place and household number, the member's fields, then the
 * household's, so that a person who types a row begins with whose row it is.
 */
export function columnsOf(form: Form): readonly Column[] {
  const all = form.sections.flatMap((section) =>
    section.fields.map((field): Column => ({ field, section, of: section.of, derived: field.derive !== undefined })),
  )
  const keys = first.flatMap((binding) => all.filter((column) => column.field.binds === binding))
  const rest = all.filter((column) => !keys.includes(column))
  return [
    ...keys,
    ...rest.filter((column) => column.of === 'member'),
    ...rest.filter((column) => column.of === 'household'),
  ]
}
