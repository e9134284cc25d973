import { Button } from '@mantine/core'
import { cancelJob, listJobs, showJob } from '../../../src/platform/jobs/contract.ts'
import { useAnswer, useChange } from '../../lib/api.ts'
import { useSession } from '../../lib/session.ts'
import { Section } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { Progress } from '../../ui/Progress.tsx'
import type { Import } from './import-state.tsx'
import classes from './import-work.module.css'
import { useWords, type Words } from './words.ts'

/** Milliseconds between looks at the job. */
export const lookAgain = 1000

type Busy = 'checking' | 'applying' | 'undoing'

const jobSteps = ['read', 'households', 'compare', 'register', 'tidy', 'undo'] as const

/** The work that goes on for an import: which step, how far, how fast, how long still, and the way to stop it. */
export function ImportWork({ run, state }: { run: Import; state: Busy }) {
  const t = useWords()
  const { may } = useSession()
  const seen = run.job !== null && may('job.read')
  const { data: job } = useAnswer(showJob, { params: { job: run.job ?? 0 } }, { enabled: seen, every: lookAgain })
  const waiting = job?.state === 'waiting'
  const jobs = useAnswer(listJobs, { query: { limit: 1 } }, { enabled: waiting, every: 5000 })
  const cancel = useChange(cancelJob, { invalidates: [showJob.id] })
  const open = job?.state === 'waiting' || job?.state === 'running'
  const label = !job ? t('work.starting') : waiting ? t('work.waiting') : stepName(t, job.step)
  return (
    <Section title={t(`work.title.${state}`)}>
      <p className={classes.what}>{t(`work.what.${state}`)}</p>
      {job?.state === 'failed' || run.problem ? null : (
        <Progress
          label={label}
          done={job?.done ?? 0}
          total={job?.total ?? 0}
          updatedAt={job?.updatedAt ?? run.createdAt}
        />
      )}
      {jobs.data?.workerAlive === false && waiting && <Note tone="act">{t('import.started-by-nobody')}</Note>}
      {job && job.attempts > 1 && open && <p className={classes.what}>{t('work.again', { n: job.attempts })}</p>}
      {(run.problem ?? job?.problem) && (
        <Note tone="act">{t('work.failed', { why: (run.problem ?? job?.problem)?.title ?? '' })}</Note>
      )}
      {open && (
        <>
          <p className={classes.what}>{job.cancelling ? t('work.cancelling') : t('work.leave')}</p>
          <div>
            <Button
              variant="default"
              disabled={job.cancelling}
              loading={cancel.isPending}
              onClick={() => cancel.mutate({ params: { job: job.id } })}
            >
              {t('work.cancel')}
            </Button>
          </div>
        </>
      )}
      {cancel.error && <ProblemNotice error={cancel.error} />}
    </Section>
  )
}

function stepName(t: Words, step: string): string {
  if (step === '') return t('work.starting')
  const known = jobSteps.find((one) => one === step)
  return known ? t(`work.step.${known}`) : t('work.step.other', { step })
}
