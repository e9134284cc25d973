import { PgBoss } from 'pg-boss'
import { type PlaceCode, type Scope, subtree } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import type { Actor } from '../audit/write.ts'
import type { Database, Tx } from '../db/database.ts'
import type { Ids } from '../db/ids.ts'
import { beginAttempt, endJob, findJob, insertJob, type JobRow, noteProgress, openJobs, putBack } from './queries.ts'

/** What a piece of long work has in its hands. */
export type JobRun = {
  readonly id: number
  readonly kind: string
  readonly input: Record<string, unknown>
  readonly place: PlaceCode
  readonly scope: Scope
  readonly actor: Actor
  /** Fires when the program is stopping; work ends at its next report. */
  readonly signal: AbortSignal
  /**
   * Says how far the work is. Written now and then, not each time. Throws when the job was cancelled or the program
   * is stopping, so call it where stopping is safe: between transactions.
   */
  report(step: string, done: number, total: number): Promise<void>
}

export type Work = (run: JobRun) => Promise<unknown>

/** Told when a job ended without being done, whatever the cause, so that what it worked on can say so. */
export type WhenNotDone = (tx: Tx, job: JobRow, state: 'failed' | 'cancelled') => Promise<void>

export type JobsParts = {
  readonly db: Database
  readonly ids: Ids
  readonly now: () => Date
  readonly report: (reference: string, error: unknown) => void
}

const QUEUE = 'fourbeams'
const MOST_ATTEMPTS = 3
const PROGRESS_EVERY_MS = 250
const SWEEP_EVERY_MS = 5_000
const RETAKE_AFTER_MS = 1_000
// Advisory locks share one number space; jobs have this corner of it.
const LOCK_BASE = 2 ** 44
const WORKER_LOCK = LOCK_BASE - 1

class Stopping extends Error {}
class Cancelled extends Error {}

export type Jobs = ReturnType<typeof createJobs>

/**
 * Long work. The job table is the record; pg-boss only delivers. Whoever runs a job holds an advisory lock on it for
 * as long as the process lives, so a killed worker's job is seen at once and taken up again.
 */
export function createJobs({ db, ids, now, report }: JobsParts) {
  const works = new Map<string, { work: Work; whenNotDone: WhenNotDone | undefined }>()
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  let boss: PgBoss | undefined
  let sweeper: NodeJS.Timeout | undefined

  const everywhere = subtree('0')
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(everywhere, work)

  async function withLock<T>(key: number, work: () => Promise<T>): Promise<T | undefined> {
    const client = await db.connect()
    try {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as got', [key])
      if (!rows[0].got) return undefined
      try {
        return await work()
      } finally {
        await client.query('select pg_advisory_unlock($1)', [key]).catch(() => {})
      }
    } finally {
      client.release()
    }
  }

  /** Held for life; by it others see that a worker is alive. A database that went away takes it along: taken anew then. */
  async function holdWorkerLock(): Promise<void> {
    const client = await db.connect()
    const end = () => client.release(true)
    client.once('error', () => {
      if (stopping.signal.aborted) return
      stopping.signal.removeEventListener('abort', end)
      end()
      retakeWorkerLock()
    })
    await client.query('select pg_advisory_lock_shared($1)', [WORKER_LOCK])
    stopping.signal.addEventListener('abort', end)
  }

  function retakeWorkerLock(): void {
    const again = () => {
      if (!stopping.signal.aborted) holdWorkerLock().catch(retakeWorkerLock)
    }
    setTimeout(again, RETAKE_AFTER_MS).unref()
  }

  async function attempt(job: JobRow): Promise<void> {
    const work = works.get(job.kind)?.work
    if (!work) throw new Error(`no work is defined for jobs of kind ${job.kind}`)
    if (job.attempts > MOST_ATTEMPTS) {
      throw new Problem('job.given-up', { attempts: MOST_ATTEMPTS })
    }
    if (job.cancel) throw new Cancelled()
    let told = 0
    let toldStep = ''
    const result = await work({
      id: job.job_id,
      kind: job.kind,
      input: job.input,
      place: job.place_code,
      scope: subtree(job.place_code),
      actor: { accountId: job.account_id, postId: job.post_id, requestId: jobRequestId(job.job_id), at: now() },
      signal: stopping.signal,
      async report(step, done, total) {
        if (stopping.signal.aborted) throw new Stopping()
        const time = now().getTime()
        const last = total > 0 && done >= total
        if (step === toldStep && time - told < PROGRESS_EVERY_MS && !last) return
        told = time
        toldStep = step
        const row = await inTx((tx) => noteProgress(tx, job.job_id, { step, done, total }, now()))
        if (row?.cancel) throw new Cancelled()
      },
    })
    await inTx((tx) => endJob(tx, job.job_id, { state: 'done', result }, now()))
  }

  async function run(jobId: number): Promise<void> {
    await withLock(LOCK_BASE + jobId, async () => {
      const job = await inTx((tx) => beginAttempt(tx, jobId, now()))
      if (!job) return
      try {
        await attempt(job)
      } catch (error) {
        if (error instanceof Stopping) return inTx((tx) => putBack(tx, jobId, now()))
        if (error instanceof Cancelled) return endNotDone(job, 'cancelled')
        // The database went away: the job stays as it is, and the sweep takes it up when the database is back.
        if (error instanceof Problem && error.code === 'server.busy') return
        const problem =
          error instanceof Problem
            ? { code: error.code, values: error.values }
            : { code: 'server.failed', values: { reference: `job-${jobId}` } }
        if (!(error instanceof Problem)) report(`job-${jobId}`, error)
        await endNotDone(job, 'failed', problem)
      }
    })
  }

  function endNotDone(job: JobRow, state: 'failed' | 'cancelled', problem?: unknown): Promise<void> {
    return inTx(async (tx) => {
      await endJob(tx, job.job_id, { state, problem }, now())
      await works.get(job.kind)?.whenNotDone?.(tx, job, state)
    })
  }

  function track(promise: Promise<unknown>): Promise<unknown> {
    const settled = promise.catch((error) => report('jobs', error))
    running.add(settled)
    settled.finally(() => running.delete(settled))
    return settled
  }

  /** Finds jobs that nobody holds (their worker was killed, or the message got lost) and delivers them again. */
  async function sweep(): Promise<void> {
    const open = await inTx((tx) => openJobs(tx))
    for (const { job_id } of open) {
      if (stopping.signal.aborted) return
      const free = await withLock(LOCK_BASE + job_id, async () => true)
      if (free) await boss?.send(QUEUE, { jobId: job_id }, { singletonKey: String(job_id), singletonSeconds: 2 })
    }
  }

  return {
    /** Says what to do for jobs of a kind. It may run twice on the same input; the second time must finish the first. */
    define(kind: string, work: Work, whenNotDone?: WhenNotDone): void {
      works.set(kind, { work, whenNotDone })
    },

    /**
     * Puts a job in the queue, in the caller's transaction: when that fails there is no job.
     * @param deliver false when the caller runs it here and now, with `runHere`
     */
    async enqueue(
      tx: Tx,
      job: { kind: string; place: PlaceCode; accountId: number; postId: number | null; input: Record<string, unknown> },
      { deliver = true } = {},
    ): Promise<number> {
      const jobId = await ids.next('job')
      await insertJob(tx, { jobId, ...job }, now())
      if (deliver && boss) {
        await boss.send(QUEUE, { jobId }, { db: { executeSql: (text, values) => tx.raw(text, values) } })
      }
      return jobId
    },

    /** Runs a job in this process and returns how it ended. */
    async runHere(jobId: number): Promise<JobRow> {
      await track(run(jobId))
      return (await inTx((tx) => findJob(tx, jobId)))!
    },

    /** Begins to work: what a killed worker left first, then whatever is delivered. */
    async startWorker(): Promise<void> {
      boss = new PgBoss({
        db: { executeSql: (text, values) => db.pool.query(text, values as unknown[]) },
        schedule: false,
        openTelemetry: { enabled: false },
      } as ConstructorParameters<typeof PgBoss>[0])
      boss.on('error', (error) => report('jobs', error))
      await boss.start()
      await boss.createQueue(QUEUE, { retryLimit: 0, expireInSeconds: 86_000 } as never)
      await boss.work<{ jobId: number }>(
        QUEUE,
        { pollingIntervalSeconds: 0.5, batchSize: 1 } as never,
        async ([message]) => {
          if (message) await track(run(message.data.jobId))
        },
      )
      await sweep()
      sweeper = setInterval(() => track(sweep()), SWEEP_EVERY_MS)
      sweeper.unref()
      await holdWorkerLock()
    },

    /** Whether some process works on jobs now. */
    async workerAlive(): Promise<boolean> {
      const nobody = await withLock(WORKER_LOCK, async () => true)
      return !nobody
    },

    /** Lets running work end at its next report and puts it back in the queue. */
    async stop(): Promise<void> {
      stopping.abort()
      clearInterval(sweeper)
      await Promise.all(running)
      await boss?.stop({ graceful: true, timeout: 5_000 })
    },
  }
}

/** The request id under which a job writes to the audit: its number as a UUID, the same on every attempt. */
function jobRequestId(jobId: number): string {
  return `00000000-0000-8000-8000-${jobId.toString(16).padStart(12, '0')}`
}
