import { Popover } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useSession } from '../../lib/session.ts'
import type { RunningJobs } from '../jobs/use-running-jobs.ts'
import { useTexts } from '../texts/index.ts'
import { AccountMenu } from './AccountMenu.tsx'
import { ActingFor } from './ActingFor.tsx'
import { Icon } from './icons.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import classes from './shell.module.css'

const DisplayChoices = lazy(() => import('./DisplayChoices.tsx').then((module) => ({ default: module.DisplayChoices })))

type TopBarProps = { openSearch: () => void; openJobs: () => void; openKeys: () => void; running: RunningJobs }

/** The bar on top: for which place one acts, search, long work, language, display, account. */
export function TopBar({ openSearch, openJobs, openKeys, running }: TopBarProps) {
  const say = useTexts()
  const { may } = useSession()
  const count = running.jobs.length
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.brand}>
        {say('product')}
      </Link>
      <ActingFor />
      <button type="button" className={classes.search} onClick={openSearch} aria-keyshortcuts="Control+K">
        <Icon name="search" />
        <span>{say('search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className={classes.tools}>
        {may('job.read') && (
          <button type="button" className={classes.plainButton} onClick={openJobs} data-busy={count > 0 || undefined}>
            {count > 0 ? say('jobsButtonRunning', { n: count, count }) : say('jobsButton')}
          </button>
        )}
        <span className={classes.wideOnly}>
          <LanguageSwitch />
          <Popover position="bottom-end" shadow="md" trapFocus>
            <Popover.Target>
              <button type="button" className={classes.plainButton}>
                {say('display')}
              </button>
            </Popover.Target>
            <Popover.Dropdown aria-label={say('display')}>
              <Suspense fallback={say('loadingPage')}>
                <DisplayChoices />
              </Suspense>
            </Popover.Dropdown>
          </Popover>
        </span>
        <AccountMenu openKeys={openKeys} />
      </div>
    </header>
  )
}
