import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../../../kernel/problem.ts'
import { name, quote } from '../../../platform/analysis/duckdb.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import { columnsOf } from '../../../policy/form/columns.ts'
import type { Binding, Field, Pack } from '../../../policy/pack.ts'

/**
 * Households and their members as two Parquet files: a column for each field of the form by its id, amounts in whole
 * units, rows in the order of villages and household numbers in both.
 */
export type BulkFiles = { readonly households: string; readonly members: string }

/** A household as it is read. `facts`: the inside of a JSON object. `secrets`: in the order of `secretFields`. */
export type BulkHousehold = {
  readonly village: string
  readonly number: string
  readonly status: string
  readonly cause: string
  readonly income: number | null
  readonly facts: string
  readonly secrets: readonly (string | null)[]
  readonly members: BulkMember[]
}

export type BulkMember = {
  readonly name: string
  readonly relation: string
  readonly sex: string
  readonly bornOn: string
  readonly joinedOn: string | null
  readonly document: string | null
  readonly facts: string
  readonly secrets: readonly (string | null)[]
}

const apart: Record<'household' | 'member', readonly Binding[]> = {
  household: ['household.place', 'household.number', 'household.status', 'household.cause'],
  member: ['member.name', 'member.relation', 'member.sex', 'member.birth', 'member.joined', 'member.document'],
}

/** The sensitive fields of households or members that are kept sealed, without the identity number. */
export function secretFields(pack: Pack, of: 'household' | 'member'): Field[] {
  return keptFields(pack, of).filter((field) => field.sensitive)
}

function keptFields(pack: Pack, of: 'household' | 'member'): Field[] {
  return columnsOf(householdForm(pack)).flatMap((column) =>
    column.of === of && !apart[of].some((binding) => binding === column.field.binds) ? [column.field] : [],
  )
}

/** Counts of a file by village, in the order of codes. */
export function villagesSql(pack: Pack, file: string): string {
  const village = name(boundField(householdForm(pack), 'household.place')!.id)
  return `SELECT ${village} AS village, count(*)::DOUBLE AS rows FROM read_parquet(${quote(file)}) GROUP BY 1 ORDER BY 1`
}

/**
 * The households of a span of villages, each with its members, some thousand at a time. Both files are read side by
 * side, each on a connection of its own, since a connection streams one result.
 * @param span first and last village, by official code
 * @throws Problem `nation.damaged` when the files do not fit each other
 */
export async function* readSpan(
  pack: Pack,
  files: BulkFiles,
  span: readonly [from: string, to: string],
  connections: readonly [DuckDBConnection, DuckDBConnection],
): AsyncGenerator<BulkHousehold[]> {
  const households = await connections[0].stream(selectSql(pack, 'household', files.households, span))
  const members = await connections[1].stream(selectSql(pack, 'member', files.members, span))
  let rows: readonly unknown[][] = []
  let at = 0
  let end = 0
  for (let chunk = await households.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await households.fetchChunk()) {
    const [village, number, status, cause, income, facts, ...secrets] = chunk.getColumns()
    const read: BulkHousehold[] = []
    for (let row = 0; row < chunk.rowCount; row++) {
      const household: BulkHousehold = {
        village: village![row] as string,
        number: number![row] as string,
        status: status![row] as string,
        cause: cause![row] as string,
        income: income![row] as number | null,
        facts: facts![row] as string,
        secrets: secrets.map((column) => column[row] as string | null),
        members: [],
      }
      for (;;) {
        if (at === end) {
          const next = await members.fetchChunk()
          if (!next || next.rowCount === 0) break
          rows = next.getColumns()
          at = 0
          end = next.rowCount
        }
        if (rows[1]![at] !== household.number || rows[0]![at] !== household.village) break
        household.members.push(memberAt(rows, at++))
      }
      if (household.members.length === 0) throw damaged(`household ${household.number} has no members where it should`)
      read.push(household)
    }
    yield read
  }
  if (at < end) throw damaged(`members of household ${String(rows[1]![at])} have no household`)
}

function memberAt(columns: readonly unknown[][], row: number): BulkMember {
  const text = (column: number) => columns[column]![row] as string
  return {
    name: text(2),
    relation: text(3),
    sex: text(4),
    bornOn: text(5),
    joinedOn: columns[6]![row] as string | null,
    document: columns[7]![row] as string | null,
    facts: text(8),
    secrets: columns.slice(9).map((column) => column[row] as string | null),
  }
}

export function damaged(detail: string): Problem {
  return new Problem('nation.damaged', { detail })
}

/** The columns in the order in which `readSpan` takes them apart. */
function selectSql(
  pack: Pack,
  of: 'household' | 'member',
  file: string,
  [from, to]: readonly [string, string],
): string {
  const form = householdForm(pack)
  const bound = (binding: Binding, sql: (column: string) => string = (column) => column) => {
    const field = boundField(form, binding)
    return field ? sql(name(field.id)) : 'NULL'
  }
  const asText = (column: string) => `${column}::VARCHAR`
  const open = keptFields(pack, of).filter((field) => !field.sensitive)
  const columns = [
    bound('household.place'),
    bound('household.number'),
    ...(of === 'household'
      ? [
          bound('household.status'),
          bound('household.cause'),
          bound('household.income', (column) => `(${column} * ${10 ** pack.currency.digits})::DOUBLE`),
        ]
      : [
          bound('member.name'),
          bound('member.relation'),
          bound('member.sex'),
          bound('member.birth', asText),
          bound('member.joined', asText),
          bound('member.document'),
        ]),
    // What is empty is absent: concat_ws passes it over.
    `concat_ws(',', ${open.map((field) => jsonSql(pack, field)).join(', ') || "''"})`,
    ...secretFields(pack, of).map((field) => asText(name(field.id))),
  ]
  const village = bound('household.place')
  return `SELECT ${columns.join(', ')} FROM read_parquet(${quote(file)})
          WHERE ${village} >= ${quote(from)} AND ${village} <= ${quote(to)}`
}

/** A field as a member of a JSON object, written as the register writes a fact; NULL where it is empty. */
function jsonSql(pack: Pack, field: Field): string {
  const column = name(field.id)
  const key = quote(`${JSON.stringify(field.id)}:`)
  switch (field.kind) {
    case 'integer':
    case 'boolean':
      return `${key} || ${column}`
    case 'money':
      return `${key} || (${column} * ${10 ** pack.currency.digits})::BIGINT`
    case 'decimal':
      return `${key} || CASE WHEN ${column} = trunc(${column}) THEN ${column}::BIGINT::VARCHAR ELSE rtrim(${column}::VARCHAR, '0') END`
    case 'date':
      return `${quote(`${JSON.stringify(field.id)}:"`)} || ${column} || '"'`
    default:
      return `${key} || to_json(${column})`
  }
}
