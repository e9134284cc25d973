import { type Day, dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'
import { findGoverning, openPeriods } from './queries.ts'

export type PeriodState = 'waiting' | 'open' | 'over' | 'closed'

type Span = {
  readonly opens_on: Day
  readonly closes_on: Day | null
  readonly closed_at: Date | null
}

/** Where a period stands on a day. Pure. */
export function stateOfPeriod(span: Span, today: Day): PeriodState {
  if (span.closed_at !== null) return 'closed'
  if (today < span.opens_on) return 'waiting'
  return span.closes_on !== null && today > span.closes_on ? 'over' : 'open'
}

/**
 * Throws a Problem unless facts of a period may be written at a place. A period that nobody ever opened there takes
 * corrections of what is recorded, and nothing new. The opening stays locked against closing until the transaction ends.
 * @param asked.recorded whether the subject has facts of that period already
 */
export async function demandOpenPeriod(
  tx: Tx,
  pack: Pick<Pack, 'utcOffset'>,
  asked: { form: string; period: string; place: string; recorded: boolean; at: Date },
): Promise<void> {
  const { form, period, place, recorded, at } = asked
  const today = dayOf(at, pack.utcOffset)
  const span = await findGoverning(tx, { form, period, place })
  if (!span) {
    if (recorded) return
    const open = (await openPeriods(tx, { form, place, today })).join(', ')
    throw new Problem('period.not-open', { period, open: open || '–' })
  }
  switch (stateOfPeriod(span, today)) {
    case 'open':
      return
    case 'waiting':
      throw new Problem('period.waiting', { period, day: span.opens_on })
    case 'over':
      throw new Problem('period.closed', { period, day: span.closes_on })
    case 'closed':
      throw new Problem('period.closed', { period, day: dayOf(span.closed_at!, pack.utcOffset) })
  }
}
