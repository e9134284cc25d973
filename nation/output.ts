import { Problem } from '../src/kernel/problem.ts'
import { inLanguage } from '../src/kernel/text.ts'
import { name, quote } from '../src/platform/analysis/duckdb.ts'
import { boundField, householdForm } from '../src/policy/ask.ts'
import { columnsOf } from '../src/policy/form/columns.ts'
import type { Field, Pack } from '../src/policy/pack.ts'
import { ruleColumn } from './compile.ts'
import type { NationConfig } from './config.ts'
import type { Layers } from './layers.ts'
import type { Rule } from './rule.ts'

// The least that zstd can do: a higher level costs a tenth of all the work and saves nothing on columns of codes.
/** Rows in one group of a Parquet file: large enough to compress, small enough to hold a few in memory. */
const ROW_GROUP = 122_880

/** Refuses rules for fields that the form does not have, and required fields without a rule. */
export function checkFields(pack: Pack, config: NationConfig): void {
  const columns = columnsOf(householdForm(pack))
  for (const owner of ['household', 'member'] as const) {
    const fields = columns.filter((column) => column.of === owner && !column.derived).map((column) => column.field)
    const known = new Map(fields.map((field) => [field.id, field]))
    for (const id of Object.keys(config.fields[owner])) {
      if (!id.startsWith('_') && !known.has(id)) throw faulty(`${owner}.${id}: the form has no such field`)
    }
    for (const field of fields) {
      const rule = config.fields[owner][field.id]
      if (!rule && field.required) throw faulty(`${owner}.${field.id}: the field is required and has no rule`)
      const list = field.list === undefined ? undefined : pack.lists.get(field.list)
      const strange = list && rule && codesIn(rule).find((code) => !list.codes.some((entry) => entry.code === code))
      if (strange !== undefined) throw faulty(`${owner}.${field.id}: the list “${field.list}” has no code “${strange}”`)
    }
  }
}

/** The codes that a rule can yield by itself. */
function codesIn(rule: Rule): string[] {
  return [
    ...(typeof rule.value === 'string' ? [rule.value] : []),
    ...Object.keys(rule.pick ?? {}),
    ...Object.keys(rule.some?.of ?? {}),
    ...(rule.cases ?? []).flatMap(codesIn),
  ]
}

/** `households.parquet`: one row a household, columns by field id in the form's order, derived amounts included. */
export function householdsParquet(pack: Pack, config: NationConfig, layers: Layers, path: string): string {
  const columns = columnsOf(householdForm(pack)).filter((column) => column.of === 'household')
  const select = columns.map(({ field }) => `${valueSql(pack, config, 'household', field)} AS ${name(field.id)}`)
  return copyParquet(`SELECT ${select.join(',\n  ')}\nFROM (${layers.sql})`, path)
}

/** `members.parquet`: one row a member: household number, village, then the member's fields by id. */
export function membersParquet(pack: Pack, config: NationConfig, layers: Layers, path: string): string {
  const form = householdForm(pack)
  const keys = (['household.number', 'household.place'] as const).flatMap((binding) => boundField(form, binding) ?? [])
  const own = columnsOf(form).filter((column) => column.of === 'member')
  const select = [
    ...keys.map((field) => `${valueSql(pack, config, 'household', field)} AS ${name(field.id)}`),
    ...own.map(({ field }) => `${valueSql(pack, config, 'member', field)} AS ${name(field.id)}`),
  ]
  return copyParquet(`SELECT ${select.join(',\n  ')}\nFROM (${layers.sql})`, path)
}

/**
 * `households.csv`: the layout of the import template, one row a member, headings in the pack's first language, the
 * household's fields on the first row (the head's), derived fields left out. Values are written as the importer reads
 * them: codes as codes, several codes with semicolons, amounts as decimals.
 */
export function importCsv(pack: Pack, config: NationConfig, layers: Layers, path: string): string {
  const form = householdForm(pack)
  const language = pack.languages[0]!
  const keys = new Set(
    (['household.place', 'household.number'] as const).map((binding) => boundField(form, binding)?.id),
  )
  const select = columnsOf(form)
    .filter((column) => !column.derived)
    .map(({ field, of }) => {
      const text = textSql(pack, field, valueSql(pack, config, of, field))
      const here = of === 'member' || keys.has(field.id) ? text : `CASE WHEN slot = 0 THEN ${text} END`
      return `${here} AS ${name(inLanguage(field.name, language))}`
    })
  return `COPY (SELECT ${select.join(',\n  ')}\nFROM (${layers.sql})) TO ${quote(path)} (FORMAT csv, HEADER)`
}

function copyParquet(query: string, path: string): string {
  return `COPY (${query}) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${ROW_GROUP})`
}

/** The value of a field in the type of its kind; nothing where no rule gives one. Money in whole units, with decimals. */
function valueSql(pack: Pack, config: NationConfig, of: 'household' | 'member', field: Field): string {
  const type = typeOf(pack, field)
  if (field.derive) return `(${derivedSql(pack, config, field)})::${type}`
  return Object.hasOwn(config.fields[of], field.id) ? `(${ruleColumn(of, field.id)})::${type}` : `NULL::${type}`
}

/** A derived amount, rounded like the register rounds it: to the nearest minor unit, halves away from zero. */
function derivedSql(pack: Pack, config: NationConfig, field: Field): string {
  const rule = field.derive!
  const form = householdForm(pack)
  const part = (id: string): string => {
    const of = columnsOf(form).find((column) => column.field.id === id)!.field
    if (of.derive) return derivedSql(pack, config, of)
    // The part as it is written, or the sum of a card would not be the sum of what stands on it.
    return Object.hasOwn(config.fields.household, id) ? `coalesce(${valueSql(pack, config, 'household', of)}, 0)` : '0'
  }
  const sum = [rule.plus.map(part).join(' + '), ...rule.minus.map(part)].join(' - ')
  if (!rule.perMember) return `(${sum})`
  const minor = `((${sum}) * ${10 ** pack.currency.digits})::BIGINT`
  const share = `sign(${minor}) * ((abs(${minor}) * 2 + size) // (size * 2))`
  return `(${share})::BIGINT::DECIMAL(14,0) * ${(1 / 10 ** pack.currency.digits).toFixed(pack.currency.digits)}`
}

function typeOf(pack: Pack, field: Field): string {
  switch (field.kind) {
    case 'integer':
      return 'INTEGER'
    case 'decimal':
      return `DECIMAL(12,${field.decimals ?? 2})`
    case 'money':
      return `DECIMAL(14,${pack.currency.digits})`
    case 'date':
      return 'DATE'
    case 'boolean':
      return 'BOOLEAN'
    case 'codes':
      return 'VARCHAR[]'
    default:
      return 'VARCHAR'
  }
}

function textSql(pack: Pack, field: Field, value: string): string {
  if (field.kind === 'codes') return `array_to_string(${value}, ';')`
  if (field.kind !== 'boolean') return value
  const language = pack.languages[0]!
  const word = (words: Readonly<Record<string, readonly string[]>>) =>
    quote((words[language] ?? Object.values(words)[0]!)[0]!)
  return `CASE ${value} WHEN true THEN ${word(pack.words.yes)} WHEN false THEN ${word(pack.words.no)} END`
}

function faulty(detail: string): Problem {
  return new Problem('nation.faulty', { file: 'fields.yaml', detail })
}
