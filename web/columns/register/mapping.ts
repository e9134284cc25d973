import type { PackField, PackForm } from '../../lib/pack.ts'

/** Which field each column is; null for a column that is left out. */
export type Mapping = readonly (string | null)[]

/** What the register cannot do without, required by the form or not: the server refuses a mapping that lacks one. */
const needed = [
  'household.place',
  'household.number',
  'household.status',
  'household.cause',
  'member.name',
  'member.relation',
]

/** What an identity number tells too: needed only where the file has no such numbers. */
const toldByDocument = ['member.birth', 'member.sex']

export type MappingCheck = {
  /** Fields without which nothing can be checked. */
  readonly missing: readonly PackField[]
  /** Fields that more than one column claims, with how many do. */
  readonly doubled: readonly { readonly field: PackField; readonly columns: number }[]
  /** Columns that are read. */
  readonly used: number
}

export function checkMapping(form: PackForm, mapping: Mapping): MappingCheck {
  const fields = form.sections.flatMap((section) => section.fields).filter(({ derived }) => !derived)
  const claims = (id: string) => mapping.filter((one) => one === id).length
  const told = fields.some(({ id, binds }) => binds === 'member.document' && claims(id) > 0)
  const isNeeded = ({ required, binds = '' }: PackField) =>
    required || needed.includes(binds) || (!told && toldByDocument.includes(binds))
  return {
    missing: fields.filter((field) => claims(field.id) === 0 && isNeeded(field)),
    doubled: fields.map((field) => ({ field, columns: claims(field.id) })).filter(({ columns }) => columns > 1),
    used: mapping.filter((one) => one !== null).length,
  }
}

/** The first values of a column, as many as asked for, different ones first: three equal cells tell less than three. */
export function samplesOf(rows: readonly (readonly string[])[], column: number, most: number): readonly string[] {
  const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '')
  return [...new Set(cells)].slice(0, most)
}
