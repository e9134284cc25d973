import type { showMapCounts, showMapShapes } from '../../../src/beams/register/map/contract.ts'
import type { AnswerOf, InputOf } from '../../lib/api.ts'
import type { UrlState } from '../../lib/url-state.ts'
import type { ClassMode, ValueClass } from './map-classes.ts'

export type MapCounts = AnswerOf<typeof showMapCounts>
export type MapChild = MapCounts['children'][number]
export type MapShapes = AnswerOf<typeof showMapShapes>
type CountsQuery = NonNullable<InputOf<typeof showMapCounts>['query']>

/** A child as the map and the table show it. */
export type MapRow = MapChild & {
  /** Number of its class, from 0; -1 when there is no value to show. */
  readonly classNo: number
  /** Name of the token of its colour. */
  readonly token: string
  readonly written: string
  /** Carries the tag that is laid over the map. */
  readonly tagged: boolean
}

export type Legend = {
  readonly title: string
  readonly classes: readonly (ValueClass & { readonly token: string; readonly words: string })[]
  /** What the colour of places without a value says; nothing where there is none. */
  readonly none: string | undefined
  /** Name of the tag that is hatched. */
  readonly tag: string | undefined
}

/** What the map shows, as it stands in the URL. */
export function readMapUrl(url: UrlState) {
  return {
    place: url.place || undefined,
    measure: url.measure || 'households',
    status: url.status || undefined,
    cause: url.cause || undefined,
    classes: (url.classes === 'equal' ? 'equal' : 'quantile') satisfies ClassMode,
    tag: url.tag || undefined,
    sort: url.sort || 'code',
  } as const
}

export type MapUrl = ReturnType<typeof readMapUrl>

/** What is asked of the server. Nonsense in the URL goes along: it is refused there in words. */
export function countsQuery({ place, measure, status, cause }: MapUrl): CountsQuery {
  return {
    measure: measure as NonNullable<CountsQuery['measure']>,
    ...(place && { place }),
    ...(status && { status }),
    ...(cause && { cause }),
  }
}

/** What the table can be sorted by; a minus before it turns the order round. */
export const sortKeys = ['code', 'value', 'households', 'persons'] as const
export type SortKey = (typeof sortKeys)[number]

/** Rows in the order that the URL asks for; those without a value come last in either direction. */
export function sortRows(rows: readonly MapRow[], sort: string): MapRow[] {
  const down = sort.startsWith('-')
  const key = sort.replace(/^-/, '') as SortKey
  const sign = down ? -1 : 1
  return [...rows].sort((a, b) => {
    if (key === 'code' || !sortKeys.includes(key)) return a.code < b.code ? -sign : sign
    const [p, q] = [a[key], b[key]]
    if (p === null || q === null) return Number(p === null) - Number(q === null)
    return p === q ? (a.code < b.code ? -1 : 1) : (p - q) * sign
  })
}
