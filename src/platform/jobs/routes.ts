import { Problem, sentence } from '../../kernel/problem.ts'
import type { ProblemCode } from '../../kernel/problems.ts'
import { type Caller, OPERATOR_ACCOUNT } from '../access/caller.ts'
import { fulfil, type Route } from '../http/handler.ts'
import { cancelJob, listJobs, showJob } from './contract.ts'
import type { Jobs } from './jobs.ts'
import { askCancel, jobsIn, type ListedJob } from './queries.ts'

export function jobRoutes(jobs: Jobs): Route[] {
  return [
    fulfil(listJobs, async ({ tx, caller, language }, { query }) => {
      const open = query.open === undefined ? undefined : query.open === 'yes'
      const rows = await jobsIn(tx, caller.scope, { open, before: query.before, limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      return {
        jobs: page.map((row) => answerOf(row, caller, language)),
        next: rows.length > query.limit ? page.at(-1)!.job_id : null,
        workerAlive: await jobs.workerAlive(),
      }
    }),

    fulfil(showJob, async ({ tx, caller, language }, { params }) => {
      return answerOf(await getJob(tx, caller, params.job), caller, language)
    }),

    fulfil(cancelJob, async ({ tx, caller, now, audit }, { params }) => {
      const job = await getJob(tx, caller, params.job)
      await askCancel(tx, job.job_id, now)
      audit({ kind: 'job.cancel', place: job.place_code, subject: 'job', subjectId: job.job_id })
      return { cancelling: true }
    }),
  ]
}

async function getJob(tx: Parameters<typeof jobsIn>[0], caller: Caller, job: number): Promise<ListedJob> {
  const [row] = await jobsIn(tx, caller.scope, { job, limit: 1 })
  if (!row) throw new Problem('request.not-found')
  return row
}

function answerOf(row: ListedJob, caller: Caller, language: string) {
  const subject = row.input.subject as { kind: string; id: number } | undefined
  return {
    id: row.job_id,
    kind: row.kind,
    place: { code: row.place_code, name: row.place_name },
    by: row.account_id === OPERATOR_ACCOUNT ? null : row.by,
    mine: row.account_id === caller.accountId,
    state: row.state,
    step: row.step,
    done: row.done,
    total: row.total,
    attempts: row.attempts,
    cancelling: row.cancel && row.state === 'running',
    subject: subject ?? null,
    problem: row.problem && {
      code: row.problem.code,
      title: sentence(row.problem.code as ProblemCode, row.problem.values, language),
    },
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
