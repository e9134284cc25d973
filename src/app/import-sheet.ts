import { createReadStream } from 'node:fs'
import { beginApply, beginCheck, openImport, receiveFile, takeFile } from '../beams/register/index.ts'
import type { Caller } from '../platform/access/caller.ts'
import type { Tx } from '../platform/db/database.ts'
import type { JobRow } from '../platform/jobs/queries.ts'
import type { House } from './open.ts'

type Run = Awaited<ReturnType<typeof openImport>>

/**
 * Brings a spreadsheet on disk into the register, carrying out its jobs in this process: taken in, checked with the
 * columns as they were guessed, and entered where it holds anything good.
 *
 * @param file.name the name it is known by
 * @param wish.period without one, the period that is usual on that day
 * @param wish.language of the sentences in the jobs' results
 * @param steps.carryOut runs a job to its end; usually `house.jobs.runHere`
 * @param steps.mayEnter told of the check's result; where it answers no, nothing is entered
 * @returns the import as it stands at the end, and the job that checked it
 * @throws Problem as the upload and the steps of an import do
 */
export async function importSheet(
  house: House,
  caller: Caller,
  file: { path: string; name: string },
  wish: { period?: string | undefined; why: string; language: string },
  steps: { carryOut: (jobId: number) => Promise<JobRow>; mayEnter?: (run: Run) => Promise<boolean> },
): Promise<{ run: Run; checked: JobRow }> {
  const { db, register, settings } = house
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(caller.scope, work)
  const here = { deliver: false }
  const taken = await takeFile(register, { fileName: file.name, content: createReadStream(file.path) })
  const importId = await inTx((tx) => receiveFile(tx, register, caller, taken, settings.now()))
  const { mapping, period } = await inTx((tx) => openImport(tx, caller, importId))
  const asked = { mapping, period: wish.period ?? period, why: wish.why }
  const check = await inTx((tx) => beginCheck(tx, register, caller, importId, asked, wish.language, here))
  const checked = await steps.carryOut(check)
  const run = await inTx((tx) => openImport(tx, caller, importId))
  const enter = (await steps.mayEnter?.(run)) ?? true
  if (!enter || run.state !== 'checked' || run.counts.good === 0) return { run, checked }
  const apply = await inTx((tx) => beginApply(tx, register, caller, importId, here))
  await steps.carryOut(apply)
  return { run: await inTx((tx) => openImport(tx, caller, importId)), checked }
}
