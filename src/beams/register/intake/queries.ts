import type { Scope } from '../../../kernel/place-code.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'

export type ImportState =
  | 'mapping'
  | 'checking'
  | 'checked'
  | 'applying'
  | 'done'
  | 'refused'
  | 'cancelled'
  | 'undoing'
  | 'undone'

export type ImportCounts = {
  read: number
  good: number
  bad: number
  skipped: number
  unchanged: number
  held: number
  households: number
  heldHouseholds: number
  registered: number
  /** Registered households that were brought up to date; missing while there are none. */
  updated?: number
}

export const noCounts: ImportCounts = {
  read: 0,
  good: 0,
  bad: 0,
  skipped: 0,
  unchanged: 0,
  held: 0,
  households: 0,
  heldHouseholds: 0,
  registered: 0,
}

export type Layout = {
  kind: 'xlsx' | 'csv'
  encoding: string | null
  delimiter: string | null
  headingRow: number
  headings: string[]
  sample: string[][]
}

export type Cursor = { place: string; number: string }

export type ImportRow = {
  import_id: number
  place_code: string
  account_id: number
  post_id: number | null
  form: string
  period: string
  why: string
  file_name: string
  file_hash: string
  file_bytes: number
  layout: Layout
  /** For each audit chain how far its households have entered. */
  cursor: Record<string, Cursor> | null
  heads: Record<string, number>
  mapping: (string | null)[]
  state: ImportState
  job_id: number | null
  counts: ImportCounts
  created_at: Date
  applied_at: Date | null
}

export type ListedImport = ImportRow & {
  place_name: string
  by: string
  problem: { code: string; values: Record<string, unknown> } | null
  built_upon: boolean
}

export async function insertImport(
  tx: Tx,
  run: Pick<
    ImportRow,
    | 'import_id'
    | 'place_code'
    | 'account_id'
    | 'post_id'
    | 'form'
    | 'period'
    | 'file_name'
    | 'file_hash'
    | 'file_bytes'
    | 'layout'
    | 'mapping'
  >,
  now: Date,
): Promise<void> {
  await tx.run(sql`
    insert into import_run (import_id, place_code, account_id, post_id, form, period, why, file_name, file_hash, file_bytes,
                            layout, mapping, state, counts, created_at)
    values (${run.import_id}, ${run.place_code}, ${run.account_id}, ${run.post_id}, ${run.form}, ${run.period}, '',
            ${run.file_name}, ${run.file_hash}, ${run.file_bytes}, ${JSON.stringify(run.layout)}, ${JSON.stringify(run.mapping)},
            'mapping', ${JSON.stringify(noCounts)}, ${now})`)
}

/** Whether some import is of the file with this content. */
export async function isKnownFile(tx: Tx, hash: string): Promise<boolean> {
  return (await tx.first(sql`select from import_run where file_hash = ${hash} limit 1`)) !== undefined
}

/** Imports of a range of places, newest first. */
export async function importsIn(
  tx: Tx,
  scope: Scope,
  filter: { importId?: number; before?: number | undefined; limit: number },
): Promise<ListedImport[]> {
  return tx.all<ListedImport>(sql`
    select r.*, p.name as place_name, a.name as by, j.problem,
           exists (select from household h where h.import_id = r.import_id and h.version > 1) as built_upon
    from import_run r join place p on p.code = r.place_code join account a using (account_id)
    left join job j on j.job_id = r.job_id and j.state = 'failed'
    where r.place_code >= ${scope.lo} and r.place_code < ${scope.hi}
      and (${filter.importId ?? null}::bigint is null or r.import_id = ${filter.importId ?? null})
      and (${filter.before ?? null}::bigint is null or r.import_id < ${filter.before ?? null})
    order by r.import_id desc limit ${filter.limit}`)
}

/** Which of these imports lie in a range of places. Numbers that are none are left out. */
export async function importsInReach(tx: Tx, scope: Scope, importIds: readonly number[]): Promise<Set<number>> {
  const asked = importIds.filter((id) => Number.isSafeInteger(id))
  if (asked.length === 0) return new Set()
  const rows = await tx.all<{ import_id: number }>(sql`
    select import_id from import_run
    where import_id = any(${asked}::bigint[]) and place_code >= ${scope.lo} and place_code < ${scope.hi}`)
  return new Set(rows.map((row) => Number(row.import_id)))
}

/** One import, for the job that works on it. */
export async function getImport(tx: Tx, importId: number): Promise<ImportRow> {
  const row = await tx.first<ImportRow>(sql`select * from import_run where import_id = ${importId}`)
  if (!row) throw new Error(`import ${importId} does not exist`)
  return row
}

/** Locks an import against a second click while its state is looked at and changed. */
export async function lockImport(tx: Tx, importId: number): Promise<void> {
  await tx.run(sql`select from import_run where import_id = ${importId} for update`)
}

export async function setImport(
  tx: Tx,
  importId: number,
  change: Partial<
    Pick<ImportRow, 'state' | 'mapping' | 'period' | 'why' | 'job_id' | 'counts' | 'cursor' | 'heads' | 'applied_at'>
  >,
): Promise<void> {
  const json = new Set(['mapping', 'counts', 'cursor', 'heads'])
  const sets = Object.entries(change).map(
    ([name, value]) => sql`${sql.ref(name)} = ${json.has(name) && value !== null ? JSON.stringify(value) : value}`,
  )
  await tx.run(sql`update import_run set ${sql.join(sets)} where import_id = ${importId}`)
}

/** The newest link of every audit chain. */
export async function chainHeads(tx: Tx): Promise<Record<string, number>> {
  const row = await tx.first<{ heads: Record<string, number> }>(
    sql`select coalesce(jsonb_object_agg(chain, link_no), '{}') as heads from audit_head`,
  )
  return row!.heads
}

/** What the staged rows come to. */
export async function countStaged(tx: Tx, importId: number): Promise<Omit<ImportCounts, 'registered' | 'updated'>> {
  const row = await tx.first<Omit<ImportCounts, 'registered' | 'updated' | 'skipped' | 'heldHouseholds'>>(sql`
    select count(*) as read, count(*) filter (where state in ('g', 'p')) as good, count(*) filter (where state = 'b') as bad,
           count(*) filter (where state = 'u') as unchanged, count(*) filter (where state = 'h') as held,
           count(*) filter (where state in ('g', 'p') and head) as households
    from import_row where import_id = ${importId}`)
  const held = await tx.first<{ count: number }>(
    sql`select count(*) as count from import_held where import_id = ${importId}`,
  )
  return { ...row!, skipped: row!.unchanged + row!.held, heldHouseholds: held!.count }
}

export type FaultRow = { row_no: number; faults: string }

/** Rows with faults after a row, in the order of the file. */
export async function faultyRows(tx: Tx, importId: number, after: number, limit: number): Promise<FaultRow[]> {
  return tx.all<FaultRow>(sql`
    select row_no, faults from import_row
    where import_id = ${importId} and faults is not null and row_no > ${after} order by row_no limit ${limit}`)
}

/** How many rows have each kind of fault. */
export async function faultsByCode(
  tx: Tx,
  importId: number,
): Promise<{ code: string; field: string | null; rows: number }[]> {
  return tx.all(sql`
    select f ->> 'code' as code, f ->> 'field' as field, count(distinct row_no)::int as rows
    from import_row, jsonb_array_elements(faults::jsonb) f
    where import_id = ${importId} and faults is not null
    group by 1, 2 order by 3 desc, 1, 2 limit 100`)
}

export type HeldRow = {
  place_code: string
  number: string
  reason: 'same-identity' | 'other-content' | 'asks'
  household_id: number | null
  detail: { rows: number[]; head: string; differences?: { field: string; register: string; file: string }[] }
  decision: 'discard' | 'register' | null
}

export async function heldAfter(
  tx: Tx,
  importId: number,
  after: Cursor | undefined,
  limit: number,
): Promise<HeldRow[]> {
  return tx.all<HeldRow>(sql`
    select place_code, number, reason, household_id, detail, decision from import_held
    where import_id = ${importId} ${after ? sql`and (place_code, number) > (${after.place}, ${after.number})` : sql``}
    order by place_code, number limit ${limit}`)
}

export async function findHeld(tx: Tx, importId: number, key: Cursor): Promise<HeldRow | undefined> {
  return tx.first<HeldRow>(sql`
    select place_code, number, reason, household_id, detail, decision from import_held
    where import_id = ${importId} and place_code = ${key.place} and number = ${key.number} for update`)
}

export async function decideHeldRow(
  tx: Tx,
  importId: number,
  key: Cursor,
  decision: { decision: 'discard' | 'register'; by: number; at: Date },
): Promise<void> {
  await tx.run(sql`
    update import_held set decision = ${decision.decision}, decided_by = ${decision.by}, decided_at = ${decision.at}
    where import_id = ${importId} and place_code = ${key.place} and number = ${key.number}`)
}

export type StagedRecord = {
  row_no: number
  place_code: string
  number: string
  head: boolean
  masked: boolean
  name: string
  relation: string
  sex: string
  born_on: string
  joined_on: string | null
  member_facts: string
  household_facts: string
}

/** The first village with good rows from a place code on. */
export async function nextPlace(tx: Tx, importId: number, from: string): Promise<string | undefined> {
  const row = await tx.first<{ place_code: string }>(sql`
    select place_code from import_row
    where import_id = ${importId} and state = 'g' and place_code >= ${from}
    order by place_code, number limit 1`)
  return row?.place_code
}

/** What must be known of a staged row to make it ready to enter; the rest goes from table to table. */
export type EnteringRecord = {
  row_no: number
  place_code: string
  number: string
  head: boolean
  name: string
  /** Empty in rows that are not the head's. */
  household_facts: string | null
}

const entering = sql`row_no, place_code, number, head, name, case when head then household_facts end as household_facts`

/** Good rows in a range of places after a household, household by household. */
export async function stagedAfter(
  tx: Tx,
  importId: number,
  range: Scope,
  after: Cursor | undefined,
  limit: number,
): Promise<EnteringRecord[]> {
  return tx.all<EnteringRecord>(sql`
    select ${entering}
    from import_row
    where import_id = ${importId} and state = 'g' and place_code < ${range.hi}
      ${after ? sql`and (place_code, number) > (${after.place}, ${after.number})` : sql`and place_code >= ${range.lo}`}
    order by place_code, number, row_no limit ${limit}`)
}

/** The rows of one household. */
export async function stagedHousehold(tx: Tx, importId: number, key: Cursor): Promise<EnteringRecord[]> {
  return tx.all<EnteringRecord>(sql`
    select ${entering}
    from import_row where import_id = ${importId} and place_code = ${key.place} and number = ${key.number} order by row_no`)
}

/** Empties the staging tables of what is in the register; faults and held households stay to be looked at. */
export async function tidyStaging(tx: Tx, importId: number): Promise<void> {
  await tx.run(sql`delete from import_row where import_id = ${importId} and state in ('g', 'u', 'p')`)
  const waiting = await tx.first(
    sql`select from import_held where import_id = ${importId} and decision is null limit 1`,
  )
  if (waiting) return
  await tx.run(sql`delete from import_secret where import_id = ${importId}`)
}
