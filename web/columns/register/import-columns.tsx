import { Button, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { checkImport, dropImport, showImport } from '../../../src/beams/register/intake/contract.ts'
import { isPeriod } from '../../../src/kernel/calendar.ts'
import { useChange } from '../../lib/api.ts'
import { type PackField, usePack } from '../../lib/pack.ts'
import { shortestReason } from '../../lib/reason.ts'
import { Section } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import classes from './import-columns.module.css'
import type { Import } from './import-state.tsx'
import { checkMapping } from './mapping.ts'
import { useMappingDraft } from './mapping-draft.ts'
import { MappingTable } from './mapping-table.tsx'
import { useWords } from './words.ts'

/** Of what period the facts are, why they are brought in, which column is which field; then the check. */
export function ImportColumns({ run, onKeep }: { run: Import; onKeep?: (() => void) | undefined }) {
  const t = useWords()
  const { pack, say } = usePack()
  const form = pack.forms.find(({ id }) => id === run.form)!
  const all = run.layout.headings.length
  const { draft, setDraft, forget } = useMappingDraft(run.id, {
    mapping: run.mapping,
    period: run.period,
    why: run.why,
  })
  const { mapping, period, why } = draft
  // How often the check was asked for: faults of the inputs are told from the first time on, and lead back up each time.
  const [tries, setTries] = useState(0)
  const summary = useRef<HTMLDivElement>(null)
  const check = useChange(checkImport, { invalidates: [showImport.id] })
  const drop = useChange(dropImport, { invalidates: [showImport.id] })
  const found = useMemo(() => checkMapping(form, mapping), [form, mapping])
  const choose = useCallback(
    (column: number, field: string | null) =>
      setDraft((before) => ({ ...before, mapping: before.mapping.map((one, at) => (at === column ? field : one)) })),
    [setDraft],
  )
  useEffect(() => {
    if (tries > 0) summary.current?.focus()
  }, [tries])

  const first = run.state === 'mapping'
  const told = tries > 0
  const names = (fields: readonly PackField[]) => fields.map(({ name }) => say(name)).join(t('list.comma'))
  const periodFault =
    isPeriod(period) && period.length === pack.period.length
      ? undefined
      : t('mapping.period-wrong', { example: pack.period })
  const whyFault = why.trim().length < shortestReason ? t('mapping.why-short') : undefined
  const faults = [
    ...(found.missing.length > 0 ? [t('mapping.missing', { fields: names(found.missing) })] : []),
    ...found.doubled.map(({ field, columns }) => t('mapping.doubled', { field: say(field.name), n: columns })),
  ]
  const inputFaults = [periodFault, whyFault].filter((fault) => fault !== undefined)
  const shownFaults = told ? [...faults, ...inputFaults] : faults

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (faults.length + inputFaults.length > 0) return setTries(tries + 1)
    check.mutate(
      { params: { import: run.id }, body: { mapping: [...mapping], period, why: why.trim() } },
      {
        onSuccess: () => {
          forget()
          onKeep?.()
        },
      },
    )
  }

  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      <div ref={summary} tabIndex={-1} className={classes.summary}>
        {shownFaults.length > 0 && (
          <Note tone="act">
            {told && <p className={classes.sentence}>{t('mapping.faults')}</p>}
            {shownFaults.map((fault) => (
              <p key={fault} className={classes.sentence}>
                {fault}
              </p>
            ))}
          </Note>
        )}
      </div>
      <div className={classes.inputs}>
        <TextInput
          label={t('mapping.period')}
          description={t('mapping.period-help', { example: pack.period })}
          error={told && periodFault}
          value={period}
          maxLength={7}
          inputMode="numeric"
          onChange={(event) => setDraft({ ...draft, period: event.currentTarget.value.trim() })}
        />
        <Textarea
          label={t('mapping.why')}
          description={t('mapping.why-help')}
          error={told && whyFault}
          value={why}
          maxLength={300}
          autosize
          minRows={1}
          onChange={(event) => setDraft({ ...draft, why: event.currentTarget.value })}
        />
      </div>
      <Section title={t('mapping.title')}>
        <p className={classes.help}>
          {first && `${t('mapping.help')} `}
          {t('mapping.summary', { used: found.used, all, left: all - found.used })}
        </p>
        <MappingTable run={run} form={form} mapping={mapping} found={found} onChoose={choose} />
      </Section>
      <div className={classes.bar}>
        {check.error && <ProblemNotice error={check.error} />}
        {drop.error && <ProblemNotice error={drop.error} />}
        <div className={classes.buttons}>
          <Button type="submit" loading={check.isPending}>
            {t(first ? 'mapping.check' : 'mapping.check-again', { n: found.used })}
          </Button>
          {onKeep && (
            <Button variant="default" onClick={onKeep}>
              {t('mapping.keep')}
            </Button>
          )}
          {first && (
            <Button
              variant="subtle"
              loading={drop.isPending}
              title={t('mapping.give-up-sure')}
              onClick={() => drop.mutate({ params: { import: run.id } })}
            >
              {t('mapping.give-up')}
            </Button>
          )}
        </div>
      </div>
    </form>
  )
}
