import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Caller } from '../../../platform/access/caller.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { takeAsked } from './enter-updates.ts'
import type { IntakeJobParts } from './jobs.ts'
import { readerOf } from './jobs.ts'
import { prepareHouseholds } from './prepare-households.ts'
import {
  type Cursor,
  decideHeldRow,
  findHeld,
  type HeldRow,
  type ListedImport,
  setImport,
  stagedHousehold,
} from './queries.ts'
import { registerHouseholds } from './register-households.ts'
import { secretsOf } from './secrets.ts'

/**
 * What a person decides about a held household: leave it out, register it although one of its identity numbers is taken
 * (that member is then marked as disputed), or confirm that an update with questions is right.
 */
export async function decide(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  run: ListedImport,
  key: Cursor,
  decision: 'discard' | 'register',
  request: { id: string; now: Date },
): Promise<HeldRow> {
  if (run.state !== 'checked' && run.state !== 'done') throw new Problem('import.not-now', { state: run.state })
  const held = await findHeld(tx, run.import_id, key)
  if (!held) throw new Problem('request.not-found')
  if (held.decision) {
    if (held.decision === decision) return held
    throw new Problem('request.conflict')
  }
  if (decision === 'register' && held.reason === 'asks') await takeUpdate(tx, parts, caller, run, held, request)
  else if (decision === 'register') await registerHeld(tx, parts, caller, run, held, request)
  else await setImport(tx, run.import_id, { counts: { ...run.counts, heldHouseholds: run.counts.heldHouseholds - 1 } })
  await decideHeldRow(tx, run.import_id, key, { decision, by: caller.accountId, at: request.now })
  return { ...held, decision }
}

async function registerHeld(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  run: ListedImport,
  held: HeldRow,
  request: { id: string; now: Date },
): Promise<void> {
  if (held.reason === 'other-content') throw new Problem('import.change-by-hand')
  const rows = await stagedHousehold(tx, run.import_id, { place: held.place_code, number: held.number })
  const secrets = await secretsOf(
    tx,
    parts.vault,
    run.import_id,
    rows.map((row) => row.row_no),
  )
  const prepared = await prepareHouseholds(parts, readerOf(parts, run, caller.scope).secretFields, rows, secrets)
  const { households } = await registerHouseholds(
    tx,
    {
      importId: run.import_id,
      period: run.period,
      why: run.why,
      actor: { accountId: caller.accountId, postId: caller.postId, requestId: request.id, at: request.now },
      today: dayOf(parts.now(), parts.pack.utcOffset),
      allowDisputed: true,
    },
    parts.chainOf(held.place_code),
    prepared,
  )
  if (households !== 1) throw new Problem('import.number-taken', { number: held.number })
  // The rows are good now; the sum stays what it was.
  await tx.run(sql`
    update import_row set state = 'r' where import_id = ${run.import_id} and place_code = ${held.place_code} and number = ${held.number}`)
  const { counts } = run
  await setImport(tx, run.import_id, {
    counts: {
      ...counts,
      good: counts.good + rows.length,
      held: counts.held - rows.length,
      skipped: counts.skipped - rows.length,
      households: counts.households + 1,
      heldHouseholds: counts.heldHouseholds - 1,
      registered: counts.registered + 1,
    },
  })
}

/** Takes an update whose questions somebody has just confirmed. */
async function takeUpdate(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  run: ListedImport,
  held: HeldRow,
  request: { id: string; now: Date },
): Promise<void> {
  const { accountId, postId } = caller
  const key = { place: held.place_code, number: held.number }
  const actor = { accountId, postId, requestId: request.id, at: request.now }
  if (!(await takeAsked(tx, parts, actor, run, key))) throw new Problem('import.change-by-hand')
  const rows = held.detail.rows.length
  await tx.run(sql`
    update import_row set state = 'r' where import_id = ${run.import_id} and place_code = ${key.place} and number = ${key.number}`)
  const { counts } = run
  await setImport(tx, run.import_id, {
    counts: {
      ...counts,
      good: counts.good + rows,
      held: counts.held - rows,
      skipped: counts.skipped - rows,
      households: counts.households + 1,
      heldHouseholds: counts.heldHouseholds - 1,
      updated: (counts.updated ?? 0) + 1,
    },
  })
}
