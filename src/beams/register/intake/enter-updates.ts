import { dayOf } from '../../../kernel/calendar.ts'
import type { Actor } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { JobRun } from '../../../platform/jobs/jobs.ts'
import type { Question } from '../../../policy/form/compare.ts'
import { recordUpdates } from '../change/record-updates.ts'
import { demandOpenPeriod } from '../period/gate.ts'
import { hold } from './household-checks.ts'
import type { IntakeJobParts } from './jobs.ts'
import type { Planned } from './plan-updates.ts'
import { type Cursor, getImport, type ImportRow, lockImport, setImport } from './queries.ts'

const CHUNK = 200

type Waiting = Omit<Planned, 'asks'> & { asks: Question[] }

/** Brings the households that a file changes up to date, chunk by chunk; goes on where it was interrupted. */
export async function enterUpdates(parts: IntakeJobParts, job: JobRun, run: ImportRow): Promise<void> {
  for (let entered = 0; ; ) {
    await job.report('register', run.counts.registered + entered, run.counts.households)
    const chunk = await parts.db.transaction(
      job.scope,
      async (tx) => {
        const waiting = await tx.all<Waiting>(sql`
          select place_code, number, household_id, version, patch, asks from import_update
          where import_id = ${run.import_id} and asks = '[]' order by place_code, number limit ${CHUNK}`)
        if (waiting.length > 0) await enterChunk(tx, parts, { ...job.actor, accountId: run.account_id }, run, waiting)
        return waiting.length
      },
      { bulk: true },
    )
    if (chunk === 0) return
    entered += chunk
  }
}

async function enterChunk(
  tx: Tx,
  parts: IntakeJobParts,
  actor: Actor & { accountId: number },
  run: ImportRow,
  waiting: readonly Waiting[],
): Promise<void> {
  const done = new Set(await record(tx, parts, actor, run, waiting, []))
  const stale = waiting.filter((one) => !done.has(one.household_id))
  const list = JSON.stringify(stale)
  await tx.run(
    hold(
      run.import_id,
      'other-content',
      sql`select k.place_code, k.number, k.household_id,
                 array(select r.row_no from import_row r where r.import_id = ${run.import_id} and r.place_code = k.place_code
                         and r.number = k.number order by r.row_no) as rows
          from jsonb_to_recordset(${list}::jsonb) as k (place_code text, number text, household_id bigint)`,
    ),
  )
  const held = await tx.run(sql`
    update import_row r set state = 'h' from jsonb_to_recordset(${list}::jsonb) as k (place_code text, number text)
    where r.import_id = ${run.import_id} and r.place_code = k.place_code and r.number = k.number`)
  await tx.run(sql`
    delete from import_update u using jsonb_to_recordset(${JSON.stringify(waiting)}::jsonb) as k (place_code text, number text)
    where u.import_id = ${run.import_id} and u.place_code = k.place_code and u.number = k.number`)
  await lockImport(tx, run.import_id)
  const { counts } = await getImport(tx, run.import_id)
  await setImport(tx, run.import_id, {
    counts: {
      ...counts,
      good: counts.good - held,
      held: counts.held + held,
      skipped: counts.skipped + held,
      households: counts.households - stale.length,
      heldHouseholds: counts.heldHouseholds + stale.length,
      updated: (counts.updated ?? 0) + done.size,
    },
  })
}

/** Writes updates while the period is open in each of their villages. */
async function record(
  tx: Tx,
  parts: IntakeJobParts,
  actor: Actor & { accountId: number },
  run: Pick<ImportRow, 'import_id' | 'form' | 'period' | 'why'>,
  waiting: readonly Waiting[],
  confirmed: readonly string[],
): Promise<number[]> {
  const { form, period, why } = run
  for (const place of new Set(waiting.map((one) => one.place_code)))
    await demandOpenPeriod(tx, parts.pack, { form, period, place, recorded: false, at: actor.at })
  const effectiveOn = dayOf(actor.at, parts.pack.utcOffset)
  return recordUpdates(
    tx,
    parts,
    actor,
    { period, effectiveOn, why, importId: run.import_id },
    waiting.map(({ household_id, version, patch }) => ({ household: household_id, version, patch, confirmed })),
  )
}

/**
 * Takes one held update whose questions a person has confirmed.
 * @returns whether it was still there and made on the present version
 */
export async function takeAsked(
  tx: Tx,
  parts: IntakeJobParts,
  actor: Actor & { accountId: number },
  run: ImportRow,
  key: Cursor,
): Promise<boolean> {
  const [waiting] = await tx.all<Waiting>(sql`
    delete from import_update where import_id = ${run.import_id} and place_code = ${key.place} and number = ${key.number}
    returning place_code, number, household_id, version, patch, asks`)
  if (!waiting) return false
  const asks = waiting.asks.map(({ id }) => id)
  return (await record(tx, parts, actor, run, [waiting], asks)).length === 1
}
