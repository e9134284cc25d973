import { Button } from '@mantine/core'
import { endUserSessions, showUser } from '../../../src/platform/access/users/contract.ts'
import { type AnswerOf, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { Section } from '../../ui/Facts.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useDeviceName } from '../account/device-name.ts'
import { useTexts } from '../texts/index.ts'
import classes from './users.module.css'

/** Where somebody is signed in; each device can be signed out, or all of them. */
export function UserSessions({ user }: { user: AnswerOf<typeof showUser> }) {
  const say = useTexts()
  const { moment } = useFormat()
  const { roleName } = usePack()
  const deviceName = useDeviceName()
  const end = useChange(endUserSessions, { invalidates: [showUser.id] })
  const signOut = (session: string | undefined) =>
    end.mutate(
      { params: { account: user.account }, query: session === undefined ? {} : { session } },
      {
        onSuccess: ({ ended }) => toast.done(say('userSignedOut', { n: ended, count: ended })),
        onError: toast.problem,
      },
    )
  return (
    <Section title={say('devices')}>
      {user.sessions.length === 0 && <p className={classes.quiet}>{say('userNowhere')}</p>}
      <ul className={classes.list}>
        {user.sessions.map((line) => (
          <li key={line.id}>
            <span>
              <strong title={line.agent || undefined}>{deviceName(line.agent)}</strong> · {roleName(line.role)}
              <span className={classes.second}>
                {say('deviceTimes', { opened: moment(line.openedAt), seen: moment(line.seenAt) })}
              </span>
            </span>
            <Button
              variant="default"
              size="compact-sm"
              aria-label={say('deviceEndNamed', { device: deviceName(line.agent), opened: moment(line.openedAt) })}
              onClick={() => signOut(line.id)}
            >
              {say('deviceEnd')}
            </Button>
          </li>
        ))}
      </ul>
      {user.sessions.length > 1 && (
        <div className={classes.actions}>
          <Button variant="default" loading={end.isPending} onClick={() => signOut(undefined)}>
            {say('userSignOutAll')}
          </Button>
        </div>
      )}
    </Section>
  )
}
