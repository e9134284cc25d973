import { useDisclosure } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useSession } from '../../lib/session.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icons.tsx'
import { entries } from './navigation.ts'
import classes from './shell.module.css'

const MoreSheet = lazy(() => import('./MoreSheet.tsx').then((module) => ({ default: module.MoreSheet })))

/** The bar of a phone, within reach of the thumb: the first two pieces of work, search, and everything else. */
export function BottomBar({ openSearch }: { openSearch: () => void }) {
  const say = useTexts()
  const { may } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const mine = entries.filter(({ right }) => may(right))
  const [first, second, ...rest] = mine
  return (
    <>
      <nav className={classes.bottom} aria-label={say('navigation')}>
        {[first, second].map(
          (entry) =>
            entry && (
              <Link
                key={entry.key}
                to={entry.to}
                activeOptions={{ exact: entry.to === '/' }}
                className={classes.bottomEntry}
              >
                <Icon name={entry.key} />
                {say(entry.key)}
              </Link>
            ),
        )}
        <button type="button" className={classes.bottomEntry} onClick={openSearch}>
          <Icon name="search" />
          {say('search')}
        </button>
        <button type="button" className={classes.bottomEntry} onClick={open} aria-expanded={opened}>
          <Icon name="more" />
          {say('more')}
        </button>
      </nav>
      <Suspense fallback={null}>{opened && <MoreSheet entries={rest} close={close} />}</Suspense>
    </>
  )
}
