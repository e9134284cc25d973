import { Button } from '@mantine/core'
import { useState } from 'react'
import { dropImport, showImport, startImport } from '../../../src/beams/register/intake/contract.ts'
import { useChange } from '../../lib/api.ts'
import { Section } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { ImportColumns } from './import-columns.tsx'
import { ImportCounts } from './import-counts.tsx'
import classes from './import-outcome.module.css'
import type { Import } from './import-state.tsx'
import { useWords } from './words.ts'

/** The result of the dry run, and the one button that brings the good households in. */
export function ImportChecked({ run }: { run: Import }) {
  const t = useWords()
  const [changing, setChanging] = useState(false)
  const start = useChange(startImport, { invalidates: [showImport.id] })
  const drop = useChange(dropImport, { invalidates: [showImport.id] })
  const { heldHouseholds, bad } = run.counts
  // Held households that were registered on their own are good and in already.
  const households = run.counts.households - run.counts.registered
  const params = { import: run.id }
  if (changing) return <ImportColumns run={run} onKeep={() => setChanging(false)} />
  return (
    <Section title={t('result.title')}>
      <ImportCounts counts={run.counts} />
      {heldHouseholds > 0 && (
        <Note tone="soon">
          <a href="#held">{t('result.held', { n: heldHouseholds })}</a>
        </Note>
      )}
      <div className={classes.buttons}>
        {households > 0 && (
          <Button loading={start.isPending} onClick={() => start.mutate({ params })}>
            {t('result.start', { n: households })}
          </Button>
        )}
        <Button variant="default" onClick={() => setChanging(true)}>
          {t('mapping.change')}
        </Button>
        <Button
          variant="subtle"
          loading={drop.isPending}
          title={t('mapping.give-up-sure')}
          onClick={() => drop.mutate({ params })}
        >
          {t('mapping.give-up')}
        </Button>
      </div>
      {bad > 0 && households > 0 && <p className={classes.quiet}>{t('result.start-help')}</p>}
      {start.error && <ProblemNotice error={start.error} />}
      {drop.error && <ProblemNotice error={drop.error} />}
    </Section>
  )
}
