import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { applyChange } from './apply-change.ts'
import type { DatedChange, HouseholdState, Rules } from './state.ts'

/** A state and the first day on which it holds; it holds until the next one begins. */
export type Segment = { readonly from: Day; readonly no: number; readonly state: HouseholdState }

/**
 * A household's life: its first state and every change, in the order in which they took effect (those of one day in
 * the order in which they were recorded). A change that was undone does nothing; the day on which it took effect stays
 * as the day from which the undoing holds. Pure. Throws a Problem when a change is not possible where it falls.
 */
export function replay(first: Segment, changes: readonly DatedChange[], rules: Rules): Segment[] {
  const undone = undoings(changes)
  const ordered = changes
    .filter(({ change }) => change.kind !== 'undo')
    .sort((a, b) => compare(a.effectiveOn, b.effectiveOn) || a.no - b.no)
  const life = [first]
  for (const dated of ordered) {
    const last = life.at(-1)!
    if (dated.effectiveOn < first.from) {
      throw new Problem('change.before-registration', { day: dated.effectiveOn, registered: first.from })
    }
    const by = undone.get(dated.no)
    const state = by === undefined ? applyChange(last.state, dated, rules) : last.state
    const no = Math.max(last.no, by ?? dated.no)
    if (dated.effectiveOn === last.from) life[life.length - 1] = { from: last.from, no, state }
    else life.push({ from: dated.effectiveOn, no, state })
  }
  return life
}

/** By which action each undone one was undone. */
export function undoings(changes: readonly DatedChange[]): Map<number, number> {
  return new Map(changes.flatMap(({ no, change }) => (change.kind === 'undo' ? [[change.action, no] as const] : [])))
}

/** A state with the days it holds on: from `from` until the day before `to`, or without end. */
export type Span = Segment & { readonly to: Day | null }

/** A life as spans. */
export function spansOf(life: readonly Segment[]): Span[] {
  return life.map((segment, at) => ({ ...segment, to: life[at + 1]?.from ?? null }))
}

/** How many spans at the beginning of two lives are the same; what follows has to be written anew. */
export function commonBeginning(before: readonly Span[], after: readonly Span[]): number {
  const differs = before.findIndex((span, at) => {
    const other = after[at]
    return !other || other.no !== span.no || other.from !== span.from || other.to !== span.to
  })
  return differs < 0 ? before.length : differs
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
