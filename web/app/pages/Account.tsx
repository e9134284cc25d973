import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { usePack } from '../../lib/pack.ts'
import { useChoosePost, useSession } from '../../lib/session.ts'
import { Facts, Section } from '../../ui/Facts.tsx'
import { Page } from '../../ui/Page.tsx'
import { toast } from '../../ui/toasts.tsx'
import { PasswordForm } from '../account/PasswordForm.tsx'
import { SecondFactor } from '../account/SecondFactor.tsx'
import { SessionList } from '../account/SessionList.tsx'
import { DisplayChoices } from '../shell/DisplayChoices.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './Account.module.css'

/** Who one is here: name, posts, what the post may do; and how the screens look on this device. */
export function Account() {
  const say = useTexts()
  const { session } = useSession()
  const { roleName, levelName } = usePack()
  const choose = useChoosePost()
  const navigate = useNavigate()
  if (!session) return null
  return (
    <Page title={say('accountTitle')} subtitle={say('accountSubtitle')} reading>
      <Facts
        facts={[
          { id: 'name', name: say('accountName'), value: session.account.name },
          { id: 'login', name: say('accountLogin'), value: session.account.login },
        ]}
      />
      <PasswordForm login={session.account.login} wanted={session.temporary} />
      <Section title={say('accountPosts')}>
        <ul className={classes.posts}>
          {session.posts.map((post) => (
            <li key={post.id}>
              <span>
                <strong>{post.place.name}</strong> · {levelName(post.place.level)} · {roleName(post.role)}
              </span>
              {post.id === session.post.id ? (
                <span className={classes.quiet}>{say('accountPostNow')}</span>
              ) : (
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() => void choose(post.id).then(() => navigate({ to: '/' }), toast.problem)}
                >
                  {say('accountPostUse', { place: post.place.name })}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Section>
      <SecondFactor login={session.account.login} />
      <SessionList />
      <Section title={say('accountRights')}>
        <p className={classes.quiet}>
          {session.rights.map((right) => (
            <code key={right} className={classes.right}>
              {right}
            </code>
          ))}
        </p>
      </Section>
      <Section title={say('accountDevice')}>
        <DisplayChoices withLanguage />
      </Section>
    </Page>
  )
}
