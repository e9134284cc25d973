import { Link } from '@tanstack/react-router'
import { useSession } from '../../lib/session.ts'
import type { UrlState } from '../../lib/url-state.ts'
import classes from './map-page.module.css'
import { type MapRow, type SortKey, sortRows } from './map-state.ts'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type MapTableProps = {
  label: string
  rows: readonly MapRow[]
  url: UrlState
  sort: string
  onSort: (sort: string) => void
  hovered: string | undefined
  onHover: (code: string | undefined) => void
  /** Heading of the value, with its unit; and whether counts stand beside it. */
  valueTitle: string
  counts: boolean
  tagName: string | undefined
}

/** The numbers of the map: the same rows, to be sorted, read and opened without seeing the map. */
export function MapTable(props: MapTableProps) {
  const { label, rows, url, sort, onSort, hovered, onHover, valueTitle, counts, tagName } = props
  const t = useWords()
  const { may } = useSession()
  const toList = may('household.read')
  const heading = (key: SortKey, title: string) => {
    const active = sort === key || sort === `-${key}`
    const down = sort === `-${key}`
    // Names are read from the top, numbers from the largest.
    const next = active ? (down ? key : `-${key}`) : key === 'code' ? key : `-${key}`
    return (
      <th
        scope="col"
        aria-sort={active ? (down ? 'descending' : 'ascending') : 'none'}
        data-numeric={key !== 'code' || undefined}
      >
        <button type="button" onClick={() => onSort(next)}>
          {key === 'code' && title}
          <span aria-hidden="true" className={classes.arrow}>
            {active ? (down ? '↓' : '↑') : ''}
          </span>
          {key !== 'code' && title}
        </button>
      </th>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={classes.scroller} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {heading('code', t('map.place'))}
            {heading('value', valueTitle)}
            {counts && heading('households', t('map.households'))}
            {toList && (
              <th scope="col">
                <span className="fb-hidden">{t('map.list')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {sortRows(rows, sort).map((row) => (
            <tr
              key={row.code}
              data-hovered={row.code === hovered || undefined}
              onMouseEnter={() => onHover(row.code)}
              onMouseLeave={() => onHover(undefined)}
            >
              <th scope="row">
                <span
                  className={classes.swatch}
                  style={{ background: `var(${row.token})` }}
                  data-tagged={row.tagged || undefined}
                  aria-hidden="true"
                />
                {row.hasChildren ? (
                  <Link to={'/map' as string} search={{ ...url, place: row.code } as never}>
                    <Theirs>{row.name}</Theirs>
                  </Link>
                ) : (
                  <Theirs>{row.name}</Theirs>
                )}
                {row.tagged && tagName && <span className={classes.tag}>{tagName}</span>}
              </th>
              <td className="fb-num">{row.written}</td>
              {counts && <td className="fb-num">{t('map.number', { value: row.households })}</td>}
              {toList && (
                <td className={classes.toList}>
                  <Link
                    to={'/register' as string}
                    search={{ place: row.code, status: url.status, cause: url.cause } as never}
                    aria-label={t('map.list-of', { name: row.name })}
                  >
                    {t('map.list')}
                  </Link>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
