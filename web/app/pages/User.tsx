import { useParams } from '@tanstack/react-router'
import { showUser } from '../../../src/platform/access/users/contract.ts'
import { type AnswerOf, useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { useTexts } from '../texts/index.ts'
import { UserActs } from '../users/UserActs.tsx'
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
    <Page title={say('userNamed', { name: user.name })} breadcrumbs={crumbs} reading>
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
      {rules && <UserActs user={user} />}
      <UserPosts user={user} />
      {rules && <UserSessions user={user} />}
    </Page>
  )
}
