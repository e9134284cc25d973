import { once } from 'node:events'
import type { Scope } from '../../../kernel/place-code.ts'
import type { Vault } from '../../../platform/access/vault.ts'
import { type Database, sql, type Tx } from '../../../platform/db/database.ts'
import type { RowReader } from './read-rows.ts'

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
  const spans = await tx.all<{ first_row: number; last_row: number }>(
    sql`select first_row, last_row from import_secret where import_id = ${importId} order by first_row`,
  )
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

const HASH_PIECE = 2_000

/** Notes the blind index of every identity number of a file, for finding the same person twice. */
export async function hashIdentities(
  db: Database,
  scope: Scope,
  vault: Vault,
  importId: number,
  reader: Pick<RowReader, 'secretFields' | 'documentAt'>,
  progress: (rows: number) => Promise<void>,
): Promise<void> {
  const at = reader.documentAt
  if (at < 0) return
  await db.transaction(
    scope,
    async (tx) => {
      await tx.run(sql`delete from import_identity where import_id = ${importId}`)
      let after = -1
      let done = 0
      // Blocks are read by key in turns, because a connection in COPY can answer nothing else.
      for (;;) {
        const blocks: { first_row: number; sealed: Buffer }[] = await tx.all<{ first_row: number; sealed: Buffer }>(sql`
          select first_row, sealed from import_secret where import_id = ${importId} and first_row > ${after}
          order by first_row limit 40`)
        if (blocks.length === 0) return
        await tx.copyIn('copy import_identity from stdin', async (to) => {
          let piece = ''
          let held = 0
          for (const { sealed } of blocks) {
            for (const { rowNo, values } of openBlock(vault, sealed)) {
              done++
              const number = values[at]
              if (!number || number.includes('*')) continue
              piece += `${importId}\t${rowNo}\t\\\\x${vault.blindIndex(number).toString('hex')}\n`
              if (++held < HASH_PIECE) continue
              if (!to.write(piece)) await once(to, 'drain')
              piece = ''
              held = 0
            }
          }
          to.write(piece)
        })
        after = blocks.at(-1)!.first_row
        await progress(done)
      }
    },
    { bulk: true },
  )
}
