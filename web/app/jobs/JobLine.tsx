import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { cancelJob } from '../../../src/platform/jobs/contract.ts'
import { useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { useJobWords } from '../../ui/job-words.ts'
import { Progress } from '../../ui/Progress.tsx'
import { StateMark, type Tone } from '../../ui/StateMark.tsx'
import { toast } from '../../ui/toasts.tsx'
import { keyFor, useTexts } from '../texts/index.ts'
import classes from './jobs.module.css'
import type { Job } from './use-running-jobs.ts'

const tones: Readonly<Record<Job['state'], Tone>> = {
  waiting: 'plain',
  running: 'going',
  done: 'done',
  failed: 'act',
  cancelled: 'plain',
}

/** One piece of long work: what, whose, how far, what became of it, and the way to stop it. */
export function JobLine({ job }: { job: Job }) {
  const say = useTexts()
  const format = useFormat()
  const words = useJobWords()
  const cancel = useChange(cancelJob, { invalidates: ['job.list', 'job.show'] })
  const name = words.kind(job.kind)
  const open = job.state === 'waiting' || job.state === 'running'
  const stop = () =>
    cancel.mutate(
      { params: { job: job.id } },
      { onSuccess: () => toast.done(say('jobCancelAsked', { name })), onError: (error) => toast.problem(error) },
    )
  const state = keyFor('state', job.state)
  return (
    <article className={classes.job} aria-label={`${name} ${job.id}`}>
      <div className={classes.head}>
        <strong>{name}</strong>
        <StateMark tone={tones[job.state]}>
          {job.cancelling ? say('jobCancelling') : state ? say(state as never) : job.state}
        </StateMark>
      </div>
      <p className={classes.facts}>
        {say('jobBy', { name: job.mine ? say('jobMine') : format.person(job.by), place: job.place.name })}
        {' · '}
        <time dateTime={job.createdAt}>{format.moment(job.createdAt)}</time>
        {job.startedAt &&
          job.finishedAt &&
          ` · ${say('jobTook')} ${format.duration(seconds(job.startedAt, job.finishedAt))}`}
        {!open && job.total > 0 && ` · ${format.number(job.done)} / ${format.number(job.total)}`}
        {job.attempts > 1 && ` · ${say('jobAttempt', { n: job.attempts })}`}
      </p>
      {job.state === 'running' && (
        <Progress label={words.step(job.step)} done={job.done} total={job.total} updatedAt={job.updatedAt} />
      )}
      {job.problem && (
        <p className={classes.problem}>
          {job.problem.title} <code>{job.problem.code}</code>
        </p>
      )}
      <div className={classes.actions}>
        {job.subject?.kind === 'import' && (
          <Link to="/imports/$import" params={{ import: String(job.subject.id) }}>
            {say('jobSubject')}
          </Link>
        )}
        {open && !job.cancelling && (
          <Button
            variant="default"
            size="compact-sm"
            loading={cancel.isPending}
            onClick={stop}
            aria-label={say('jobCancel', { name })}
          >
            {say('jobCancelShort')}
          </Button>
        )}
      </div>
    </article>
  )
}

function seconds(from: string, to: string): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000
}
