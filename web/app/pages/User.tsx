import { Button, Modal } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import {
  disableUser,
  enableUser,
  listUsers,
  resetUserFactor,
  resetUserPassword,
  showUser,
} from '../../../src/platform/access/users/contract.ts'
import { type AnswerOf, useAnswer, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { Facts, Section } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import { HandedPassword } from '../users/HandedPassword.tsx'
import { UserPosts } from '../users/UserPosts.tsx'
import { UserSessions } from '../users/UserSessions.tsx'
import { UserState } from '../users/UserState.tsx'
import classes from '../users/users.module.css'

/** One account: what it is, its posts, where it is signed in, and what may be done about it. */
export function User() {
  const say = useTexts()
  const { account } = useParams({ strict: false }) as { account?: string }
  const user = useAnswer(showUser, { params: { account: Number(account) } })
  const crumbs = [{ name: say('users'), to: '/users' }]
  if (user.error && !user.data) {
    return (
      <Page title={say('userTitle')} breadcrumbs={crumbs}>
        <ProblemNotice error={user.error} retry={user.error.status === 404 ? undefined : () => void user.refetch()} />
      </Page>
    )
  }
  if (!user.data) {
    return (
      <Page title={say('userTitle')} breadcrumbs={crumbs}>
        <p className={classes.quiet} aria-busy="true">
          {say('loadingPage')}
        </p>
      </Page>
    )
  }
  return <Account user={user.data} crumbs={crumbs} />
}

function Account({ user, crumbs }: { user: AnswerOf<typeof showUser>; crumbs: { name: string; to: string }[] }) {
  const say = useTexts()
  const { moment } = useFormat()
  const rules = user.manage === 'yes'
  return (
    <Page title={user.name} breadcrumbs={crumbs} reading>
      {user.manage !== 'yes' && <Note tone="soon">{say(`userManage_${user.manage}`)}</Note>}
      <Facts
        facts={[
          { id: 'login', name: say('accountLogin'), value: user.login },
          {
            id: 'state',
            name: say('userState'),
            value: <UserState disabled={user.disabledAt !== null} temporary={user.temporary} factor={user.factor} />,
          },
          ...(user.disabledAt ? [{ id: 'closed', name: say('userClosedSince'), value: moment(user.disabledAt) }] : []),
          ...(user.lockedUntil ? [{ id: 'locked', name: say('userLocked'), value: moment(user.lockedUntil) }] : []),
          { id: 'made', name: say('userMade'), value: moment(user.createdAt) },
        ]}
      />
      {rules && <Acts user={user} />}
      <UserPosts user={user} />
      {rules && <UserSessions user={user} />}
    </Page>
  )
}

/** What is done about the account as a whole. */
function Acts({ user }: { user: AnswerOf<typeof showUser> }) {
  const say = useTexts()
  const stale = { invalidates: [showUser.id, listUsers.id] }
  const close = useChange(disableUser, stale)
  const open = useChange(enableUser, stale)
  const password = useChange(resetUserPassword, stale)
  const factor = useChange(resetUserFactor, stale)
  const params = { account: user.account }
  const shut = user.disabledAt !== null
  return (
    <Section title={say('userActs')}>
      <p className={classes.quiet}>{say('userActsHint')}</p>
      <div className={classes.actions}>
        <Button
          variant="default"
          loading={password.isPending}
          onClick={() => password.mutate({ params }, { onError: toast.problem })}
        >
          {say('userResetPassword')}
        </Button>
        {user.factor && (
          <Button
            variant="default"
            loading={factor.isPending}
            onClick={() =>
              factor.mutate({ params }, { onSuccess: () => toast.done(say('userFactorGone')), onError: toast.problem })
            }
          >
            {say('userResetFactor')}
          </Button>
        )}
        {(shut || user.lockedUntil !== null) && (
          <Button
            variant="default"
            loading={open.isPending}
            onClick={() =>
              open.mutate({ params }, { onSuccess: () => toast.done(say('userOpened')), onError: toast.problem })
            }
          >
            {say('userEnable')}
          </Button>
        )}
        {!shut && (
          <Button
            variant="default"
            loading={close.isPending}
            onClick={() =>
              close.mutate(
                { params },
                {
                  onSuccess: () =>
                    toast.undoable(say('userWasClosed', { name: user.name }), say('userEnable'), () =>
                      open.mutate({ params }, { onError: toast.problem }),
                    ),
                  onError: toast.problem,
                },
              )
            }
          >
            {say('userDisable')}
          </Button>
        )}
      </div>
      <Modal
        opened={password.data !== undefined}
        onClose={password.reset}
        title={say('userNewPassword')}
        closeButtonProps={{ 'aria-label': say('close') }}
      >
        {password.data && <HandedPassword login={user.login} password={password.data.password} done={password.reset} />}
      </Modal>
    </Section>
  )
}
