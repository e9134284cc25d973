import { Link, useLocation } from '@tanstack/react-router'
import { EmptyState } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { useTexts } from '../texts/index.ts'

/** An address at which nothing stands. */
export function NotFound() {
  const say = useTexts()
  const { pathname } = useLocation()
  return (
    <Page title={say('notFoundTitle')} reading>
      <EmptyState why={say('notFound', { path: pathname })} action={<Link to="/">{say('notFoundHome')}</Link>} />
    </Page>
  )
}
