import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { listJobs, showJob } from '../../../src/platform/jobs/contract.ts'
import { type AnswerOf, call, useAnswer } from '../../lib/api.ts'
import { useSession } from '../../lib/session.ts'
import { useJobWords } from '../../ui/job-words.ts'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'

export type Job = AnswerOf<typeof listJobs>['jobs'][number]
export type RunningJobs = {
  readonly jobs: readonly Job[]
  /** Missing until it is known, and for posts that may not see jobs. */
  readonly workerAlive: boolean | undefined
}

/** What a finished job may have changed: asked anew by whichever page shows it. */
const touched = [
  'job.list',
  'import.list',
  'import.show',
  'import.faults',
  'import.held',
  'household.list',
  'household.count',
  'household.group',
  'place.show',
]

/**
 * The open jobs at the person's place: looked up every second while something runs, else every 15 seconds. The end
 * of one's own job is told in a toast, wherever one is by then.
 */
export function useRunningJobs(): RunningJobs {
  const { may } = useSession()
  const say = useTexts()
  const words = useJobWords()
  const client = useQueryClient()
  const { data } = useAnswer(
    listJobs,
    { query: { open: 'yes', limit: 20 } },
    { enabled: may('job.read'), every: (last) => (last && last.jobs.length > 0 ? 1_000 : 15_000) },
  )
  const known = useRef(new Map<number, Job>())

  useEffect(() => {
    if (!data) return
    const open = new Map(data.jobs.map((job) => [job.id, job]))
    const ended = [...known.current.values()].filter(({ id }) => !open.has(id))
    known.current = open
    if (ended.length === 0) return
    for (const id of touched) void client.invalidateQueries({ queryKey: [id] })
    for (const { id, mine } of ended) {
      if (mine) void call(showJob, { params: { job: id } }).then(tell, () => undefined)
    }
    function tell(job: Job) {
      const name = words.kind(job.kind)
      if (job.state === 'done') toast.done(say('jobFinished', { name }))
      else if (job.state === 'cancelled') toast.done(say('jobStopped', { name }))
      else if (job.state === 'failed') toast.act(say('jobBroken', { name }), job.problem?.title)
    }
  }, [data, client, say, words])

  return { jobs: data?.jobs ?? [], workerAlive: data?.workerAlive }
}
