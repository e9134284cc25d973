import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { writeEntries } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { openSheet } from '../../../platform/files/open-sheet.ts'
import { getFile } from '../../../platform/files/store.ts'
import { unguard } from '../../../platform/files/write-csv.ts'
import type { JobRun } from '../../../platform/jobs/jobs.ts'
import { householdForm } from '../../../policy/ask.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { foldTallies } from '../place/tally.ts'
import { compareWithRegister } from './compare.ts'
import { checkHouseholds, refuseMasked } from './household-checks.ts'
import { chainHeads, countStaged, getImport, type ImportRow, setImport } from './queries.ts'
import { compileRows, type RowReader } from './read-rows.ts'
import { stageRows } from './stage.ts'
import { undoSome } from './undo.ts'

export type IntakeJobParts = RegisterParts & { keysOf: KeysOf }

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
  const { db, pack } = parts
  const importId = Number(job.input.import)
  const run = await db.transaction(job.scope, (tx) => getImport(tx, importId))
  if (run.state !== 'checking') return run.counts
  const reader = readerOf(parts, run, job.scope)
  const rows = await stageFile(parts, run, reader, job.scope, (done) => job.report('read', done, 0))
  if (rows === 0) throw new Problem('import.empty')
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
        {
          importId,
          form,
          period: run.period,
          today: dayOf(parts.now(), pack.utcOffset),
          mapping: run.mapping,
          secretFields: reader.secretFields,
        },
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
  await foldTallies(db)
  return db.transaction(job.scope, async (tx) => {
    await setImport(tx, importId, { state: 'undone' })
    writeEntries(
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
