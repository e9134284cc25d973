import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Pack } from '../../../policy/pack.ts'

const DAY_MS = 86_400_000

/** Somebody may write today what holds from tomorrow, but not what nobody can know yet. */
export function demandHappened({ utcOffset }: Pick<Pack, 'utcOffset'>, at: Date, day: string): void {
  const tomorrow = dayOf(new Date(at.getTime() + DAY_MS), utcOffset)
  if (day > tomorrow) throw new Problem('change.in-future', { day })
}
