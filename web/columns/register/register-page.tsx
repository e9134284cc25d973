import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { countHouseholds, listHouseholds } from '../../../src/beams/register/household/contract.ts'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { type AnswerOf, useAnswer, usePages } from '../../lib/api.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { FilterChips } from '../../ui/FilterChips.tsx'
import { ListTable } from '../../ui/ListTable.tsx'
import { ListTools } from '../../ui/ListTools.tsx'
import { useDensity } from '../../ui/list.ts'
import { Page } from '../../ui/Page.tsx'
import { SplitPane } from '../../ui/SplitPane.tsx'
import { EndedFound } from './ended-household.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { FilterMenu } from './filter-menu.tsx'
import { type FilterPart, useFilterParts } from './filter-parts.ts'
import { useColumnOptions, useHouseholdColumns } from './household-columns.tsx'
import { HouseholdSearch } from './household-search.tsx'
import { PlaceCardLinks } from './place-card-links.tsx'
import { PlaceFinder } from './place-finder.tsx'
import { PlacePath } from './place-path.tsx'
import { PlaceTree } from './place-tree.tsx'
import { NothingHere, NothingMatches } from './register-empty.tsx'
import classes from './register-page.module.css'
import { mostColumns, queryOf, readColumns, readFilter } from './register-search.ts'
import { SavedViews } from './saved-views.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { useWords } from './words.ts'

const PrintDialog = lazy(() => import('./print-dialog.tsx'))

/** As many cards as one file may hold. */
const mostPrinted = 500

type Households = AnswerOf<typeof listHouseholds>
const rowsOf = (page: Households) => page.households
const nextOf = (page: Households) => (page.next === null ? null : { after: page.next })

/** The register: the tree of places beside the list of households, cut by filters that stand in the address. */
export default function RegisterPage() {
  const t = useWords()
  const [url, change] = useUrlState()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const { session, may } = useSession()
  const filter = readFilter(url)
  const columns = readColumns(url)
  const top = session?.post.place
  const current = filter.place ?? top?.code ?? ''
  const place = useAnswer(
    showPlace,
    { params: { code: current } },
    { enabled: current !== '', staleTime: 60_000, keepPrevious: true },
  )
  const here = place.data?.code === current ? place.data : undefined
  const parts = useFilterParts(url, here?.name)
  // Fails closed: an address that is half understood shows no list, rather than a wider one than it says.
  const understood = !parts.some(({ faulty }) => faulty)
  const list = usePages(
    listHouseholds,
    { query: { ...queryOf(filter), ...(columns.length > 0 && { columns }), limit: 100 } },
    { next: nextOf, rowsOf, enabled: understood },
  )
  const count = useAnswer(countHouseholds, { query: queryOf(filter) }, { keepPrevious: true, enabled: understood })
  const households =
    understood && count.data
      ? count.data.more
        ? t('count.more', { n: count.data.count })
        : t('count.households', { n: count.data.count })
      : undefined
  const [printing, setPrinting] = useState(false)
  // A file holds all cards of a place, so it is offered where the list is just that.
  const printable =
    may('household.export') && parts.every(({ id }) => id === 'place') && count.data && !count.data.more
      ? count.data.count
      : 0
  const drop = (part: FilterPart) => change(part.without)
  const clear = () => change(Object.assign({}, ...parts.map(({ without }) => without)))
  const tableColumns = useHouseholdColumns(columns, here?.level ?? 0)
  const options = useColumnOptions()
  useDensityOf(url.density)

  if (!top) return null
  const chosenPlace = (code: string) => change({ place: code === top.code ? undefined : code })
  return (
    <Page
      title={t('register.title')}
      count={households}
      subtitle={
        here && (
          <>
            {here.above.length > 0 && <PlacePath above={here.above} here={here} />}
            <PlaceCardLinks place={here} apart={here.above.length > 0} />
          </>
        )
      }
    >
      <SplitPane
        sideTitle={t('tree.title')}
        sideButton={here ? t('tree.now', { name: here.name }) : t('tree.open')}
        chosen={current}
        side={
          <PlaceFinder onChoose={chosenPlace}>
            <PlaceTree top={top} current={current} onChoose={chosenPlace} />
          </PlaceFinder>
        }
      >
        <div className={classes.tools}>
          <HouseholdSearch text={url.text ?? ''} onSearch={(text, replace) => change({ text }, { replace })} />
          <FilterMenu url={url} onChange={change} />
          <ListTools
            options={options}
            chosen={columns}
            choose={(ids) => change({ columns: ids.join(',') }, { replace: true })}
            most={mostColumns}
          />
          <SavedViews page="/register" url={url} />
          <Button
            variant="default"
            component={Link}
            to="/map"
            search={{ place: filter.place, status: url.status, cause: url.cause } as never}
          >
            {t('map.open')}
          </Button>
          {printable > 0 && printable <= mostPrinted && (
            <Button variant="default" onClick={() => setPrinting(true)}>
              {t('print.place-button')}
            </Button>
          )}
          {printing && here && households && (
            <Suspense fallback={null}>
              <PrintDialog
                title={t('print.place-title', { households, place: here.name })}
                what={{ place: current }}
                close={() => setPrinting(false)}
              />
            </Suspense>
          )}
          {may('household.export') && households && (
            <ExportDialog filter={filter} columns={columns} households={households} />
          )}
        </div>
        <EndedFound ended={list.first?.ended ?? []} />
        <FilterChips chips={parts.map((part) => ({ ...part, remove: () => drop(part) }))} clear={clear} />
        <SelectionBar chosen={chosen} clear={() => setChosen(new Set())} />
        <ListTable
          label={t('register.list')}
          select={{ chosen, choose: (keys, on) => setChosen((before) => withKeys(before, keys.map(Number), on)) }}
          rows={understood ? list.rows : []}
          columns={tableColumns}
          rowKey={(row) => row.id}
          rowName={(row) => row.headName}
          rowTo={(row) => `/register/${row.id}${filter.asOf ? `?asOf=${filter.asOf}` : ''}`}
          more={understood ? list.more : undefined}
          error={list.error}
          retry={list.retry}
          empty={
            parts.some(({ id }) => id !== 'place') ? (
              <NothingMatches parts={parts} onDrop={drop} />
            ) : (
              <NothingHere place={here?.name ?? top.name} mayImport={may('household.import')} />
            )
          }
        />
      </SplitPane>
    </Page>
  )
}

/** What is chosen with some more, or some less. */
function withKeys(before: ReadonlySet<number>, keys: readonly number[], on: boolean): ReadonlySet<number> {
  const after = new Set(before)
  for (const key of keys) on ? after.add(key) : after.delete(key)
  return after
}

/** A link may bring its row height along; it then holds for this person, as if chosen here. */
function useDensityOf(wanted: string | undefined): void {
  const [density, setDensity] = useDensity()
  useEffect(() => {
    if ((wanted === 'compact' || wanted === 'normal') && wanted !== density) setDensity(wanted)
  }, [wanted])
}
