import { isDay, isPeriod } from '../../../src/kernel/calendar.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import type { UrlState } from '../../lib/url-state.ts'
import { readFilter, strangeNames } from './register-search.ts'
import { useWords, type Words } from './words.ts'

/** One filter in use: its words, and the change of the URL that drops it. */
export type FilterPart = {
  readonly id: string
  readonly name: string
  readonly value: string
  /** Nobody understands it. */
  readonly faulty?: boolean
  readonly without: Readonly<Record<string, string | undefined>>
}

/** The household field that the register binds, such as the status: where its name and code list stand. */
export function useBoundField(binding: string) {
  const { formOf } = usePack()
  return formOf('household')
    ?.sections.flatMap(({ fields }) => fields)
    .find(({ binds }) => binds === binding)
}

/**
 * The filters of the list, one for each value, in the order of the form. Values that no list knows and names that are
 * no filter are among them: what stands in the address must be seen and can be removed.
 */
export function useFilterParts(url: UrlState, placeName: string | undefined): readonly FilterPart[] {
  const t = useWords()
  const { codesOf } = usePack()
  const { day } = useFormat()
  const status = useBoundField('household.status')
  const cause = useBoundField('household.cause')
  const filter = readFilter(url)
  const unknown = (value: string) => t('filter.unknown', { value })

  const choices = (name: 'status' | 'cause', list: string | undefined): FilterPart[] =>
    filter[name].map((code) => {
      const known = codesOf(list ?? '').find((one) => one.code === code)
      const rest = filter[name].filter((one) => one !== code)
      return {
        id: `${name}-${code}`,
        name: t(`filter.${name}`),
        value: known?.name ?? unknown(code),
        faulty: known === undefined,
        without: { [name]: rest.join(',') || undefined },
      }
    })

  const parts: FilterPart[] = []
  if (filter.place) {
    parts.push({
      id: 'place',
      name: t('filter.place'),
      value: placeName ?? filter.place,
      without: { place: undefined },
    })
  }
  parts.push(...choices('status', status?.list), ...choices('cause', cause?.list))
  const { sizeFrom: from, sizeTo: to } = filter
  if (from || to) {
    const faulty = [from, to].some((text) => text !== undefined && !isSize(text))
    const range = sizeWords(t, from, to)
    parts.push({
      id: 'size',
      name: t('filter.size'),
      value: faulty ? unknown(range) : range,
      faulty,
      without: { sizeFrom: undefined, sizeTo: undefined },
    })
  }
  if (filter.period) {
    const faulty = !isPeriod(filter.period)
    const value = faulty ? unknown(filter.period) : filter.period
    parts.push({ id: 'period', name: t('filter.period'), value, faulty, without: { period: undefined } })
  }
  if (filter.asOf) {
    const faulty = !isDay(filter.asOf)
    const value = faulty ? unknown(filter.asOf) : day(filter.asOf)
    parts.push({ id: 'asOf', name: t('filter.as-of'), value, faulty, without: { asOf: undefined } })
  }
  if (filter.text) parts.push({ id: 'text', name: t('filter.text'), value: filter.text, without: { text: undefined } })
  for (const name of strangeNames(url)) {
    parts.push({
      id: `strange-${name}`,
      name,
      value: unknown(url[name] ?? ''),
      faulty: true,
      without: { [name]: undefined },
    })
  }
  return parts
}

function sizeWords(t: Words, from: string | undefined, to: string | undefined): string {
  if (from && to) return from === to ? from : t('number.range', { from, to })
  return from ? t('number.from', { from }) : t('number.to', { to: to ?? '' })
}

/** Sizes that the list can be cut by: 1 to 99 members. */
export function isSize(text: string): boolean {
  return /^[1-9]\d?$/.test(text)
}
