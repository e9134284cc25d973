import { Problem } from '../../../kernel/problem.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { householdForm } from '../../../policy/ask.ts'
import { type Question, questionsOf } from '../../../policy/form/compare.ts'
import type { Form, Pack } from '../../../policy/pack.ts'
import { demandOpenPeriod } from '../period/gate.ts'
import { type Change, type HouseholdState, present } from './state.ts'
import type { Segment } from './timeline.ts'

/** Facts are written, and what was written is undone, while their period is open; other changes know no period. */
export async function demandPeriod(
  tx: Tx,
  { pack }: { readonly pack: Pack },
  change: Change | undefined,
  was: HouseholdState,
  at: Date,
): Promise<void> {
  if (change?.kind !== 'update-facts' && change?.kind !== 'correct-facts') return
  const { period } = change
  const form = householdForm(pack).id
  await demandOpenPeriod(tx, pack, { form, period, place: was.place, recorded: was.facts[period] !== undefined, at })
}

/**
 * What the form asks about an update and nobody has confirmed yet.
 * @param before the household's life until now
 */
export function openQuestions(form: Form, change: Change, before: readonly Segment[], is: HouseholdState): Question[] {
  if (change.kind !== 'update-facts') return []
  const { facts } = before.at(-1)!.state
  const last = Object.keys(facts)
    .filter((period) => period < change.period)
    .sort()
    .at(-1)
  if (last === undefined) return []
  // As many as lived there when that period was recorded; who joined since is what may be asked about.
  const then = before.find(({ state }) => state.facts[last] !== undefined)!.state
  const was = { facts: facts[last]!, members: present(then).length }
  const now = { facts: is.facts[change.period] ?? {}, members: present(is).length }
  return questionsOf(form, was, now).filter(({ id }) => !change.confirmed?.includes(id))
}

/** The refusal of an update with questions that nobody has confirmed. */
export function asking(questions: readonly Question[]): Problem {
  const asks = questions.map(({ id }) => id)
  return new Problem('period.asks', { count: asks.length, asks: asks.join(', ') })
}
