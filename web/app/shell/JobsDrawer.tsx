import { Drawer } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { listJobs } from '../../../src/platform/jobs/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { EmptyState } from '../../ui/notices.tsx'
import { JobLine } from '../jobs/JobLine.tsx'
import type { RunningJobs } from '../jobs/use-running-jobs.ts'
import { useTexts } from '../texts/index.ts'

/** Long work at the right edge: what is under way, and below it what ended last. */
export function JobsDrawer({ close, running }: { close: () => void; running: RunningJobs }) {
  const say = useTexts()
  const client = useQueryClient()
  // Whoever opens the drawer wants to know now.
  useEffect(() => void client.invalidateQueries({ queryKey: [listJobs.id] }), [client])
  const { data } = useAnswer(listJobs, { query: { open: 'no', limit: 5 } })
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={400}
      title={say('jobs')}
      closeButtonProps={{ 'aria-label': say('close') }}
    >
      {running.jobs.length === 0 && <EmptyState why={say('jobsNoneRunning')} />}
      {[...running.jobs, ...(data?.jobs ?? [])].map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
      <p>
        <Link to="/jobs" onClick={close}>
          {say('jobsAll')}
        </Link>
      </p>
    </Drawer>
  )
}
