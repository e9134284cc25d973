import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { findHeader } from '../../../platform/files/find-header.ts'
import { openSheet } from '../../../platform/files/open-sheet.ts'
import { boundField, findField } from '../../../policy/ask.ts'
import { columnsOf } from '../../../policy/form/columns.ts'
import { guessMapping } from '../../../policy/form/mapping.ts'
import type { Binding, Form } from '../../../policy/pack.ts'
import { maskValue } from '../household/sealed.ts'
import type { Layout } from './queries.ts'

const LOOK_AT = 40
const SAMPLE = 5

/**
 * Finds out how a file is laid out: what it is, where its headings stand, which column probably is which field, and
 * the first rows below, with sensitive columns masked.
 */
export async function inspectFile(path: string, form: Form): Promise<{ layout: Layout; mapping: (string | null)[] }> {
  const sheet = await openSheet(path)
  const rows: string[][] = []
  const numbers: number[] = []
  for await (const batch of sheet.rows()) {
    rows.push(...batch.rows.slice(0, LOOK_AT - rows.length))
    numbers.push(...batch.numbers)
    if (rows.length >= LOOK_AT) break
  }
  const known = (heading: string) => guessMapping(form, [heading])[0]?.field !== undefined
  const { at, headings } = findHeader(rows, known)
  const mapping = guessMapping(form, headings).map((guess) => guess.field ?? null)
  const sensitive = mapping.map((id) => id !== null && (findField(form, id)?.sensitive ?? false))
  const sample = rows
    .slice(at + 1, at + 1 + SAMPLE)
    .map((row) =>
      headings.map((_, column) =>
        sensitive[column] ? maskValue((row[column] ?? '').trim()) : (row[column] ?? '').trim().slice(0, 80),
      ),
    )
  return {
    layout: {
      kind: sheet.kind,
      encoding: sheet.kind === 'csv' ? sheet.encoding : null,
      delimiter: sheet.delimiter ?? null,
      headingRow: numbers[at]!,
      headings,
      sample,
    },
    mapping,
  }
}

const needed: readonly Binding[] = [
  'household.place',
  'household.number',
  'household.status',
  'household.cause',
  'member.name',
  'member.relation',
]

/** Refuses a mapping that names unknown fields, one field twice, or leaves out what no household can be without. */
export function checkMapping(
  form: Form,
  mapping: readonly (string | null)[],
  headings: readonly string[],
  nameOf: (id: string) => string,
): void {
  const seen = new Set<string>()
  for (const id of mapping) {
    if (id === null) continue
    if (!findField(form, id)) throw new Problem('import.unknown-field', { field: id })
    if (seen.has(id)) throw new Problem('import.doubled-mapping', { field: nameOf(id) })
    seen.add(id)
  }
  if (mapping.length !== headings.length)
    throw new Problem('request.invalid', { detail: `body.mapping: ${headings.length} columns expected` })
  const required = [
    ...needed.map((binding) => boundField(form, binding)!.id),
    ...columnsOf(form).flatMap(({ field, derived }) => (field.required && !derived ? [field.id] : [])),
  ]
  const missing = [...new Set(required)].filter((id) => !seen.has(id))
  // Birth and sex may come from the identity number instead.
  const told = seen.has(boundField(form, 'member.document')!.id)
  for (const binding of ['member.birth', 'member.sex'] as const) {
    const id = boundField(form, binding)!.id
    if (!told && !seen.has(id)) missing.push(id)
  }
  if (missing.length > 0) throw new Problem('import.unmapped', { fields: missing.map(nameOf).join(', ') })
}

/** The period that a file is of unless somebody says otherwise: the pack's, or the present one where that lies ahead. */
export function usualPeriod(packPeriod: string, today: Day): string {
  const present = today.slice(0, packPeriod.length)
  return packPeriod < present ? packPeriod : present
}

/** Periods that a file can be of: the pack's kind of period, not in the future. */
export function checkPeriod(period: string, packPeriod: string, today: Day): void {
  const sameKind = period.length === packPeriod.length && /^\d{4}(-(0[1-9]|1[0-2]))?$/.test(period)
  if (!sameKind || period > today.slice(0, period.length) || period < '1900') {
    throw new Problem('import.bad-period', { period, example: usualPeriod(packPeriod, today) })
  }
}
