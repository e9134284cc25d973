import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { countHouseholds, listHouseholds } from '../../../src/beams/register/household/contract.ts'
import { listImports, showImport } from '../../../src/beams/register/intake/contract.ts'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { ImportChecked } from './import-checked.tsx'
import { ImportColumns } from './import-columns.tsx'
import { ImportFaults } from './import-faults.tsx'
import { ImportHeld } from './import-held.tsx'
import { ImportLayout } from './import-layout.tsx'
import { ImportOutcome } from './import-outcome.tsx'
import { type Import, ImportStateMark, isBusy } from './import-state.tsx'
import { ImportSteps } from './import-steps.tsx'
import { ImportWork, lookAgain } from './import-work.tsx'
import { useWords } from './words.ts'

/** What the register shows elsewhere and an import changes. */
const changed = [listImports.id, listHouseholds.id, countHouseholds.id, showPlace.id]

/** One import as a task with steps. Everything is read from the server, so a reload stands where the work stands. */
export default function ImportPage() {
  const t = useWords()
  const { import: id } = useParams({ strict: false }) as { import?: string }
  const run = useAnswer(
    showImport,
    { params: { import: Number(id) } },
    { every: (last) => (last && isBusy(last.state) ? lookAgain : false) },
  )
  useFreshRegister(run.data?.state)
  const crumbs = [{ name: t('imports.title'), to: '/imports' }]
  if (!run.data) {
    return (
      <Page title={run.error ? t('imports.title') : t('import.loading')} breadcrumbs={crumbs}>
        {run.error && (
          <ProblemNotice error={run.error} retry={run.error.status === 404 ? undefined : () => run.refetch()} />
        )}
      </Page>
    )
  }
  return (
    <Page
      title={t('import.title', { file: run.data.fileName })}
      subtitle={<Origin run={run.data} />}
      breadcrumbs={crumbs}
    >
      <ImportSteps run={run.data} />
      {run.error && <ProblemNotice error={run.error} retry={() => run.refetch()} />}
      <Body run={run.data} />
    </Page>
  )
}

function Origin({ run }: { run: Import }) {
  const t = useWords()
  const { moment, person } = useFormat()
  return (
    <>
      <ImportStateMark run={run} /> · {t('import.by', { by: person(run.by), when: moment(run.createdAt) })} ·{' '}
      {run.place.name}
    </>
  )
}

function Body({ run }: { run: Import }) {
  const { state, counts } = run
  switch (state) {
    case 'mapping':
      return (
        <>
          <ImportLayout run={run} />
          <ImportColumns run={run} />
        </>
      )
    case 'checking':
    case 'applying':
    case 'undoing':
      return <ImportWork run={run} state={state} />
    case 'checked':
      return (
        <>
          <ImportChecked run={run} />
          <Findings run={run} />
        </>
      )
    default:
      return (
        <>
          <ImportOutcome run={run} state={state} />
          {state !== 'undone' && counts.read > 0 && <Findings run={run} />}
        </>
      )
  }
}

/** What needs a look: households held for a decision, then what is wrong. */
function Findings({ run }: { run: Import }) {
  return (
    <>
      {run.counts.heldHouseholds > 0 && <ImportHeld run={run} />}
      {run.counts.bad > 0 && <ImportFaults run={run} />}
    </>
  )
}

/** When work has ended, lists and counts that were loaded before are out of date. */
function useFreshRegister(state: Import['state'] | undefined): void {
  const client = useQueryClient()
  const before = useRef(state)
  useEffect(() => {
    if (before.current && state && before.current !== state && !isBusy(state)) {
      for (const id of changed) void client.invalidateQueries({ queryKey: [id] })
    }
    before.current = state
  }, [state, client])
}
