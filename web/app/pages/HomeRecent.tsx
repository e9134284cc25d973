import { Link } from '@tanstack/react-router'
import { listImports } from '../../../src/beams/register/intake/contract.ts'
import { listJobs } from '../../../src/platform/jobs/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { useSession } from '../../lib/session.ts'
import { useJobWords } from '../../ui/job-words.ts'
import { keyFor, useTexts } from '../texts/index.ts'
import classes from './Home.module.css'

/** The latest imports and the latest long work at the person's place, as far as the post may see them. */
export function HomeRecent() {
  const { may } = useSession()
  return (
    <>
      {may('household.import') && <RecentImports />}
      {may('job.read') && <RecentJobs />}
    </>
  )
}

function RecentImports() {
  const say = useTexts()
  const format = useFormat()
  const { data } = useAnswer(listImports, { query: { limit: 4 } })
  if (!data) return null
  return (
    <section aria-labelledby="home-imports">
      <h2 id="home-imports">{say('homeRecentImports')}</h2>
      {data.imports.length === 0 && <p className={classes.quiet}>{say('homeNoImports')}</p>}
      <ul className={classes.links}>
        {data.imports.map((one) => (
          <li key={one.id}>
            <Link to="/imports/$import" params={{ import: String(one.id) }}>
              {one.fileName}
            </Link>
            <span className={classes.quiet}>
              {format.person(one.by)} · {format.ago(one.createdAt)}
            </span>
          </li>
        ))}
      </ul>
      {data.next !== null && <Link to="/imports">{say('homeAllImports')}</Link>}
    </section>
  )
}

function RecentJobs() {
  const say = useTexts()
  const format = useFormat()
  const words = useJobWords()
  const { data } = useAnswer(listJobs, { query: { limit: 4 } })
  if (!data) return null
  return (
    <section aria-labelledby="home-jobs">
      <h2 id="home-jobs">{say('homeRecentJobs')}</h2>
      {data.jobs.length === 0 && <p className={classes.quiet}>{say('homeNoJobs')}</p>}
      <ul className={classes.links}>
        {data.jobs.map((job) => {
          const state = keyFor('state', job.state)
          return (
            <li key={job.id}>
              <Link to="/jobs">{words.kind(job.kind)}</Link>
              <span className={classes.quiet}>
                {state ? say(state as never) : job.state} · {format.ago(job.updatedAt)}
              </span>
            </li>
          )
        })}
      </ul>
      {data.next !== null && <Link to="/jobs">{say('homeAllJobs')}</Link>}
    </section>
  )
}
