import type { House } from '../app/open.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { findJob, type JobRow } from '../platform/jobs/queries.ts'
import type { Output } from './command.ts'

const LOOK_EVERY_MS = 300

/** Runs a job in this process, showing how far it is. */
export async function whileRunning(house: House, jobId: number, output: Output): Promise<JobRow> {
  const show = async () => {
    const job = await house.db.transaction(subtree(ROOT), (tx) => findJob(tx, jobId), { readOnly: true })
    if (!job) return
    output.progress(`${job.kind} · ${job.step}`, job.done, job.total)
  }
  const timer = setInterval(() => void show().catch(() => {}), LOOK_EVERY_MS)
  try {
    return await house.jobs.runHere(jobId)
  } finally {
    clearInterval(timer)
  }
}
