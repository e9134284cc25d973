import type { Vault } from '../../../platform/access/vault.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'

// Separators that no checked value contains: control characters are refused by the readers of cells.
const CELL = '\u001f'
const ROW = '\u001e'

/** Seals the sensitive values of some rows together. */
export function sealBlock(vault: Vault, rows: readonly { rowNo: number; values: readonly string[] }[]): Buffer {
  return vault.seal(rows.map((row) => [row.rowNo, ...row.values].join(CELL)).join(ROW), 'import')
}

/** The rows of a block: row number and values. */
export function openBlock(vault: Vault, sealed: Uint8Array): { rowNo: number; values: string[] }[] {
  return vault
    .open(sealed, 'import')
    .split(ROW)
    .map((text) => {
      const [rowNo, ...values] = text.split(CELL)
      return { rowNo: Number(rowNo), values }
    })
}

/** The sensitive values of some rows of an import, by row number. */
export async function secretsOf(
  tx: Tx,
  vault: Vault,
  importId: number,
  rowNos: readonly number[],
): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>()
  if (rowNos.length === 0) return found
  const wanted = new Set(rowNos)
  // A chunk's rows usually stand near each other in the file, and the file may have many blocks.
  let [lowest, highest] = [rowNos[0]!, rowNos[0]!]
  for (const rowNo of rowNos) {
    if (rowNo < lowest) lowest = rowNo
    if (rowNo > highest) highest = rowNo
  }
  const spans = await tx.all<{ first_row: number; last_row: number }>(sql`
    select first_row, last_row from import_secret
    where import_id = ${importId} and first_row <= ${highest} and last_row >= ${lowest} order by first_row`)
  const needed = new Set<number>()
  for (const rowNo of rowNos) {
    const span = spanOf(spans, rowNo)
    if (span) needed.add(span.first_row)
  }
  const blocks = await tx.all<{ sealed: Buffer }>(
    sql`select sealed from import_secret where import_id = ${importId} and first_row = any(${[...needed]}::int[])`,
  )
  for (const { sealed } of blocks) {
    for (const { rowNo, values } of openBlock(vault, sealed)) if (wanted.has(rowNo)) found.set(rowNo, values)
  }
  return found
}

function spanOf<Span extends { first_row: number; last_row: number }>(
  spans: readonly Span[],
  rowNo: number,
): Span | undefined {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const span = spans[middle]!
    if (rowNo < span.first_row) high = middle - 1
    else if (rowNo > span.last_row) low = middle + 1
    else return span
  }
  return undefined
}
