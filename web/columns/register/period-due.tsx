import { useMemo } from 'react'
import { dueList, dueSheet } from '../../../src/beams/register/period/contract.ts'
import { type AnswerOf, addressOf, usePages } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { FilterChips } from '../../ui/FilterChips.tsx'
import { ListTable } from '../../ui/ListTable.tsx'
import type { Column } from '../../ui/list.ts'
import { EmptyState } from '../../ui/notices.tsx'
import classes from './period.module.css'
import type { Period } from './period-words.ts'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Due = AnswerOf<typeof dueList>
type Row = Due['due'][number]
const rowsOf = (page: Due) => page.due
const nextOf = (page: Due) => (page.next === null ? null : { after: page.next })

type DueProps = { period: Period; place: string | undefined; worker: string | undefined }

/** Who is still due, of a place or of a worker; each opens its form with the values of the year before. */
export function DueList({ period, place, worker }: DueProps) {
  const t = useWords()
  const { pack } = usePack()
  const { may } = useSession()
  const [, change] = useUrlState()
  const part = { ...(place && { place }), ...(worker && { worker: Number(worker) }) }
  const list = usePages(
    dueList,
    { params: { period: period.id }, query: { ...part, limit: 50 } },
    { next: nextOf, rowsOf },
  )
  const ofPlaces = pack.forms.find(({ id }) => id === period.form)?.level !== undefined
  const columns = useDueColumns(ofPlaces)
  const chips = [
    ...(place
      ? [{ id: 'place', name: t('period.filter-place'), value: place, remove: () => change({ place: undefined }) }]
      : []),
    ...(worker
      ? [{ id: 'worker', name: t('period.filter-worker'), value: worker, remove: () => change({ worker: undefined }) }]
      : []),
  ]
  return (
    <>
      <FilterChips chips={chips} clear={() => change({ place: undefined, worker: undefined })} />
      {!ofPlaces && may('household.export') && (
        <p className={classes.sheet}>
          <a href={addressOf(dueSheet, { params: { period: period.id }, query: { ...part, format: 'xlsx' } })} download>
            {t('period.sheet')}
          </a>
          <span className={classes.quiet}> {t('period.sheet-help')}</span>
        </p>
      )}
      <ListTable
        label={t('period.due-list')}
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.household ?? row.place.code}
        rowName={(row) => row.name}
        rowTo={(row) =>
          row.household === null
            ? `/places/${row.place.code}/card/${period.form}/update/${period.period}`
            : `/register/${row.household}/update/${period.period}`
        }
        more={list.more}
        error={list.error}
        retry={list.retry}
        empty={
          <EmptyState why={t('period.due-none')}>{t('period.due-none-why', { period: period.period })}</EmptyState>
        }
      />
    </>
  )
}

function useDueColumns(ofPlaces: boolean): readonly Column<Row>[] {
  const t = useWords()
  const { number } = useFormat()
  const { pack, formatMoney } = usePack()
  return useMemo(() => {
    const last: Column<Row> = {
      id: 'last',
      title: t('period.due-last'),
      width: 110,
      card: true,
      cell: (row) => row.last ?? t('period.never'),
    }
    const path: Column<Row> = {
      id: 'path',
      title: t(ofPlaces ? 'periods.place' : 'period.due-village'),
      width: 260,
      card: true,
      cell: ({ place }) => <Theirs>{ofPlaces ? place.path : nearPath(place)}</Theirs>,
    }
    if (ofPlaces)
      return [
        { id: 'name', title: t('period.due-card'), width: 180, cell: (row) => <Theirs>{row.name}</Theirs> },
        path,
        last,
      ]
    return [
      { id: 'name', title: t('period.due-name'), width: 130, cell: (row) => <Theirs>{row.name}</Theirs> },
      { id: 'number', title: t('card.number'), width: 120, cell: (row) => row.number },
      path,
      { id: 'size', title: t('period.due-size'), width: 90, numeric: true, cell: (row) => number(row.size) },
      {
        id: 'income',
        title: t('column.income-unit', { symbol: pack.currency.symbol }),
        width: 130,
        numeric: true,
        card: true,
        cell: (row) => formatMoney(row.income, 'short'),
      },
      last,
    ]
  }, [t, ofPlaces, number, pack, formatMoney])
}

/** A place with the one above it: the rest of the way down is the same for most of the list. */
export function nearPath({ path, name }: { path: string; name: string }): string {
  return [...path.split(' / ').slice(-1), name].filter(Boolean).join(' / ')
}
