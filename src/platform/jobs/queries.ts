import type { Scope } from '../../kernel/place-code.ts'
import { sql, type Tx } from '../db/database.ts'

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

export type JobRow = {
  job_id: number
  kind: string
  place_code: string
  account_id: number
  post_id: number | null
  input: Record<string, unknown>
  state: JobState
  step: string
  done: number
  total: number
  attempts: number
  cancel: boolean
  result: Record<string, unknown> | null
  problem: { code: string; values: Record<string, unknown> } | null
  created_at: Date
  started_at: Date | null
  updated_at: Date
  finished_at: Date | null
}

export type ListedJob = JobRow & { place_name: string; by: string }

export type NewJob = {
  readonly jobId: number
  readonly kind: string
  readonly place: string
  readonly accountId: number
  readonly postId: number | null
  readonly input: Record<string, unknown>
}

export async function insertJob(tx: Tx, job: NewJob, now: Date): Promise<void> {
  await tx.run(sql`
    insert into job (job_id, kind, place_code, account_id, post_id, input, state, created_at, updated_at)
    values (${job.jobId}, ${job.kind}, ${job.place}, ${job.accountId}, ${job.postId}, ${JSON.stringify(job.input)},
            'waiting', ${now}, ${now})`)
}

export async function findJob(tx: Tx, jobId: number): Promise<JobRow | undefined> {
  return tx.first<JobRow>(sql`select * from job where job_id = ${jobId}`)
}

/** Jobs at places in a range, newest first. */
export async function jobsIn(
  tx: Tx,
  scope: Scope,
  filter: { job?: number; open?: boolean; before?: number; limit: number },
): Promise<ListedJob[]> {
  return tx.all<ListedJob>(sql`
    select j.*, p.name as place_name, a.name as by
    from job j join place p on p.code = j.place_code join account a using (account_id)
    where j.place_code >= ${scope.lo} and j.place_code < ${scope.hi}
      and (${filter.job ?? null}::bigint is null or j.job_id = ${filter.job ?? null})
      and (${filter.open ?? null}::boolean is null or (j.state in ('waiting', 'running')) = ${filter.open ?? null})
      and (${filter.before ?? null}::bigint is null or j.job_id < ${filter.before ?? null})
    order by j.job_id desc limit ${filter.limit}`)
}

/** Marks the beginning of an attempt; counts it. Nothing when the job has ended. */
export async function beginAttempt(tx: Tx, jobId: number, now: Date): Promise<JobRow | undefined> {
  return tx.first<JobRow>(sql`
    update job set state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, ${now}), updated_at = ${now}
    where job_id = ${jobId} and state in ('waiting', 'running') returning *`)
}

/** Notes progress. Getting further than ever forgives earlier attempts: it is not this work that kills the worker. */
export async function noteProgress(
  tx: Tx,
  jobId: number,
  progress: { step: string; done: number; total: number },
  now: Date,
): Promise<{ cancel: boolean } | undefined> {
  return tx.first<{ cancel: boolean }>(sql`
    update job set attempts = case when step = ${progress.step} and done < ${progress.done}::bigint then 1 else attempts end,
           step = ${progress.step}, done = ${progress.done}, total = ${progress.total}, updated_at = ${now}
    where job_id = ${jobId} and state = 'running' returning cancel`)
}

export async function endJob(
  tx: Tx,
  jobId: number,
  end: { state: 'done' | 'failed' | 'cancelled'; result?: unknown; problem?: unknown },
  now: Date,
): Promise<void> {
  await tx.run(sql`
    update job set state = ${end.state}, result = ${end.result === undefined ? null : JSON.stringify(end.result)},
           problem = ${end.problem === undefined ? null : JSON.stringify(end.problem)}, finished_at = ${now}, updated_at = ${now}
    where job_id = ${jobId} and state in ('waiting', 'running')`)
}

/** Puts a job that was interrupted in good order back in the queue; the attempt does not count. */
export async function putBack(tx: Tx, jobId: number, now: Date): Promise<void> {
  await tx.run(sql`
    update job set state = 'waiting', attempts = greatest(attempts - 1, 0), updated_at = ${now}
    where job_id = ${jobId} and state = 'running'`)
}

export async function askCancel(tx: Tx, jobId: number, now: Date): Promise<void> {
  await tx.run(sql`
    update job set cancel = true, updated_at = ${now}
    where job_id = ${jobId} and state in ('waiting', 'running')`)
}

/** Jobs that should be running or wait for a worker; whether a worker holds them shows in their lock. */
export async function openJobs(tx: Tx): Promise<{ job_id: number; state: JobState }[]> {
  return tx.all(sql`select job_id, state from job where state in ('waiting', 'running') order by job_id`)
}
