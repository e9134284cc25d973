import { type Difference, differences } from './difference.ts'
import type { HouseholdState } from './state.ts'

/** A field that somebody else changed meanwhile. */
export type Clash = {
  readonly person: number | null
  readonly period: string | null
  readonly field: string
  /** As it was when the card was loaded. */
  readonly was: unknown
  /** As it is now. */
  readonly theirs: unknown
  /** As it would have become; only where the change touches the same field. */
  readonly yours?: unknown
}

/**
 * What changed between the state that somebody saw and the one of now, field by field, beside what his own change would
 * have made of that state.
 */
export function clashes(seen: HouseholdState, now: HouseholdState, wished: HouseholdState): Clash[] {
  const mine = new Map(differences(seen, wished).map((one) => [fieldOf(one), one]))
  return differences(seen, now).map((one) => {
    const own = mine.get(fieldOf(one))
    const { person, period, field, from, to } = one
    return { person, period, field, was: from, theirs: to, ...(own && { yours: own.to }) }
  })
}

function fieldOf({ person, period, field }: Pick<Difference, 'person' | 'period' | 'field'>): string {
  return JSON.stringify([person, period, field])
}
