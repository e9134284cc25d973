import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { brokenChecks, type Question, questionsOf } from '../../../policy/form/compare.ts'
import { derive } from '../../../policy/form/derive.ts'
import type { FactsPatch } from '../../../policy/form/patch.ts'
import type { Facts } from '../../../policy/form/value.ts'
import type { Form } from '../../../policy/pack.ts'

/** The card of a place: facts by period. */
export type CardState = { readonly period: string | null; readonly facts: Readonly<Record<string, Facts>> }

/** What can be done to the card of a place. What an action keeps as its content. */
export type CardChange = {
  readonly kind: 'correct-facts' | 'update-facts'
  readonly period: string
  readonly facts: FactsPatch
  /** Ids of the form's questions that somebody has confirmed. */
  readonly confirmed?: readonly string[] | undefined
}

/** A change with its place in time. `no` is its order of recording. */
export type DatedCardChange = { readonly no: number; readonly effectiveOn: Day; readonly change: CardChange }

export const emptyCard: CardState = { period: null, facts: {} }

/**
 * A card after its changes, in the order in which they took effect (those of one day in the order of recording). Pure.
 * Throws a Problem when a change is not possible where it falls.
 */
export function replayCard(form: Form, changes: readonly DatedCardChange[]): CardState {
  const ordered = [...changes].sort((a, b) =>
    a.effectiveOn < b.effectiveOn ? -1 : a.effectiveOn > b.effectiveOn ? 1 : a.no - b.no,
  )
  return ordered.reduce((state, { change }) => applyCardChange(form, state, change), emptyCard)
}

/** A card after one change. Pure. Throws a Problem when the change is not possible. */
export function applyCardChange(form: Form, before: CardState, change: CardChange): CardState {
  const { kind, period } = change
  const recorded = before.facts[period]
  if (kind === 'correct-facts' && recorded === undefined) throw new Problem('change.no-facts', { period })
  if (kind === 'update-facts' && before.period !== null && period < before.period)
    throw new Problem('change.earlier-period', { period, latest: before.period })
  // The form of a new period begins with the answers of the last one.
  const start = recorded ?? (before.period === null ? {} : (before.facts[before.period] ?? {}))
  const facts = { ...before.facts, [period]: computed(form, patched(start, change.facts)) }
  return { period: before.period === null || period > before.period ? period : before.period, facts }
}

/** What the form asks about an update and nobody has confirmed yet. */
export function cardQuestions(form: Form, change: CardChange, before: CardState, after: CardState): Question[] {
  if (change.kind !== 'update-facts') return []
  const last = periodBefore(before, change.period)
  if (last === undefined) return []
  const [was, is] = [before.facts[last]!, after.facts[change.period] ?? {}]
  const asked = questionsOf(form, { facts: was, members: 0 }, { facts: is, members: 0 })
  return asked.filter(({ id }) => !change.confirmed?.includes(id))
}

/** The latest period recorded before another. */
export function periodBefore({ facts }: CardState, period: string): string | undefined {
  return Object.keys(facts)
    .filter((one) => one < period)
    .sort()
    .at(-1)
}

/** Throws a Problem when a part would be more than its whole. */
export function demandSound(form: Form, facts: Facts): void {
  const [broken] = brokenChecks(form, { facts, members: 0 })
  if (broken) throw new Problem('card.more-than-whole', { parts: broken.parts.join(' + '), whole: broken.whole })
}

function computed(form: Form, facts: Facts): Facts {
  const derived = new Set(form.sections.flatMap(({ fields }) => fields.flatMap((one) => (one.derive ? [one.id] : []))))
  const given = Object.fromEntries(Object.entries(facts).filter(([id]) => !derived.has(id))) as Facts
  return { ...given, ...derive(form, given, 0) }
}

function patched(facts: Facts, patch: FactsPatch): Facts {
  return Object.fromEntries(Object.entries({ ...facts, ...patch }).filter(([, value]) => value !== null)) as Facts
}
