import { dayOf } from '../../../kernel/calendar.ts'
import { subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { writeEntries } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { openSheet } from '../../../platform/files/open-sheet.ts'
import { getFile } from '../../../platform/files/store.ts'
import { unguard } from '../../../platform/files/write-csv.ts'
import type { JobRun } from '../../../platform/jobs/jobs.ts'
import { householdForm } from '../../../policy/ask.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { compareWithRegister } from './compare.ts'
import { checkHouseholds, hold, refuseMasked } from './household-checks.ts'
import { type Prepared, prepareHouseholds } from './prepare-households.ts'
import {
  type Cursor,
  chainHeads,
  countStaged,
  getImport,
  type ImportRow,
  nextPlace,
  type StagedRecord,
  setImport,
  stagedAfter,
  tidyStaging,
} from './queries.ts'
import { compileRows, type RowReader } from './read-rows.ts'
import { type Clashed, registerHouseholds } from './register-households.ts'
import { hashIdentities, secretsOf } from './secrets.ts'
import { stageRows } from './stage.ts'
import { undoSome } from './undo.ts'

export type IntakeJobParts = RegisterParts & { keysOf: KeysOf }

// Rows of one transaction: large enough that its fixed costs vanish, small enough that memory stays flat.
const CHUNK = 4_000
const UNDO_CHUNK = 5_000

/** The reader of an import's rows, as its mapping says. */
export function readerOf(
  parts: Pick<RegisterParts, 'pack' | 'now'>,
  run: ImportRow,
  scope: JobRun['scope'],
): RowReader {
  const { pack } = parts
  return compileRows(pack, householdForm(pack), run.mapping, {
    today: dayOf(parts.now(), pack.utcOffset),
    scope,
    villageLevel: pack.levels.length - 1,
    unguard: run.layout.kind === 'csv' ? unguard : (text) => text,
  })
}

/** The dry run: reads and checks the whole file and says what an import would do. Begins anew when it was interrupted. */
export async function checkWork(parts: IntakeJobParts, job: JobRun): Promise<unknown> {
  const { db, pack, vault } = parts
  const importId = Number(job.input.import)
  const run = await db.transaction(job.scope, (tx) => getImport(tx, importId))
  if (run.state !== 'checking') return run.counts
  const reader = readerOf(parts, run, job.scope)
  const rows = await stageFile(parts, run, reader, job.scope, (done) => job.report('read', done, 0))
  if (rows === 0) throw new Problem('import.empty')
  await hashIdentities(db, job.scope, vault, importId, reader, (done) => job.report('identity', done, rows))
  await job.report('households', 0, 0)
  const heads = await db.transaction(
    job.scope,
    async (tx) => {
      // Read before anything is compared: whatever is registered later adds a link.
      const before = await chainHeads(tx)
      await checkHouseholds(tx, importId)
      const form = householdForm(pack)
      await compareWithRegister(
        tx,
        parts,
        { importId, form, mapping: run.mapping, secretFields: reader.secretFields },
        (done) => job.report('compare', done, 0),
      )
      await refuseMasked(tx, importId)
      return before
    },
    { bulk: true },
  )
  return await db.transaction(job.scope, async (tx) => {
    const counts = { ...(await countStaged(tx, importId)), registered: 0 }
    const nothingGood = counts.good === 0 && counts.held === 0 && counts.bad > 0
    const nothingToDo = counts.good === 0 && counts.held === 0 && counts.bad === 0
    await setImport(tx, importId, { state: nothingGood ? 'refused' : nothingToDo ? 'done' : 'checked', counts, heads })
    return counts
  })
}

/** Brings the good households into the register, chunk by chunk; goes on where it was interrupted. */
export async function applyWork(parts: IntakeJobParts, job: JobRun): Promise<unknown> {
  const { db } = parts
  const importId = Number(job.input.import)
  const run = await db.transaction(job.scope, (tx) => getImport(tx, importId))
  if (run.state !== 'applying') return run.counts
  const reader = readerOf(parts, run, job.scope)
  let { registered } = run.counts
  let next = prepareChunk(parts, job, run, reader, run.cursor)
  for (;;) {
    // A failure is met where the chunk is awaited; meanwhile it must not end the process.
    next.catch(() => {})
    await job.report('register', registered, run.counts.households)
    const chunk = await next
    if (!chunk) break
    // While the database takes this chunk in, the next one is read, sealed and written as text.
    next = prepareChunk(parts, job, run, reader, chunk.cursor)
    registered = await db.transaction(job.scope, (tx) => enterChunk(tx, parts, job, run, chunk), { bulk: true })
  }
  await job.report('tidy', 0, 0)
  return db.transaction(
    job.scope,
    async (tx) => {
      const { counts } = await getImport(tx, importId)
      await setImport(tx, importId, { state: 'done', applied_at: parts.now() })
      await tidyStaging(tx, importId)
      await writeEntries(
        tx,
        job.actor,
        [{ kind: 'import.done', place: run.place_code, subject: 'import', subjectId: importId, detail: { ...counts } }],
        parts.chainOf,
      )
      return counts
    },
    { bulk: true },
  )
}

type Chunk = { readonly prepared: Prepared; readonly chain: string; readonly cursor: Cursor }

/** Reads the next households of an import, all of one audit chain, and makes them ready to enter. */
async function prepareChunk(
  parts: IntakeJobParts,
  job: JobRun,
  run: ImportRow,
  reader: RowReader,
  after: Cursor | null,
): Promise<Chunk | undefined> {
  const { db, vault, chainOf } = parts
  const read = await db.transaction(
    job.scope,
    async (tx) => {
      const place = await nextPlace(tx, run.import_id, after)
      if (place === undefined) return undefined
      const chain = chainOf(place)
      const staged = await stagedAfter(tx, run.import_id, after, subtree(chain).hi, CHUNK + 1)
      const rows = wholeHouseholds(staged, CHUNK)
      const rowNos = rows.map((row) => row.row_no)
      return { chain, rows, secrets: await secretsOf(tx, vault, run.import_id, rowNos) }
    },
    { bulk: true, readOnly: true },
  )
  if (!read) return undefined
  const last = read.rows.at(-1)!
  const prepared = await prepareHouseholds(parts, reader.secretFields, read.rows, read.secrets)
  return { prepared, chain: read.chain, cursor: { place: last.place_code, number: last.number } }
}

/** Brings a chunk into the register and moves the cursor, in one transaction. Returns how many have entered by now. */
async function enterChunk(tx: Tx, parts: IntakeJobParts, job: JobRun, run: ImportRow, chunk: Chunk): Promise<number> {
  const { heads } = await getImport(tx, run.import_id)
  const done = await registerHouseholds(
    tx,
    {
      importId: run.import_id,
      period: run.period,
      why: run.why,
      actor: { ...job.actor, accountId: run.account_id },
      today: dayOf(parts.now(), parts.pack.utcOffset),
      checkedAt: heads[chunk.chain] ?? 0,
    },
    chunk.chain,
    chunk.prepared,
  )
  await holdClashed(tx, run.import_id, done.clashed)
  const { counts } = await getImport(tx, run.import_id)
  const clashedRows = done.clashed.reduce((sum, one) => sum + one.rows.length, 0)
  const fresh = {
    ...counts,
    good: counts.good - clashedRows,
    held: counts.held + clashedRows,
    skipped: counts.skipped + clashedRows,
    households: counts.households - done.clashed.length,
    heldHouseholds: counts.heldHouseholds + done.clashed.length,
    registered: counts.registered + done.households,
  }
  await setImport(tx, run.import_id, {
    cursor: chunk.cursor,
    counts: fresh,
    heads: { ...heads, [chunk.chain]: done.link },
  })
  return fresh.registered
}

async function holdClashed(tx: Tx, importId: number, clashed: readonly Clashed[]): Promise<void> {
  if (clashed.length === 0) return
  const list = JSON.stringify(clashed)
  await tx.run(
    hold(
      importId,
      'same-identity',
      sql`select place as place_code, number, rows, household as household_id
          from jsonb_to_recordset(${list}::jsonb) as k (place text, number text, rows int[], household bigint)`,
    ),
  )
  await tx.run(sql`
    update import_row r set state = 'h'
    from jsonb_to_recordset(${list}::jsonb) as k (place text, number text)
    where r.import_id = ${importId} and r.place_code = k.place and r.number = k.number`)
}

/** Drops the household at the end that may not be whole, when there are more rows than asked for. */
function wholeHouseholds(rows: readonly StagedRecord[], limit: number): readonly StagedRecord[] {
  if (rows.length <= limit) return rows
  const last = rows.at(-1)!
  const whole = rows.filter((row) => row.place_code !== last.place_code || row.number !== last.number)
  if (whole.length === 0) throw new Error(`household ${last.number} has more than ${limit} members`)
  return whole
}

/** Says on the import that its work ended early: a refused file, or one that can be begun again. */
export async function importNotDone(
  tx: Tx,
  job: { kind: string; input: Record<string, unknown>; problem?: unknown },
  state: 'failed' | 'cancelled',
): Promise<void> {
  const refused = job.kind === 'import.check' && state === 'failed'
  const undo = job.kind === 'import.undo'
  await setImport(tx, Number(job.input.import), { state: refused ? 'refused' : undo ? 'done' : 'cancelled' })
}

/** Takes a whole import back, chunk by chunk; goes on where it was interrupted. */
export async function undoWork(parts: IntakeJobParts, job: JobRun): Promise<unknown> {
  const { db } = parts
  const importId = Number(job.input.import)
  const run = await db.transaction(job.scope, (tx) => getImport(tx, importId))
  if (run.state !== 'undoing') return run.counts
  const total = run.counts.registered
  for (let left = total; ; ) {
    await job.report('undo', total - left, total)
    const undone = await db.transaction(
      job.scope,
      async (tx) => {
        const count = await undoSome(tx, parts, job.actor, { importId, why: String(job.input.why) }, UNDO_CHUNK)
        const { counts } = await getImport(tx, importId)
        await setImport(tx, importId, { counts: { ...counts, registered: counts.registered - count } })
        return count
      },
      { bulk: true },
    )
    if (undone === 0) break
    left -= undone
  }
  return db.transaction(job.scope, async (tx) => {
    await setImport(tx, importId, { state: 'undone' })
    await writeEntries(
      tx,
      job.actor,
      [
        {
          kind: 'import.undone',
          place: run.place_code,
          subject: 'import',
          subjectId: importId,
          detail: { households: total },
        },
      ],
      parts.chainOf,
    )
    return { undone: total }
  })
}

/** Reads and checks the file of an import into the staging table: the first step of the dry run. Returns the rows. */
export async function stageFile(
  parts: IntakeJobParts,
  run: ImportRow,
  reader: RowReader,
  scope: JobRun['scope'],
  progress: (rows: number) => Promise<void>,
): Promise<number> {
  const { path } = await getFile(parts.home, run.file_hash)
  return stageRows({
    db: parts.db,
    vault: parts.vault,
    scope,
    importId: run.import_id,
    sheet: await openSheet(path),
    reader,
    mapping: run.mapping,
    headingRow: run.layout.headingRow,
    columns: run.layout.headings.length,
    progress,
  })
}
