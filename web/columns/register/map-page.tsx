import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { measures, showMapCounts, showMapShapes } from '../../../src/beams/register/map/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { useAbout, usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { EmptyState, Note, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { useBoundField } from './filter-parts.ts'
import { MapLegend } from './map-legend.tsx'
import classes from './map-page.module.css'
import { useMapRows } from './map-rows.ts'
import { countsQuery, readMapUrl } from './map-state.ts'
import { MapTable } from './map-table.tsx'
import { MapTools } from './map-tools.tsx'
import { drawsMaps, MapView } from './map-view.tsx'
import { PlacePath } from './place-path.tsx'
import { useWords } from './words.ts'

/** The map: what the register counts in each place right below one, in colours and as a table beside. */
export default function MapPage() {
  const t = useWords()
  const format = useFormat()
  const { codeName, tagName } = usePack()
  const about = useAbout()
  const { session, may } = useSession()
  const [url, change] = useUrlState()
  const wish = readMapUrl(url)
  const [hovered, setHovered] = useState<string>()
  const [drawable] = useState(drawsMaps)
  const status = useBoundField('household.status')
  const cause = useBoundField('household.cause')
  const own = session?.post.place.code
  const counts = useAnswer(
    showMapCounts,
    { query: countsQuery(wish) },
    { keepPrevious: true, enabled: own !== undefined },
  )
  const data = counts.data
  const here = data?.place.code
  const shapes = useAnswer(
    showMapShapes,
    { query: { place: here ?? '' } },
    { enabled: here !== undefined && drawable, staleTime: 300_000 },
  )
  const { rows, byCode, legend, write } = useMapRows(data, wish)
  const tags = useMemo(() => [...new Set(data?.children.flatMap((child) => child.tags))].sort(), [data])

  if (!own) return null
  const open = (code: string) => {
    if (byCode.get(code)?.hasChildren) change({ place: code })
  }
  const measureName = data && t(`map.measure.${data.measure}`)
  const codes = (list: string | undefined, text: string | undefined) =>
    text?.split(',').map((code) => codeName(list ?? '', code)) ?? []
  const cut = [...codes(status?.list, wish.status), ...codes(cause?.list, wish.cause)].join(t('list.comma'))
  const total =
    data &&
    t(`map.total.${data.measure}`, {
      value: write(data.place.value),
      n: data.place.households,
      all: data.place.allHouseholds,
    })
  const drawn = shapes.data?.place === here ? shapes.data : undefined
  const sources = drawn?.schematic ? t('map.schematic') : t('map.source', { source: drawn?.sources.join(', ') ?? '' })

  const savePicture = async () => {
    if (!data || !drawn || !legend) return
    const { drawPicture } = await import('./map-picture.ts')
    const picture = await drawPicture(drawn, byCode, legend, {
      title: `${[...data.above.slice(1).map(({ name }) => name), data.place.name].join(' › ')} · ${measureName}`,
      subtitle: [cut, total].filter(Boolean).join(' · '),
      notes: [
        t('map.day', { day: format.day(new Date().toISOString().slice(0, 10)) }),
        sources,
        ...(about.data?.synthetic ? [t('map.synthetic')] : []),
      ],
    })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(picture)
    link.download = `${data.place.name} ${measureName}.png`
    link.click()
    URL.revokeObjectURL(link.href)
  }

  return (
    <Page
      title={t('map.title')}
      subtitle={
        data && (
          <PlacePath
            above={data.above}
            here={data.place}
            to="/map"
            search={{ ...url, place: undefined, sort: undefined }}
          />
        )
      }
    >
      <MapTools
        wish={wish}
        tags={tags}
        onChange={change}
        onPicture={drawn && data && data.children.length > 0 ? () => void savePicture() : undefined}
      />
      {counts.error && <ProblemNotice error={counts.error} retry={() => void counts.refetch()} />}
      {data && data.children.length === 0 && (
        <EmptyState
          why={t('map.lowest', { place: data.place.name })}
          action={
            may('household.read') && (
              <Link to={'/register' as string} search={{ place: data.place.code } as never}>
                {t('map.list-of', { name: data.place.name })}
              </Link>
            )
          }
        />
      )}
      {data && data.children.length > 0 && legend && !counts.error && (
        <>
          <p className={classes.total}>
            {total}
            {cut && <span className={classes.cut}>{cut}</span>}
            {drawn && <span className={classes.source}>{sources}</span>}
          </p>
          <div className={classes.panes} data-alone={!drawable || undefined}>
            {drawable && (
              <div className={classes.map}>
                <div className={classes.frame}>
                  {drawn && (
                    <MapView shapes={drawn} rows={byCode} hovered={hovered} onHover={setHovered} onOpen={open} />
                  )}
                  {shapes.error && <ProblemNotice error={shapes.error} retry={() => void shapes.refetch()} />}
                  {hovered && byCode.has(hovered) && (
                    <p className={classes.under} aria-hidden="true">
                      <strong>{byCode.get(hovered)!.name}</strong> {byCode.get(hovered)!.written}
                    </p>
                  )}
                </div>
                <MapLegend legend={legend} />
              </div>
            )}
            <div className={classes.numbers}>
              {!drawable && <Note>{t('map.no-webgl')}</Note>}
              <MapTable
                label={t('map.table')}
                rows={rows}
                url={url}
                sort={wish.sort}
                onSort={(sort) => change({ sort: sort === 'code' ? undefined : sort }, { replace: true })}
                hovered={hovered}
                onHover={setHovered}
                valueTitle={measureName ?? ''}
                counts={measures.some(({ id }) => id === data.measure && id !== 'households')}
                tagName={wish.tag && tagName(wish.tag)}
              />
            </div>
          </div>
        </>
      )}
    </Page>
  )
}
