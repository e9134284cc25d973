import { Link } from '@tanstack/react-router'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { EmptyState, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './Home.module.css'
import { HomeGroups } from './HomeGroups.tsx'
import { HomeRecent } from './HomeRecent.tsx'

/** Where the day begins: the person's place in a sentence, how its households stand, what is new, what can be done. */
export function Home() {
  const say = useTexts()
  const format = useFormat()
  const { levelName, tagName, roleName } = usePack()
  const { session, may } = useSession()
  const own = session?.post.place
  const reads = may('household.read')
  const place = useAnswer(
    showPlace,
    { params: { code: own?.code ?? '' } },
    { enabled: own !== undefined && may('place.read') },
  )
  if (!session || !own) return null
  const { data } = place
  const shows = reads && data !== undefined && data.households > 0

  const todo = [
    reads && { to: '/register', name: say('homeSearch') },
    may('household.import') && { to: '/imports', name: say('homeImport') },
    may('job.read') && { to: '/jobs', name: say('homeJobs') },
    { to: '/dictionary', name: say('homeDictionary') },
    { to: '/reference', name: say('homeReference') },
  ].filter((entry) => entry !== false)

  return (
    <Page
      title={own.name}
      {...(levelName(own.level) === own.name ? {} : { count: levelName(own.level) })}
      subtitle={
        data && data.households > 0
          ? say('homeOnRecord', {
              households: say('homeHouseholds', { n: format.number(data.households), count: data.households }),
              persons: say('homePersons', { n: format.number(data.persons), count: data.persons }),
            })
          : roleName(session.post.role)
      }
    >
      {place.error && <ProblemNotice error={place.error} retry={() => void place.refetch()} />}
      {data && data.tags.length > 0 && (
        <p className={classes.tags}>
          {say('placeTags', { tags: data.tags.map(({ tag }) => tagName(tag)).join(' · ') })}
        </p>
      )}
      {!reads && <p>{say('homeNoRegister')}</p>}
      {reads && data?.households === 0 && (
        <EmptyState
          why={say('homeEmpty')}
          action={may('household.import') && <Link to="/imports">{say('homeImport')}</Link>}
        >
          {may('household.import') && say('homeEmptyHow')}
        </EmptyState>
      )}
      <div className={classes.columns} data-single={!shows || undefined}>
        {shows && <HomeGroups place={data} />}
        <div className={classes.side}>
          <section aria-labelledby="home-todo">
            <h2 id="home-todo">{say('homeCanDo')}</h2>
            <ul className={classes.links}>
              {todo.map(({ to, name }) => (
                <li key={to}>
                  <Link to={to}>{name}</Link>
                </li>
              ))}
            </ul>
          </section>
          <HomeRecent />
        </div>
      </div>
    </Page>
  )
}
