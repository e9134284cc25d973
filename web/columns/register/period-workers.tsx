import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { periodWorkers } from '../../../src/beams/register/period/contract.ts'
import { type AnswerOf, usePages } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { ListTable } from '../../ui/ListTable.tsx'
import type { Column } from '../../ui/list.ts'
import { EmptyState } from '../../ui/notices.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { nearPath } from './period-due.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Workers = AnswerOf<typeof periodWorkers>
type Row = Workers['workers'][number]
const rowsOf = (page: Workers) => page.workers
const nextOf = (page: Workers) => (page.next === null ? null : { after: page.next })

/** Who works where, and what each has still to do; places without anybody say so. */
export function PeriodWorkers({ period, place }: { period: number; place: string | undefined }) {
  const t = useWords()
  const { number } = useFormat()
  const list = usePages(
    periodWorkers,
    { params: { period }, query: { ...(place && { place }), limit: 100 } },
    { next: nextOf, rowsOf },
  )
  const columns = useMemo(
    (): readonly Column<Row>[] => [
      {
        id: 'worker',
        title: t('period.worker'),
        width: 160,
        cell: ({ worker, name, place: { code } }) =>
          worker === null || name === null ? (
            <StateMark tone="soon">{t('period.nobody')}</StateMark>
          ) : (
            <Link
              to={`/periods/${period}` as string}
              search={{ tab: 'due', place: code, worker: String(worker) } as never}
              resetScroll={false}
            >
              <Theirs>{name}</Theirs>
            </Link>
          ),
      },
      {
        id: 'place',
        title: t('period.place-column'),
        width: 280,
        card: true,
        cell: ({ place: one }) => <Theirs>{nearPath(one)}</Theirs>,
      },
      { id: 'done', title: t('period.done'), width: 90, numeric: true, card: true, cell: ({ done }) => number(done) },
      { id: 'due', title: t('period.due'), width: 90, numeric: true, card: true, cell: ({ due }) => number(due) },
    ],
    [t, number, period],
  )
  return (
    <ListTable
      label={t('period.workers-list')}
      rows={list.rows}
      columns={columns}
      rowKey={(row) => `${row.place.code} ${row.worker ?? 0}`}
      rowName={(row) => row.name ?? t('period.nobody')}
      more={list.more}
      error={list.error}
      retry={list.retry}
      empty={<EmptyState why={t('period.workers-none')}>{t('period.workers-none-why')}</EmptyState>}
    />
  )
}
