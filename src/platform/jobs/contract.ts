import { z } from 'zod'
import { route } from '../http/contract.ts'

export const jobAnswer = z.object({
  id: z.number(),
  kind: z.string(),
  place: z.object({ code: z.string(), name: z.string() }),
  /** Name of who began it; none is the operator of the machine. */
  by: z.string().nullable(),
  mine: z.boolean(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  step: z.string(),
  done: z.number(),
  total: z.number(),
  attempts: z.number(),
  /** A cancel was asked for and has not taken effect yet. */
  cancelling: z.boolean(),
  subject: z.object({ kind: z.string(), id: z.number() }).nullable(),
  problem: z.object({ code: z.string(), title: z.string() }).nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  updatedAt: z.string(),
  finishedAt: z.string().nullable(),
})

export const listJobs = route({
  id: 'job.list',
  method: 'GET',
  path: '/api/jobs',
  summary: 'Long work at your place: what, whose, how far; newest first',
  right: 'job.read',
  query: z
    .object({
      open: z.enum(['yes', 'no']).optional().describe('Only work that has not ended, or only work that has'),
      before: z.coerce.number().int().optional().describe('Only jobs with a smaller number, for the next page'),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    })
    .strict(),
  answer: z.object({ jobs: z.array(jobAnswer), next: z.number().nullable(), workerAlive: z.boolean() }),
})

export const showJob = route({
  id: 'job.show',
  method: 'GET',
  path: '/api/jobs/:job',
  summary: 'One job',
  right: 'job.read',
  params: z.object({ job: z.coerce.number().int() }),
  answer: jobAnswer,
})

export const cancelJob = route({
  id: 'job.cancel',
  method: 'POST',
  path: '/api/jobs/:job/cancel',
  summary: 'Ask a job to stop; what it finished stays',
  right: 'job.read',
  params: z.object({ job: z.coerce.number().int() }),
  answer: z.object({ cancelling: z.boolean() }),
})
