import { type Day, isDay } from '../kernel/calendar.ts'
import type { At } from './read-yaml.ts'

/**
 * The first day that a date of a pack file names. Files keep the precision of the document they cite: `2014`,
 * `2014-04` or `2014-04-02`. Nothing when the key is absent or faulty.
 */
export function firstDay(at: At, key: string, wish: { needed?: boolean } = {}): Day | undefined {
  return edge(at, key, wish.needed ?? false, (text) =>
    /^\d{4}$/.test(text) ? `${text}-01-01` : /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text,
  )
}

/** The last day that a date of a pack file names. */
export function lastDay(at: At, key: string): Day | undefined {
  return edge(at, key, false, (text) => {
    if (/^\d{4}$/.test(text)) return `${text}-12-31`
    if (!/^\d{4}-\d{2}$/.test(text)) return text
    return ['31', '30', '29', '28'].map((day) => `${text}-${day}`).find(isDay) ?? text
  })
}

function edge(at: At, key: string, needed: boolean, widen: (text: string) => string): Day | undefined {
  const text = at.string(key, { optional: !needed })
  if (text === undefined) return undefined
  const day = widen(text)
  if (isDay(day)) return day
  at.find(key)!.fault('pack.bad-value', { key, value: text, expected: '2016, 2016-09, 2016-09-30' })
  return undefined
}
