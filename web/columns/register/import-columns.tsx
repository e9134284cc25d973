import { Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useCallback, useMemo, useRef, useState } from 'react'
import { checkImport, showImport } from '../../../src/beams/register/intake/contract.ts'
import { isPeriod } from '../../../src/kernel/calendar.ts'
import { useChange } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { Section } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { ColumnRow, type FieldChoices } from './import-column-row.tsx'
import classes from './import-columns.module.css'
import type { Import } from './import-state.tsx'
import { checkMapping } from './mapping.ts'
import { useMappingDraft } from './mapping-draft.ts'
import { useWords } from './words.ts'

/** Shortest reason that the server takes. */
const shortestReason = 3

/** Which column is which field, of what period the facts are, and why they are brought in; then the check. */
export function ImportColumns({ run, onKeep }: { run: Import; onKeep?: (() => void) | undefined }) {
  const t = useWords()
  const { pack, say } = usePack()
  const form = pack.forms.find(({ id }) => id === run.form)!
  const { headings, sample } = run.layout
  const { draft, setDraft, forget } = useMappingDraft(run.id, {
    mapping: run.mapping,
    period: run.period,
    why: run.why,
  })
  const { mapping, period, why } = draft
  const [onlyOpen, setOnlyOpen] = useState(false)
  const [tried, setTried] = useState(false)
  const summary = useRef<HTMLDivElement>(null)
  const check = useChange(checkImport, { invalidates: [showImport.id] })
  const found = useMemo(() => checkMapping(form, mapping), [form, mapping])
  const doubled = useMemo(() => new Set(found.doubled.map(({ field }) => field.id)), [found])
  const choices = useMemo<FieldChoices>(
    () =>
      form.sections
        .map((section) => ({
          group: `${section.number} ${say(section.title)}`,
          items: section.fields
            .filter(({ derived }) => !derived)
            .map(({ id, number, name }) => ({ value: id, label: `${number} ${say(name)}` })),
        }))
        .filter(({ items }) => items.length > 0),
    [form, say],
  )
  const choose = useCallback(
    (column: number, field: string | null) =>
      setDraft((before) => ({ ...before, mapping: before.mapping.map((one, at) => (at === column ? field : one)) })),
    [setDraft],
  )
  const first = run.state === 'mapping'
  const names = (fields: readonly { name: Record<string, string> }[]) =>
    fields.map(({ name }) => say(name)).join(t('list.comma'))
  const periodWrong = !isPeriod(period)
  const whyShort = why.trim().length < shortestReason
  const faulty = found.missing.length > 0 || found.doubled.length > 0 || periodWrong || whyShort
  const open = mapping.map((id, column) => ({ id, column })).filter(({ id }) => !onlyOpen || id === null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (faulty) {
      summary.current?.focus()
      return
    }
    await check
      .mutateAsync({ params: { import: run.id }, body: { mapping: [...mapping], period, why: why.trim() } })
      .then(
        () => {
          forget()
          onKeep?.()
        },
        // The refusal is shown from the mutation's own state.
        () => undefined,
      )
  }

  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      <div ref={summary} tabIndex={-1} className={classes.summary}>
        {(found.missing.length > 0 || found.doubled.length > 0 || (tried && faulty)) && (
          <Note tone="act">
            {tried && faulty && <p className={classes.sentence}>{t('mapping.faults')}</p>}
            {found.missing.length > 0 && (
              <p className={classes.sentence}>{t('mapping.missing', { fields: names(found.missing) })}</p>
            )}
            {found.doubled.map(({ field, columns }) => (
              <p key={field.id} className={classes.sentence}>
                {t('mapping.doubled', { field: say(field.name), n: columns })}
              </p>
            ))}
            {tried && periodWrong && <p className={classes.sentence}>{t('mapping.period')}</p>}
            {tried && whyShort && <p className={classes.sentence}>{t('mapping.why-short')}</p>}
          </Note>
        )}
      </div>
      <Section
        title={t('mapping.title')}
        aside={
          <Checkbox
            size="sm"
            label={t('mapping.only-open')}
            checked={onlyOpen}
            onChange={(event) => setOnlyOpen(event.currentTarget.checked)}
          />
        }
      >
        <p className={classes.help}>
          {first && `${t('mapping.help')} `}
          {t('mapping.summary', { used: found.used, all: headings.length, left: headings.length - found.used })}
          {found.unfilled.length > 0 && ` ${t('mapping.unfilled', { fields: names(found.unfilled) })}`}
        </p>
        <div className={classes.headings} aria-hidden="true">
          <span>{t('mapping.column')}</span>
          <span>{t('mapping.samples')}</span>
          <span>{t('mapping.field')}</span>
        </div>
        <ul className={classes.rows}>
          {open.map(({ id, column }) => (
            <ColumnRow
              // Columns have no name of their own that is sure to be there once; their place in the file is it.
              key={column}
              column={column}
              heading={headings[column] ?? ''}
              sample={sample}
              field={id}
              choices={choices}
              guessed={first && id !== null && id === run.mapping[column]}
              doubled={id !== null && doubled.has(id)}
              onChoose={choose}
            />
          ))}
        </ul>
        {open.length === 0 && <p className={classes.help}>{t('mapping.none-open')}</p>}
      </Section>
      <div className={classes.inputs}>
        <TextInput
          label={t('mapping.period')}
          description={t('mapping.period-help', { example: pack.period })}
          error={
            tried && periodWrong
              ? t('mapping.period-wrong', { example: pack.period, month: `${pack.period.slice(0, 4)}-09` })
              : undefined
          }
          value={period}
          maxLength={7}
          inputMode="numeric"
          onChange={(event) => setDraft({ ...draft, period: event.currentTarget.value.trim() })}
        />
        <Textarea
          label={t('mapping.why')}
          description={t('mapping.why-help')}
          error={tried && whyShort ? t('mapping.why-short') : undefined}
          value={why}
          maxLength={300}
          autosize
          minRows={2}
          onChange={(event) => setDraft({ ...draft, why: event.currentTarget.value })}
        />
      </div>
      {check.error && <ProblemNotice error={check.error} />}
      <div className={classes.buttons}>
        <Button type="submit" loading={check.isPending}>
          {t(first ? 'mapping.check' : 'mapping.check-again', { n: found.used })}
        </Button>
        {onKeep && (
          <Button variant="default" onClick={onKeep}>
            {t('mapping.keep')}
          </Button>
        )}
      </div>
    </form>
  )
}
