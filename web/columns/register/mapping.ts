import type { PackField, PackForm } from '../../lib/pack.ts'

/** Which field each column is; null for a column that is left out. */
export type Mapping = readonly (string | null)[]

/** What the register cannot do without: the server refuses a mapping that lacks one of these. */
const needed = [
  'household.place',
  'household.number',
  'household.status',
  'household.cause',
  'member.name',
  'member.relation',
]

export type MappingCheck = {
  /** Fields without which nothing can be checked. */
  readonly missing: readonly PackField[]
  /** Fields the card requires that the file does not have; its rows may still come in. */
  readonly unfilled: readonly PackField[]
  /** Fields that more than one column claims, with how many do. */
  readonly doubled: readonly { readonly field: PackField; readonly columns: number }[]
  /** Columns that are read. */
  readonly used: number
}

export function checkMapping(form: PackForm, mapping: Mapping): MappingCheck {
  const fields = form.sections.flatMap((section) => section.fields).filter(({ derived }) => !derived)
  const claims = (id: string) => mapping.filter((one) => one === id).length
  const absent = fields.filter(({ id }) => claims(id) === 0)
  const isNeeded = ({ binds }: PackField) => binds !== undefined && needed.includes(binds)
  return {
    missing: absent.filter(isNeeded),
    unfilled: absent.filter((field) => field.required && !isNeeded(field)),
    doubled: fields.map((field) => ({ field, columns: claims(field.id) })).filter(({ columns }) => columns > 1),
    used: mapping.filter((one) => one !== null).length,
  }
}

/** The first values of a column, as many as asked for, different ones first: three equal cells tell less than three. */
export function samplesOf(rows: readonly (readonly string[])[], column: number, most: number): readonly string[] {
  const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '')
  return [...new Set(cells)].slice(0, most)
}
