import { Button } from '@mantine/core'
import { listJobs } from '../../../src/platform/jobs/contract.ts'
import { type AnswerOf, useAnswer, usePages } from '../../lib/api.ts'
import { Section } from '../../ui/Facts.tsx'
import { EmptyState, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { JobLine } from '../jobs/JobLine.tsx'
import classes from '../jobs/jobs.module.css'
import { useTexts } from '../texts/index.ts'

type Jobs = AnswerOf<typeof listJobs>
const rowsOf = (page: Jobs) => page.jobs
const next = (page: Jobs) => (page.next === null ? null : { before: page.next })

/** All long work at the person's place: under way on top, ended below, newest first. */
export function Jobs() {
  const say = useTexts()
  // The shell keeps this answer fresh; asked with the same input, it is the same one.
  const running = useAnswer(listJobs, { query: { open: 'yes', limit: 20 } })
  const ended = usePages(listJobs, { query: { open: 'no' } }, { next, rowsOf })
  const nothing = running.data?.jobs.length === 0 && ended.rows?.length === 0
  return (
    <Page title={say('jobsTitle')} subtitle={say('jobsSubtitle')}>
      {nothing && <EmptyState why={say('jobsNone')}>{say('jobsNoneHow')}</EmptyState>}
      {running.error && <ProblemNotice error={running.error} retry={() => void running.refetch()} />}
      {!nothing && (
        <div className={classes.jobs}>
          <Section title={say('jobsRunning')}>
            {running.data?.jobs.length === 0 && <p className={classes.facts}>{say('jobsNoneRunning')}</p>}
            {running.data?.jobs.map((job) => (
              <JobLine key={job.id} job={job} />
            ))}
          </Section>
        </div>
      )}
      {!nothing && (
        <div className={classes.jobs}>
          <Section title={say('jobsEnded')}>
            {ended.error && <ProblemNotice error={ended.error} retry={ended.retry} />}
            {ended.rows?.map((job) => (
              <JobLine key={job.id} job={job} />
            ))}
            {ended.more.has && (
              <div>
                <Button variant="default" loading={ended.more.loading} onClick={ended.more.load}>
                  {say('jobsMore')}
                </Button>
              </div>
            )}
          </Section>
        </div>
      )}
    </Page>
  )
}
