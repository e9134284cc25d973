import { Drawer } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTexts } from '../texts/index.ts'
import { DisplayChoices } from './DisplayChoices.tsx'
import { Icon } from './icons.tsx'
import type { Entry } from './navigation.ts'
import classes from './shell.module.css'

/** What the bar of a phone has no room for: the rest of the work, and how the screens look. */
export function MoreSheet({ entries, close }: { entries: readonly Entry[]; close: () => void }) {
  const say = useTexts()
  return (
    <Drawer
      opened
      onClose={close}
      position="bottom"
      size="auto"
      title={say('more')}
      closeButtonProps={{ 'aria-label': say('close') }}
    >
      <ul className={classes.sheet}>
        {entries.map(({ key, to }) => (
          <li key={key}>
            <Link to={to} className={classes.entry} onClick={close}>
              <Icon name={key} />
              {say(key)}
            </Link>
          </li>
        ))}
      </ul>
      <DisplayChoices withLanguage />
    </Drawer>
  )
}
