import { Link } from '@tanstack/react-router'
import { useSession } from '../../lib/session.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icons.tsx'
import { entries } from './navigation.ts'
import classes from './shell.module.css'

/** The left rail: the work there is for this post. */
export function Rail() {
  const say = useTexts()
  const { may } = useSession()
  return (
    <nav className={classes.rail} aria-label={say('navigation')}>
      <ul>
        {entries
          .filter(({ right }) => may(right))
          .map(({ key, to }) => (
            <li key={key}>
              <Link to={to} activeOptions={{ exact: to === '/' }} className={classes.entry}>
                <Icon name={key} />
                {say(key)}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  )
}
