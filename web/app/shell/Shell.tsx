import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { whoAmI } from '../../../src/platform/access/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useAbout, usePackAnswer } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { Note, ProblemNotice, SyntheticBanner } from '../../ui/notices.tsx'
import { useRunningJobs } from '../jobs/use-running-jobs.ts'
import { NoRight } from '../pages/NoRight.tsx'
import { useTexts } from '../texts/index.ts'
import { BottomBar } from './BottomBar.tsx'
import { entryOf } from './navigation.ts'
import { ProofGate } from './ProofGate.tsx'
import { Rail } from './Rail.tsx'
import classes from './shell.module.css'
import { TopBar } from './TopBar.tsx'

const QuickSearch = lazy(() => import('./QuickSearch.tsx').then((module) => ({ default: module.QuickSearch })))
const KeysHelp = lazy(() => import('./KeysHelp.tsx').then((module) => ({ default: module.KeysHelp })))
const JobsDrawer = lazy(() => import('./JobsDrawer.tsx').then((module) => ({ default: module.JobsDrawer })))

/** Waits for session and pack, then shows the frame that all pages stand in; without a session leads to the way in. */
export function Shell() {
  const say = useTexts()
  const { session } = useSession()
  const { error, refetch } = useAnswer(whoAmI, {}, { staleTime: 60_000 })
  const pack = usePackAnswer(session !== undefined)
  const router = useRouter()
  const signedOut = error?.status === 401

  // Once, and with the address as it is at that moment: after the step the address is that of the way in.
  useEffect(() => {
    const { href, pathname } = router.state.location
    if (!signedOut || pathname === '/sign-in') return
    void router.navigate({ to: '/sign-in', search: (href === '/' ? {} : { from: href }) as never, replace: true })
  }, [signedOut, router])

  if (signedOut) return null
  const failure = session ? (pack.data ? undefined : pack.error) : error
  if (failure) {
    return (
      <main className={classes.waiting}>
        <ProblemNotice error={failure} retry={() => void (session ? pack.refetch() : refetch())} />
      </main>
    )
  }
  if (!session || !pack.data) {
    return (
      <main className={classes.waiting} aria-busy="true">
        <p role="status">{say('loadingSession')}</p>
      </main>
    )
  }
  return <Frame />
}

function Frame() {
  const say = useTexts()
  const { data: about } = useAbout()
  const { pathname } = useLocation()
  const router = useRouter()
  const main = useRef<HTMLElement>(null)
  const [search, searchHandlers] = useDisclosure(false)
  const [keys, keysHandlers] = useDisclosure(false)
  const [jobs, jobsHandlers] = useDisclosure(false)
  const running = useRunningJobs()
  const { may, session } = useSession()
  const entry = entryOf(pathname)
  const closed = entry && !may(entry.right) ? entry : undefined

  useHotkeys([['mod+K', searchHandlers.open]], [])
  useHotkeys([
    ['shift+?', keysHandlers.open],
    ['?', keysHandlers.open],
  ])

  // Nothing else can be done before the password is one's own.
  useEffect(() => {
    if (session?.temporary && pathname !== '/account') void router.navigate({ to: '/account', replace: true })
  }, [session?.temporary, pathname, router])

  // A new page begins at its main part: whoever hears the page or uses the keyboard is not left in the navigation.
  const first = useRef(true)
  useEffect(() => {
    if (first.current) first.current = false
    else main.current?.focus({ preventScroll: true })
  }, [pathname])

  return (
    <div className={classes.frame}>
      <a href="#main" className={classes.skip}>
        {say('skip')}
      </a>
      <TopBar
        openSearch={searchHandlers.open}
        openJobs={jobsHandlers.open}
        openKeys={keysHandlers.open}
        running={running}
      />
      <Rail />
      <div className={classes.content}>
        {about?.synthetic && <SyntheticBanner />}
        {running.workerAlive === false && (
          <div className={classes.banner}>
            <Note tone="act">{say('noWorker')}</Note>
          </div>
        )}
        {session?.temporary && (
          <div className={classes.banner}>
            <Note tone="act">{say('passwordWanted')}</Note>
          </div>
        )}
        {session?.factor === 'wanted' && (
          <div className={classes.banner}>
            <Note tone="act" action={<Link to="/account">{say('factorWantedLink')}</Link>}>
              {say('factorWanted')}
            </Note>
          </div>
        )}
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          <Suspense fallback={<p className={classes.wait}>{say('loadingPage')}</p>}>
            {closed ? <NoRight entry={closed} /> : <Outlet />}
          </Suspense>
        </main>
      </div>
      <BottomBar openSearch={searchHandlers.open} />
      <ProofGate />
      <Suspense fallback={null}>
        {search && <QuickSearch close={searchHandlers.close} />}
        {keys && <KeysHelp close={keysHandlers.close} />}
        {jobs && <JobsDrawer close={jobsHandlers.close} running={running} />}
      </Suspense>
    </div>
  )
}
