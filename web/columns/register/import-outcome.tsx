import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { showImport, startImport, undoImport } from '../../../src/beams/register/intake/contract.ts'
import { useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { ConfirmReason } from '../../ui/ConfirmReason.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { ImportColumns } from './import-columns.tsx'
import { ImportCounts } from './import-counts.tsx'
import classes from './import-outcome.module.css'
import type { Import } from './import-state.tsx'
import { useWords } from './words.ts'

type Ended = 'done' | 'refused' | 'cancelled' | 'undone'

/** How an import ended, and what can still be done about it. */
export function ImportOutcome({ run, state }: { run: Import; state: Ended }) {
  const { counts } = run
  switch (state) {
    case 'done':
      return <Done run={run} />
    case 'refused':
      return <Refused run={run} />
    case 'cancelled':
      return counts.registered > 0 ? <Stopped run={run} /> : <GivenUp run={run} />
    case 'undone':
      return <Undone />
  }
}

function Outcome({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.outcome} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {children}
    </section>
  )
}

function Done({ run }: { run: Import }) {
  const t = useWords()
  const { moment } = useFormat()
  const { registered, updated, bad, skipped } = run.counts
  if (registered === 0 && updated === 0 && bad === 0) {
    return (
      <Outcome title={t('result.all-known')}>
        <ImportCounts counts={run.counts} />
        <UploadAnother />
      </Outcome>
    )
  }
  return (
    <Outcome title={t('done.title', { n: registered })}>
      <p className={classes.words}>
        {run.appliedAt && `${t('done.when', { when: moment(run.appliedAt) })} `}
        {bad + skipped > 0 ? t('done.left', { bad, skipped }) : t('done.none-left')}
      </p>
      {updated > 0 && <p className={classes.words}>{t('done.updated', { n: updated })}</p>}
      <ImportCounts counts={run.counts} />
      <div className={classes.buttons}>
        <Button component={Link} to="/register" search={{ place: run.place.code } as never}>
          {t('done.see')}
        </Button>
        <Undo run={run} />
      </div>
      {registered > 0 && !run.undoable && <p className={classes.quiet}>{t('undo.not')}</p>}
    </Outcome>
  )
}

function Undo({ run }: { run: Import }) {
  const t = useWords()
  const [asking, setAsking] = useState(false)
  const undo = useChange(undoImport, { invalidates: [showImport.id] })
  const { registered: n } = run.counts
  if (!run.undoable) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('undo.button')}
      </Button>
      <ConfirmReason
        opened={asking}
        close={() => setAsking(false)}
        title={t('undo.title', { n })}
        verb={t('undo.go', { n })}
        confirm={(why) => undo.mutateAsync({ params: { import: run.id }, body: { why } })}
      >
        <p>{t('undo.what')}</p>
      </ConfirmReason>
    </>
  )
}

/** Refused: the reason, then either a better mapping or a better file. */
function Refused({ run }: { run: Import }) {
  const t = useWords()
  const [changing, setChanging] = useState(false)
  return (
    <Outcome title={t('refused.title')}>
      <Note tone="act">{run.problem?.title ?? t(run.counts.read > 0 ? 'result.nothing' : 'refused.what')}</Note>
      {run.counts.read > 0 && <ImportCounts counts={run.counts} />}
      {changing ? (
        <ImportColumns run={run} onKeep={() => setChanging(false)} />
      ) : (
        <div className={classes.buttons}>
          <Button component={Link} to="/imports">
            {t('import.upload-again')}
          </Button>
          <Button variant="default" onClick={() => setChanging(true)}>
            {t('mapping.change')}
          </Button>
        </div>
      )}
    </Outcome>
  )
}

/** Stopped in the middle of registering: go on where it stopped, or take back what is in. */
function Stopped({ run }: { run: Import }) {
  const t = useWords()
  const start = useChange(startImport, { invalidates: [showImport.id] })
  return (
    <Outcome title={t('cancelled.partly', { n: run.counts.registered })}>
      <ImportCounts counts={run.counts} />
      <div className={classes.buttons}>
        <Button loading={start.isPending} onClick={() => start.mutate({ params: { import: run.id } })}>
          {t('cancelled.go-on')}
        </Button>
        <Undo run={run} />
      </div>
      {start.error && <ProblemNotice error={start.error} />}
    </Outcome>
  )
}

function GivenUp({ run }: { run: Import }) {
  const t = useWords()
  const [changing, setChanging] = useState(false)
  return (
    <Outcome title={t('cancelled.title')}>
      <p className={classes.words}>{t('cancelled.what')}</p>
      {changing ? (
        <ImportColumns run={run} onKeep={() => setChanging(false)} />
      ) : (
        <div className={classes.buttons}>
          <Button component={Link} to="/imports">
            {t('import.upload-again')}
          </Button>
          <Button variant="default" onClick={() => setChanging(true)}>
            {t('cancelled.check-again')}
          </Button>
        </div>
      )}
    </Outcome>
  )
}

function Undone() {
  const t = useWords()
  return (
    <Outcome title={t('undone.title')}>
      <p className={classes.words}>{t('undone.what')}</p>
      <UploadAnother />
    </Outcome>
  )
}

function UploadAnother() {
  const t = useWords()
  return (
    <div className={classes.buttons}>
      <Button component={Link} to="/imports">
        {t('import.upload-again')}
      </Button>
    </div>
  )
}
