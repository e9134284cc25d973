import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Scope } from '../../../kernel/place-code.ts'
import type { Vault } from '../../../platform/access/vault.ts'
import { type Database, sql, type Tx } from '../../../platform/db/database.ts'
import { isTotalRow } from '../../../platform/files/find-header.ts'
import type { Batch, CellNote, Sheet } from '../../../platform/files/sheet.ts'
import { placesByOfficialCode } from '../place/queries.ts'
import { totalWords } from '../texts/sheets.ts'
import { copyJson, copyTextOrNull } from './copy-text.ts'
import type { FoundPlace, RowReader, StagedRow } from './read-rows.ts'
import type { RowFault } from './row-fault.ts'
import { sealBlock } from './secrets.ts'

export type StageOptions = {
  readonly db: Database
  readonly vault: Vault
  readonly scope: Scope
  readonly importId: number
  readonly sheet: Sheet
  readonly reader: RowReader
  /** Field id for each column. */
  readonly mapping: readonly (string | null)[]
  readonly headingRow: number
  readonly columns: number
  readonly progress: (rows: number) => Promise<void>
}

const COPY_ROWS = `copy import_row (import_id, row_no, place_code, number, head, state, masked, name, relation, sex,
  born_on, joined_on, id_hash, member_facts, household_facts, faults) from stdin`
const COPY_SECRETS = 'copy import_secret (import_id, first_row, last_row, sealed) from stdin'
const SECRET_ROWS = 500
// Small, because short texts are joined and encoded faster than long ones.
const PIECE = 32 * 1024

/**
 * Reads a sheet and writes every row, checked as far as a row alone can be, to the staging table. One pass, flat
 * memory, all or nothing. Sensitive values go to a table of their own, sealed in blocks.
 * @returns the number of rows below the heading
 */
export async function stageRows(options: StageOptions): Promise<number> {
  const { db, scope, importId } = options
  return db.transaction(scope, (tx) => stageIn(tx, options, importId), { bulk: true })
}

async function stageIn(tx: Tx, options: StageOptions, importId: number): Promise<number> {
  const { db, vault, scope, sheet, reader, headingRow, columns, progress } = options
  await tx.run(sql`delete from import_row where import_id = ${importId}`)
  await tx.run(sql`delete from import_secret where import_id = ${importId}`)
  await tx.run(sql`delete from import_held where import_id = ${importId}`)
  await tx.run(sql`delete from import_update where import_id = ${importId}`)
  const merged: CellNote[] = []
  let rows = 0

  await db.transaction(
    scope,
    (side) =>
      side.copyIn(COPY_SECRETS, async (secretsTo) => {
        const secrets = new SecretBlocks(vault, importId, secretsTo)
        await tx.copyIn(COPY_ROWS, async (rowsTo) => {
          let piece = ''
          for await (const { batch, villages } of ahead(withVillages(db, scope, reader, sheet))) {
            const notes = notesByRow(batch, merged)
            for (let i = 0; i < batch.rows.length; i++) {
              const rowNo = batch.numbers[i]!
              if (rowNo <= headingRow) continue
              const cells = batch.rows[i]!
              if (isTotal(cells)) continue
              const row = reader.read(cells, rowNo, villages.get(reader.placeText(cells)))
              if (cells.length > columns) tooMany(row, cells, columns)
              if (notes) addNotes(row, notes.get(rowNo), options.mapping)
              piece += copyLine(importId, row, identityHash(vault, row.secrets[reader.documentAt]))
              if (secrets.add(row)) await secrets.flush()
              rows++
              if (piece.length < PIECE) continue
              if (!rowsTo.write(piece)) await once(rowsTo, 'drain')
              piece = ''
              await progress(rows)
              // Lets what was read meanwhile come in, so that nothing has to be waited for later.
              await turn()
            }
          }
          rowsTo.write(piece)
        })
        await secrets.flush()
      }),
    { bulk: true },
  )
  await markMerged(tx, importId, merged, options.mapping)
  return rows
}

/** The blind index of a number as COPY takes it, by which the same person is found twice; nothing for a masked number. */
function identityHash(vault: Vault, number: string | undefined): string {
  return number && !number.includes('*') ? `\\\\x${vault.blindIndexHex(number)}` : '\\N'
}

/** One row as a line of COPY. */
function copyLine(importId: number, row: StagedRow, idHash: string): string {
  const state = row.faults.length > 0 ? 'b' : 'g'
  const faults = row.faults.length > 0 ? copyJson(JSON.stringify(row.faults)) : '\\N'
  return `${importId}\t${row.rowNo}\t${copyTextOrNull(row.place)}\t${copyTextOrNull(row.number)}\t${row.head ? 't' : 'f'}\t${state}\t${row.masked ? 't' : 'f'}\t${copyTextOrNull(row.name)}\t${copyTextOrNull(row.relation)}\t${copyTextOrNull(row.sex)}\t${copyTextOrNull(row.bornOn)}\t${copyTextOrNull(row.joinedOn)}\t${idHash}\t{${row.memberFacts}}\t{${row.householdFacts}}\t${faults}\n`
}

/** Collects sensitive values and seals them some hundred rows at a time: one cipher for many short texts. */
class SecretBlocks {
  readonly #vault: Vault
  readonly #importId: number
  readonly #to: Writable
  #rows: { rowNo: number; values: readonly string[] }[] = []

  constructor(vault: Vault, importId: number, to: Writable) {
    this.#vault = vault
    this.#importId = importId
    this.#to = to
  }

  /** Takes a row's values; says whether it is time to flush. */
  add(row: StagedRow): boolean {
    if (row.secrets.length > 0) this.#rows.push({ rowNo: row.rowNo, values: row.secrets })
    return this.#rows.length >= SECRET_ROWS
  }

  async flush(): Promise<void> {
    if (this.#rows.length === 0) return
    const first = this.#rows[0]!.rowNo
    const last = this.#rows.at(-1)!.rowNo
    const sealed = sealBlock(this.#vault, this.#rows)
    this.#rows = []
    if (!this.#to.write(`${this.#importId}\t${first}\t${last}\t\\\\x${sealed.toString('hex')}\n`))
      await once(this.#to, 'drain')
  }
}

const LARGER_BATCH = 1_000

/**
 * Puts batches together, so that villages are asked for a thousand rows at a time. Larger ones would outlive the young
 * generation of the memory, and be copied there instead of forgotten.
 */
async function* inLargerBatches(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  let held: { firstRow: number; rows: string[][]; numbers: number[]; notes: CellNote[] } | undefined
  for await (const batch of batches) {
    held ??= { firstRow: batch.firstRow, rows: [], numbers: [], notes: [] }
    held.rows.push(...batch.rows)
    held.numbers.push(...batch.numbers)
    if (batch.notes) held.notes.push(...batch.notes)
    if (held.rows.length < LARGER_BATCH) continue
    yield held
    held = undefined
  }
  if (held) yield held
}

type Villages = Map<string, FoundPlace>
const MOST_VILLAGES = 100_000

/** The rows of a sheet, each batch with its villages looked up. */
async function* withVillages(
  db: Database,
  scope: Scope,
  reader: RowReader,
  sheet: Sheet,
): AsyncGenerator<{ batch: Batch; villages: Villages }> {
  let villages: Villages = new Map()
  for await (const batch of inLargerBatches(sheet.rows())) {
    // A new map, because the batch before may still be worked on.
    if (villages.size > MOST_VILLAGES) villages = new Map()
    await lookUp(db, scope, batch, reader, villages)
    yield { batch, villages }
  }
}

/** Looks up the villages of a batch that have not been seen yet, all in one question. */
async function lookUp(db: Database, scope: Scope, batch: Batch, reader: RowReader, villages: Villages): Promise<void> {
  const fresh = new Set<string>()
  let before = ''
  for (const cells of batch.rows) {
    const written = cells[reader.placeColumn] ?? ''
    if (written === before) continue
    before = written
    const code = reader.placeText(cells)
    if (code !== '' && !villages.has(code)) fresh.add(code)
  }
  if (fresh.size === 0) return
  // On a connection of its own: this one is in the middle of COPY.
  const found = await db.transaction(scope, (tx) => placesByOfficialCode(tx, [...fresh]), { readOnly: true })
  for (const code of fresh) villages.set(code, undefined)
  // Two levels may share a padded code; the lower one is meant.
  for (const place of found.sort((a, b) => a.level - b.level)) {
    for (const code of [place.code, place.official_code])
      if (fresh.has(code)) villages.set(code, { code: place.code, level: place.level })
  }
}

/** Asks for the next item while one is worked on. */
async function* ahead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let next = items.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = items.next()
      // A failure is met where the item is awaited, if it ever is.
      next.catch(() => {})
      yield value
    }
  } finally {
    await items.return(undefined)
  }
}

function isTotal(cells: readonly string[]): boolean {
  let filled = 0
  for (const cell of cells) if (cell !== '' && ++filled > 6) return false
  return isTotalRow(cells, totalWords)
}

function tooMany(row: StagedRow, cells: readonly string[], columns: number): void {
  if (cells.slice(columns).some((cell) => cell.trim() !== '')) {
    row.faults.push({ code: 'row.too-many-cells', values: { count: cells.length, expected: columns } })
  }
}

function notesByRow(batch: Batch, merged: CellNote[]): Map<number, CellNote[]> | undefined {
  if (!batch.notes?.length) return undefined
  const byRow = new Map<number, CellNote[]>()
  for (const note of batch.notes) {
    if (note.kind === 'merged') merged.push(note)
    else byRow.set(note.row, [...(byRow.get(note.row) ?? []), note])
  }
  return byRow
}

const noteCodes = { formula: 'row.formula', 'lost-digits': 'row.lost-digits', error: 'row.cell-error' } as const

function addNotes(row: StagedRow, notes: readonly CellNote[] | undefined, mapping: readonly (string | null)[]): void {
  for (const note of notes ?? []) {
    const field = mapping[note.column]
    if (field && note.kind !== 'merged') row.faults.push({ code: noteCodes[note.kind], field, values: {} })
  }
}

/** Merged cells are known at the end of a workbook only; the rows they run over get the fault then. */
async function markMerged(
  tx: Tx,
  importId: number,
  merged: readonly CellNote[],
  mapping: readonly (string | null)[],
): Promise<void> {
  const spans = merged.flatMap((note) => {
    for (let column = note.column; column <= (note.toColumn ?? note.column); column++) {
      const field = mapping[column]
      if (field)
        return [
          {
            from: note.row,
            to: note.toRow ?? note.row,
            fault: [{ code: 'row.merged', field, values: {} } satisfies RowFault],
          },
        ]
    }
    return []
  })
  if (spans.length === 0) return
  await tx.run(sql`
    update import_row r
    set state = 'b', faults = (coalesce(r.faults::jsonb, '[]') || s.fault)::text
    from (select row_no, jsonb_agg(f.value) as fault
          from jsonb_to_recordset(${JSON.stringify(spans)}::jsonb) as m ("from" int, "to" int, fault jsonb)
          join import_row i on i.import_id = ${importId} and i.row_no between m."from" and m."to"
          cross join jsonb_array_elements(m.fault) f
          group by row_no) s
    where r.import_id = ${importId} and r.row_no = s.row_no`)
}
