import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../src/kernel/problem.ts'
import { inLanguage } from '../src/kernel/text.ts'
import { allRows, name, quote } from '../src/platform/analysis/duckdb.ts'
import { boundField, codesMeaning, householdForm } from '../src/policy/ask.ts'
import type { Binding, Pack } from '../src/policy/pack.ts'
import type { NationConfig } from './config.ts'
import { bodyLength, documentShape } from './document.ts'

/** Persons compared in one go: bounds the memory of a check over a nation. */
const AT_ONCE = 6_000_000

/**
 * Reads the written members back and proves what no register could do without: no document number twice in the whole
 * nation, exactly one head in every household, rows in the order of villages. Throws `nation.check-failed`.
 * `file` is the Parquet file of members or the CSV file in the layout of the import.
 */
export async function checkMembers(
  connection: DuckDBConnection,
  pack: Pack,
  config: NationConfig,
  file: string,
): Promise<void> {
  const csv = file.endsWith('.csv')
  const form = householdForm(pack)
  const column = (binding: Binding) => {
    const field = boundField(form, binding)!
    return name(csv ? inLanguage(field.name, pack.languages[0]!) : field.id)
  }
  const rows = csv ? `read_csv(${quote(file)}, header = true, all_varchar = true)` : `read_parquet(${quote(file)})`
  const [document, household, relation] = [
    column('member.document'),
    column('household.number'),
    column('member.relation'),
  ]
  // The check character follows from the digits before it, and numbers are compared several times faster than texts.
  // What is no number is compared by its hash, which may raise a false alarm but misses nothing.
  const digits = `left(${document}, ${bodyLength(documentShape(pack, config))})`
  const key = `coalesce(try_cast(${digits} AS UBIGINT), hash(${document}))`
  for (const sql of await twiceSql(connection, rows, document, key)) {
    const [row] = await allRows<{ n: bigint }>(connection, sql)
    refuse('document number used twice', row!.n)
  }
  const list = pack.lists.get(boundField(form, 'member.relation')?.list ?? '')
  const heads = (list ? codesMeaning(list, 'head') : []).map(quote).join(', ')
  // Members of a household stand together, so that a head too many or too few shows between one head and the next.
  const [odd] = await allRows<{ heads: bigint; order: bigint }>(
    connection,
    `SELECT count(*) FILTER (WHERE head <> (before IS NULL OR before <> h)) AS heads,
       count(*) FILTER (WHERE h < before) AS "order"
     FROM (SELECT ${relation} IN (${heads}) AS head, ${household} AS h, lag(${household}) OVER () AS before FROM ${rows})`,
  )
  refuse('household without exactly one head, on its first row', odd!.heads)
  refuse('household out of order', odd!.order)
}

/** Queries that count repeated numbers, one for each range of numbers; the ranges cover all numbers. */
async function twiceSql(connection: DuckDBConnection, rows: string, document: string, key: string): Promise<string[]> {
  const starts = await allRows<{ start: string; n: number }>(
    connection,
    `SELECT left(${document}, 4) AS start, count(*)::DOUBLE AS n FROM ${rows} GROUP BY 1 ORDER BY 1`,
  )
  const bounds: string[] = []
  let held = 0
  for (const { start, n } of starts) {
    if (held > 0 && held + n > AT_ONCE) {
      bounds.push(start)
      held = 0
    }
    held += n
  }
  return [undefined, ...bounds].map((from, index) => {
    const to = bounds[index]
    const tests = [
      ...(from === undefined ? [] : [`${document} >= ${quote(from)}`]),
      ...(to === undefined ? [] : [`${document} < ${quote(to)}`]),
    ]
    const where = tests.length > 0 ? `WHERE ${tests.join(' AND ')}` : ''
    return `SELECT count(*) - count(DISTINCT ${key}) AS n FROM ${rows} ${where}`
  })
}

function refuse(check: string, count: bigint): void {
  if (count !== 0n) throw new Problem('nation.check-failed', { check, count: String(count) })
}
