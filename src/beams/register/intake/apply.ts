import { dayOf } from '../../../kernel/calendar.ts'
import { subtree } from '../../../kernel/place-code.ts'
import { writeEntries } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { JobRun } from '../../../platform/jobs/jobs.ts'
import { inLanes } from '../lanes.ts'
import { foldTallies } from '../place/tally.ts'
import { enterUpdates } from './enter-updates.ts'
import { hold } from './household-checks.ts'
import { type IntakeJobParts, readerOf } from './jobs.ts'
import { type Prepared, prepareHouseholds } from './prepare-households.ts'
import {
  type Cursor,
  type EnteringRecord,
  getImport,
  type ImportRow,
  lockImport,
  nextPlace,
  setImport,
  stagedAfter,
  tidyStaging,
} from './queries.ts'
import type { RowReader } from './read-rows.ts'
import { type Clashed, registerHouseholds } from './register-households.ts'
import { secretsOf } from './secrets.ts'

// Rows of one transaction: large enough that its fixed costs vanish, small enough that memory stays flat.
const CHUNK = 4_000

// Chains that enter at once. The database works on each with a core of its own; a third would wait for the thread that
// seals and writes text for all of them.
const LANES = 2

/** Brings the good households into the register, chain beside chain, chunk by chunk; goes on where it was interrupted. */
export async function applyWork(parts: IntakeJobParts, job: JobRun): Promise<unknown> {
  const { db } = parts
  const importId = Number(job.input.import)
  const run = await db.transaction(job.scope, (tx) => getImport(tx, importId))
  if (run.state !== 'applying') return run.counts
  await enterChains(parts, job, run)
  await foldTallies(db)
  await enterUpdates(parts, job, run)
  await job.report('tidy', 0, 0)
  return db.transaction(
    job.scope,
    async (tx) => {
      const { counts } = await getImport(tx, importId)
      await setImport(tx, importId, { state: 'done', applied_at: parts.now() })
      await tidyStaging(tx, importId)
      writeEntries(
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

/**
 * Enters all chains, some at once: what two chains write has no row in common but the import's own. When one fails the
 * others end after their chunk, so that nothing is written any more once this has thrown.
 */
async function enterChains(parts: IntakeJobParts, job: JobRun, run: ImportRow): Promise<void> {
  const { db } = parts
  const reader = readerOf(parts, run, job.scope)
  const chains = await chainsOf(parts, job, run)
  let registered = run.counts.registered
  await inLanes(LANES, async (stopped) => {
    const report = async () => {
      if (!stopped()) await job.report('register', registered, run.counts.households)
      return !stopped()
    }
    for (let chain = chains.shift(); chain !== undefined; chain = chains.shift()) {
      let next = prepareChunk(parts, job, run, reader, chain, run.cursor?.[chain])
      for (;;) {
        // A failure is met where the chunk is awaited; meanwhile it must not end the process.
        next.catch(() => {})
        const goOn = await report()
        const chunk = await next
        if (!chunk) break
        if (!goOn) return
        // While the database takes this chunk in, the next one is read, sealed and written as text.
        next = prepareChunk(parts, job, run, reader, chain, chunk.cursor)
        next.catch(() => {})
        const now = await db.transaction(job.scope, (tx) => enterChunk(tx, parts, job, run, chunk), { bulk: true })
        registered = Math.max(registered, now)
      }
    }
  })
}

/** The chains that good rows of an import belong to, in order. */
async function chainsOf({ db, chainOf }: IntakeJobParts, job: JobRun, run: ImportRow): Promise<string[]> {
  return db.transaction(
    job.scope,
    async (tx) => {
      const chains: string[] = []
      for (let from = ''; ; ) {
        const place = await nextPlace(tx, run.import_id, from)
        if (place === undefined) return chains
        const chain = chainOf(place)
        chains.push(chain)
        from = subtree(chain).hi
      }
    },
    { bulk: true, readOnly: true },
  )
}

type Chunk = { readonly prepared: Prepared; readonly chain: string; readonly cursor: Cursor }

/** Reads the next households of a chain and makes them ready to enter. */
async function prepareChunk(
  parts: IntakeJobParts,
  job: JobRun,
  run: ImportRow,
  reader: RowReader,
  chain: string,
  after: Cursor | undefined,
): Promise<Chunk | undefined> {
  const { db, vault } = parts
  const read = await db.transaction(
    job.scope,
    async (tx) => {
      const staged = await stagedAfter(tx, run.import_id, subtree(chain), after, CHUNK + 1)
      const rows = wholeHouseholds(staged, CHUNK)
      const rowNos = rows.map((row) => row.row_no)
      return { rows, secrets: await secretsOf(tx, vault, run.import_id, rowNos) }
    },
    { bulk: true, readOnly: true },
  )
  const last = read.rows.at(-1)
  if (!last) return undefined
  const prepared = await prepareHouseholds(parts, reader.secretFields, read.rows, read.secrets)
  return { prepared, chain, cursor: { place: last.place_code, number: last.number } }
}

/** Brings a chunk into the register and moves the cursor, in one transaction. Returns how many have entered by now. */
async function enterChunk(tx: Tx, parts: IntakeJobParts, job: JobRun, run: ImportRow, chunk: Chunk): Promise<number> {
  // A chunk that a crash of the database takes back takes its cursor along, so it enters anew; only the last commit waits.
  await tx.run(sql`set local synchronous_commit = off`)
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
  // Another chain may have moved the counts on. Locked only now, so that chains wait no longer than these two statements.
  await lockImport(tx, run.import_id)
  const now = await getImport(tx, run.import_id)
  const { counts } = now
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
    cursor: { ...now.cursor, [chunk.chain]: chunk.cursor },
    counts: fresh,
    heads: { ...now.heads, [chunk.chain]: done.link },
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
function wholeHouseholds(rows: readonly EnteringRecord[], limit: number): readonly EnteringRecord[] {
  if (rows.length <= limit) return rows
  const last = rows.at(-1)!
  const whole = rows.filter((row) => row.place_code !== last.place_code || row.number !== last.number)
  if (whole.length === 0) throw new Error(`household ${last.number} has more than ${limit} members`)
  return whole
}
