import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useSession, useSignOut } from '../../lib/session.ts'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './shell.module.css'

/** The person: account page, keys, the way out. */
export function AccountMenu({ openKeys }: { openKeys: () => void }) {
  const say = useTexts()
  const { session } = useSession()
  const leave = useSignOut()
  const navigate = useNavigate()
  if (!session) return null
  const { name } = session.account
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <button type="button" className={classes.plainButton} aria-label={say('accountOf', { name })}>
          {name}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: '/account' })}>{say('account')}</Menu.Item>
        <Menu.Item onClick={openKeys} rightSection={<kbd>?</kbd>}>
          {say('keys')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave(() => navigate({ to: '/sign-in', replace: true })).catch(toast.problem)}>
          {say('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
