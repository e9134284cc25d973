import { Link } from '@tanstack/react-router'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { EmptyState } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import type { Entry } from '../shell/navigation.ts'
import { useTexts } from '../texts/index.ts'

/** A page that the person's post does not open: why, and who can help. */
export function NoRight({ entry }: { entry: Entry }) {
  const say = useTexts()
  const { session } = useSession()
  const { roleName } = usePack()
  return (
    <Page title={say(entry.key)} reading>
      <EmptyState
        why={say('noRight', { role: roleName(session?.post.role ?? '') })}
        action={<Link to="/">{say('notFoundHome')}</Link>}
      >
        {say('noRightHow', { right: entry.right })} {session && session.posts.length > 1 && say('noRightOtherPost')}
      </EmptyState>
    </Page>
  )
}
