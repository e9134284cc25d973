import type { UrlState } from '../../lib/url-state.ts'

/** What the list is cut by, as it stands in the URL. Codes that no list knows stay in, so that the person sees them. */
export type RegisterFilter = {
  readonly place: string | undefined
  readonly status: readonly string[]
  readonly cause: readonly string[]
  readonly sizeFrom: string | undefined
  readonly sizeTo: string | undefined
  readonly period: string | undefined
  readonly text: string | undefined
  /** The day that the list is of; today when there is none. */
  readonly asOf: string | undefined
}

/** The names that the register's address knows; others are shown as filters that nobody understands. */
const known = ['place', 'status', 'cause', 'sizeFrom', 'sizeTo', 'period', 'text', 'asOf', 'columns', 'density']

/** Most columns that can be added: a wider table is read by nobody, and a row of it is slow to fetch. */
export const mostColumns = 8

export function readFilter(url: UrlState): RegisterFilter {
  return {
    place: url.place || undefined,
    status: parts(url.status),
    cause: parts(url.cause),
    sizeFrom: url.sizeFrom || undefined,
    sizeTo: url.sizeTo || undefined,
    period: url.period || undefined,
    text: url.text || undefined,
    asOf: url.asOf || undefined,
  }
}

/**
 * The filter as the API takes it. Nonsense in the URL goes along: the server refuses it in words, which is better
 * than a list that is silently wider than its address says.
 */
export function queryOf(filter: RegisterFilter) {
  return {
    ...(filter.place && { place: filter.place }),
    ...(filter.status.length > 0 && { status: filter.status }),
    ...(filter.cause.length > 0 && { cause: filter.cause }),
    ...(filter.sizeFrom && { sizeFrom: Number(filter.sizeFrom) }),
    ...(filter.sizeTo && { sizeTo: Number(filter.sizeTo) }),
    ...(filter.period && { period: filter.period }),
    ...(filter.text && { text: filter.text }),
    ...(filter.asOf && { asOf: filter.asOf }),
  }
}

export function readColumns(url: UrlState): readonly string[] {
  return parts(url.columns).slice(0, mostColumns)
}

/** Names in the URL that are no filter of the register. */
export function strangeNames(url: UrlState): readonly string[] {
  return Object.keys(url).filter((name) => !known.includes(name))
}

function parts(text: string | undefined): readonly string[] {
  return text ? text.split(',').filter((part) => part !== '') : []
}
