import { Button } from '@mantine/core'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { useTexts } from '../texts/index.ts'

/** A page that threw: what happened, and a way to go on. The shell around it stays. */
export function Failed({ error }: { error: unknown }) {
  const say = useTexts()
  return (
    <Page title={say('failedTitle')} reading>
      <ProblemNotice error={error} />
      <div>
        <Button onClick={() => location.reload()}>{say('reload')}</Button>
      </div>
    </Page>
  )
}
