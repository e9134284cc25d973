import { dayOf } from '../../../kernel/calendar.ts'
import { type Scope, within } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Actor, Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { findPlace } from '../place/queries.ts'
import { takeTurn } from '../take-turn.ts'
import type { ChangeWish } from './contract.ts'
import { type Difference, differences } from './difference.ts'
import { type Shown, writePresent } from './present.ts'
import { claimIdentity, findByRequest, findLife, insertAction, isNumberTaken, keepPast } from './queries.ts'
import { readChange, rulesOf } from './read-change.ts'
import { type HouseholdState, headOf, type Rules } from './state.ts'
import { replay } from './timeline.ts'

export type ChangeParts = RegisterParts & { readonly keysOf: KeysOf }

export type Recorded = { readonly version: number; readonly saved: boolean; readonly differences: Difference[] }

const DAY_MS = 86_400_000

/**
 * Records a change of a household in the caller's transaction: the action, the state it leads to, the state it
 * replaces, and an entry for the audit. With `preview` nothing is written. The same key twice is one change.
 * Throws a Problem when the household is not in scope, was changed meanwhile, or cannot change like this.
 */
export async function recordChange(
  tx: Tx,
  parts: ChangeParts,
  { scope, ...actor }: Actor & { accountId: number; scope: Scope },
  household: number,
  wish: ChangeWish,
  audit: (entry: Entry) => void,
): Promise<Recorded> {
  const life = await findLife(tx, household, { lock: true })
  if (!life) throw new Problem('request.not-found')
  if ((await findByRequest(tx, household, wish.key)) !== undefined) {
    return { version: life.version, saved: true, differences: [] }
  }
  if (wish.version !== life.version) throw new Problem('request.conflict')
  demandHappened(parts, actor.at, wish.effectiveOn)

  const rules = rulesOf(parts.pack)
  const { effectiveOn } = wish
  const { change, claim } = await readChange(parts, wish.change, effectiveOn, life.now)
  const no = life.version + 1
  const before = replay(life.first, life.changes, rules)
  const after = replay(life.first, [...life.changes, { no, effectiveOn, change }], rules)
  const [was, is] = [before.at(-1)!.state, after.at(-1)!.state]
  const found = differences(was, is)
  if (wish.preview) return { version: life.version, saved: false, differences: found }
  if (found.length === 0) throw new Problem('change.nothing')
  if (claim && !(await claimIdentity(tx, claim.hash, household, claim.person))) {
    throw new Problem('change.identity-taken')
  }
  if (is.place !== was.place || is.number !== was.number) await demandRoom(tx, parts, scope, is)
  const { key, why } = wish
  const digest = await insertAction(tx, actor, { household, no, key, place: is.place, effectiveOn, why, change })
  const shown = (state: HouseholdState) => shownOf(parts, rules, state)
  await keepPast(tx, household, { before, after, knownFrom: life.knownFrom, at: actor.at }, shown)
  const columns = { household, version: no, from: after.at(-1)!.from, at: actor.at, keysOf: parts.keysOf }
  await writePresent(tx, { ...columns, ...shown(is) }, was, is)
  audit({
    kind: `household.${change.kind}`,
    place: is.place,
    subject: 'household',
    subjectId: household,
    detail: { action: no, digest },
  })
  return { version: no, saved: true, differences: found }
}

/** The place must be a village in reach, and the number free there. */
async function demandRoom(tx: Tx, { pack, chainOf }: ChangeParts, scope: Scope, { place, number }: HouseholdState) {
  const village = await findPlace(tx, place)
  if (!village || village.level !== pack.levels.length - 1 || !within(place, scope)) {
    throw new Problem('change.no-village', { place })
  }
  await takeTurn(tx, chainOf(place))
  if (await isNumberTaken(tx, place, number)) throw new Problem('change.number-taken', { number, place: village.name })
}

/** What the list shows of a state. */
function shownOf(parts: ChangeParts, rules: Rules, state: HouseholdState): Shown {
  const head = headOf(state, rules)
  const field = boundField(householdForm(parts.pack), 'household.income')?.id
  const income = field === undefined ? undefined : state.facts[state.period]?.[field]
  return {
    headName: head.name,
    headKey: parts.keysOf(head.name).key,
    income: typeof income === 'number' ? income : null,
  }
}

/** Somebody may write today what holds from tomorrow, but not what nobody can know yet. */
function demandHappened({ pack }: ChangeParts, at: Date, day: string): void {
  const tomorrow = dayOf(new Date(at.getTime() + DAY_MS), pack.utcOffset)
  if (day > tomorrow) throw new Problem('change.in-future', { day })
}
