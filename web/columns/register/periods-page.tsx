import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { listPeriods } from '../../../src/beams/register/period/contract.ts'
import { type AnswerOf, usePages } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { useSession } from '../../lib/session.ts'
import { ListTable } from '../../ui/ListTable.tsx'
import type { Column } from '../../ui/list.ts'
import { EmptyState } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { OpenPeriodDialog } from './period-dialog.tsx'
import { type Period, periodTones, usePeriodWords } from './period-words.ts'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Periods = AnswerOf<typeof listPeriods>
const rowsOf = (page: Periods) => page.periods
const nextOf = (page: Periods) => (page.next === null ? null : { before: page.next })

/** The yearly update: every period that holds here, and the way to open another. */
export default function PeriodsPage() {
  const t = useWords()
  const { may } = useSession()
  const { name } = usePeriodWords()
  const [opening, setOpening] = useState(false)
  const list = usePages(listPeriods, { query: { limit: 30 } }, { next: nextOf, rowsOf })
  const columns = usePeriodColumns()
  const button = may('period.manage') && <Button onClick={() => setOpening(true)}>{t('periods.open-button')}</Button>
  return (
    <Page title={t('periods.title')} action={button}>
      <OpenPeriodDialog opened={opening} close={() => setOpening(false)} />
      <ListTable
        label={t('periods.list')}
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={name}
        rowTo={(row) => `/periods/${row.id}`}
        more={list.more}
        error={list.error}
        retry={list.retry}
        empty={<EmptyState why={t('periods.none')}>{t('periods.none-why')}</EmptyState>}
      />
    </Page>
  )
}

function usePeriodColumns(): readonly Column<Period>[] {
  const t = useWords()
  const { day, person } = useFormat()
  const { name } = usePeriodWords()
  return useMemo(
    () => [
      { id: 'name', title: t('periods.period'), width: 240, cell: name },
      {
        id: 'place',
        title: t('periods.place'),
        width: 140,
        card: true,
        cell: ({ place }) => <Theirs>{place.name}</Theirs>,
      },
      {
        id: 'state',
        title: t('periods.state'),
        width: 130,
        card: true,
        cell: ({ state }) => <StateMark tone={periodTones[state]}>{t(`periods.state.${state}`)}</StateMark>,
      },
      { id: 'from', title: t('periods.from'), width: 120, cell: ({ opensOn }) => day(opensOn) },
      {
        id: 'until',
        title: t('periods.until'),
        width: 140,
        card: true,
        cell: ({ closesOn }) => (closesOn === null ? t('periods.no-end') : day(closesOn)),
      },
      {
        id: 'by',
        title: t('periods.by'),
        width: 120,
        cell: ({ openedBy }) => (openedBy === null ? person(null) : <Theirs>{openedBy}</Theirs>),
      },
    ],
    [t, day, person, name],
  )
}
