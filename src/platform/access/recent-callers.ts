import type { Day } from '../../kernel/calendar.ts'
import type { Caller } from './caller.ts'

/** The longest that a change made by another process goes unnoticed. */
export const RECENT_MS = 1_000
const MOST_KEPT = 10_000

/** When and under what a caller was read from the database. */
export type ReadUnder = {
  /** How many writes this process had made when the question was sent. */
  readonly writes: number
  readonly from: Date
  /** Milliseconds since 1970 at which the session must be looked at again, at the latest. */
  readonly until: number
  readonly on: Day
}

/**
 * Callers found within the last second, by token. Whatever this process writes forgets all of them: whichever change
 * ends a session, closes an account or moves a post, nobody has to remember to tell us. A token that is not known is
 * never kept, so that this can only say what the database has said.
 */
export function createRecentCallers(about: { writes: () => number; now: () => Date; today: () => Day }) {
  const kept = new Map<string, ReadUnder & { caller: Caller }>()
  let keptUnder = about.writes()

  return {
    get(token: string): Caller | undefined {
      if (keptUnder !== about.writes()) return undefined
      const one = kept.get(token)
      if (!one) return undefined
      const now = about.now().getTime()
      const from = one.from.getTime()
      // A clock that was set back says nothing about how old something is.
      const fresh = now >= from && now < from + RECENT_MS && now < one.until && one.on === about.today()
      if (!fresh) kept.delete(token)
      return fresh ? one.caller : undefined
    },

    keep(token: string, caller: Caller, under: ReadUnder): void {
      // Something was written while the question was under way: the answer may be from before.
      if (under.writes !== about.writes()) return
      if (keptUnder !== under.writes || kept.size >= MOST_KEPT) kept.clear()
      keptUnder = under.writes
      kept.set(token, { ...under, caller })
    },
  }
}
