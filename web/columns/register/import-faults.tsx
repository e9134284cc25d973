import { Button, Checkbox } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { errorSheet, importFaults } from '../../../src/beams/register/intake/contract.ts'
import { type AnswerOf, addressOf, call } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { faultName } from './fault-names.ts'
import classes from './import-faults.module.css'
import type { Import } from './import-state.tsx'
import { useWords } from './words.ts'

type Answer = AnswerOf<typeof importFaults>

/** Rows with faults that are asked for at once. */
const pageSize = 50

/** The fault of a row that is good itself and waits for another of its household: many, and nothing to correct. */
const follower = 'row.household-has-faults'

/** What is wrong: how often each kind of fault occurs, then row by row, and the sheet to correct it in. */
export function ImportFaults({ run }: { run: Import }) {
  const t = useWords()
  const pages = useInfiniteQuery({
    // Counts are part of the key: a new check has new faults.
    queryKey: [importFaults.id, run.id, run.job],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      call(importFaults, { params: { import: run.id }, query: { after: pageParam, limit: pageSize } }, { signal }),
    getNextPageParam: (last: Answer) => last.next ?? undefined,
  })
  const kinds = pages.data?.pages[0]?.byCode ?? []
  const [followers, setFollowers] = useState(false)
  const all = pages.data?.pages.flatMap((page) => page.faults) ?? []
  const faults = followers ? all : all.filter(({ code }) => code !== follower)
  return (
    <Section title={t('faults.title')}>
      <div className={classes.sheet}>
        <p className={classes.help}>{t('faults.sheet-help')}</p>
        <div className={classes.sheetLinks}>
          <Button
            component="a"
            variant="default"
            href={addressOf(errorSheet, { params: { import: run.id }, query: {} })}
            download
          >
            {t('faults.sheet')}
          </Button>
          <a href={addressOf(errorSheet, { params: { import: run.id }, query: { format: 'csv' } })} download>
            {t('faults.sheet-csv')}
          </a>
        </div>
      </div>
      {pages.isPending && <p className={classes.help}>{t('faults.loading')}</p>}
      {pages.error && <ProblemNotice error={pages.error} retry={() => pages.refetch()} />}
      {pages.data && (
        <div className={classes.tables}>
          <ByKind kinds={kinds} run={run} />
          <div className={classes.byRow}>
            {kinds.some(({ code }) => code === follower) && (
              <Checkbox
                size="sm"
                label={t('faults.followers')}
                checked={followers}
                onChange={(event) => setFollowers(event.currentTarget.checked)}
              />
            )}
            <ByRow faults={faults} run={run} />
            {pages.hasNextPage && (
              <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {t('faults.more')}
              </Button>
            )}
          </div>
        </div>
      )}
    </Section>
  )
}

function useFieldName(run: Import): (id: string | null) => string {
  const t = useWords()
  const { field, say } = usePack()
  return (id) => (id === null ? t('faults.whole-row') : say(field(run.form, id)?.name) || id)
}

function ByKind({ kinds, run }: { kinds: Answer['byCode']; run: Import }) {
  const t = useWords()
  const { number } = useFormat()
  const fieldName = useFieldName(run)
  return (
    <table className={classes.table}>
      <caption>{t('faults.by-kind')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('faults.kind')}</th>
          <th scope="col">{t('faults.field')}</th>
          <th scope="col" className={classes.figure}>
            {t('faults.rows')}
          </th>
        </tr>
      </thead>
      <tbody>
        {kinds.map(({ code, field, rows }) => (
          <tr key={`${code} ${field}`}>
            <th scope="row">{faultName(t, code)}</th>
            <td>{field === null ? '' : fieldName(field)}</td>
            <td className={classes.figure}>{number(rows)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ByRow({ faults, run }: { faults: Answer['faults']; run: Import }) {
  const t = useWords()
  const fieldName = useFieldName(run)
  return (
    <table className={classes.table}>
      <caption>{t('faults.first')}</caption>
      <thead>
        <tr>
          <th scope="col" className={classes.figure}>
            {t('faults.row')}
          </th>
          <th scope="col">{t('faults.field')}</th>
          <th scope="col">{t('faults.sentence')}</th>
        </tr>
      </thead>
      <tbody>
        {faults.map((fault, index) => (
          // By index: one row may have the same fault in the same field twice
          <tr key={index}>
            <th scope="row" className={classes.figure}>
              {fault.row}
            </th>
            <td>{fieldName(fault.field)}</td>
            <td>{fault.sentence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
