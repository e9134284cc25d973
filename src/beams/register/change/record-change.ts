import { type Scope, within } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Actor, Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import type { Question } from '../../../policy/form/compare.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { findPlace } from '../place/queries.ts'
import { takeTurn } from '../take-turn.ts'
import { type Beside, carryOutBeside } from './beside.ts'
import { clashes } from './conflict.ts'
import type { ChangeWish } from './contract.ts'
import { type Difference, differences } from './difference.ts'
import { findEnd, holdHouseholds, releaseIdentities } from './end-queries.ts'
import { demandHappened } from './happened.ts'
import { asking, demandPeriod, openQuestions } from './period-rules.ts'
import { type Shown, writePresent } from './present.ts'
import { claimIdentity, findLife, insertAction, isNumberTaken, keepPast, type StoredLife } from './queries.ts'
import { type Claim, claimsOfUndo, readChange, rulesOf } from './read-change.ts'
import { type Regrouping, readMerge, readSplit, readUndo } from './regroup.ts'
import { type Change, type HouseholdState, headOf, type Rules } from './state.ts'
import { replay } from './timeline.ts'

export type ChangeParts = RegisterParts & { readonly keysOf: KeysOf }

/** What a change did, or would do, to another household. */
type Other = {
  readonly does: Beside['does']
  readonly household: number | null
  readonly number: string
  readonly place: string
  readonly differences: Difference[]
}

export type Recorded = {
  readonly version: number
  readonly saved: boolean
  readonly differences: Difference[]
  readonly other: Other | null
  readonly questions: Question[]
}

/**
 * Records a change of a household in the caller's transaction: the action, the state it leads to, the state it
 * replaces, and an entry for the audit; the same for a second household where one begins, ends or goes on by it. With
 * `preview` nothing is written. The same key twice is one change.
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
  const life = await getLife(tx, household, wish)
  if (life.repeated !== undefined)
    return { version: life.version, saved: true, differences: [], other: null, questions: [] }
  const rules = rulesOf(parts.pack)
  if (wish.version !== life.version) throw await conflict(parts, wish, life, rules)
  demandHappened(parts.pack, actor.at, wish.effectiveOn)

  const { change, effectiveOn, claim, beside } = await read(tx, parts, wish, { household, life, rules })
  const no = life.version + 1
  const before = replay(life.first, life.changes, rules)
  const after = replay(life.first, [...life.changes, { no, effectiveOn, change }], rules)
  const [was, is] = [before.at(-1)!.state, after.at(-1)!.state]
  const found = differences(was, is)
  await demandPeriod(tx, parts, change.kind === 'undo' ? changeOf(life, change.action) : change, was, actor.at)
  const questions = openQuestions(householdForm(parts.pack), change, before, is)
  const other = beside ? otherOf(beside, wish.preview) : null
  if (wish.preview) return { version: life.version, saved: false, differences: found, other, questions }
  if (found.length === 0) throw new Problem('change.nothing')
  if (questions.length > 0) throw asking(questions)
  const demandRoomOf = (state: HouseholdState) => demandRoom(tx, parts, scope, state)
  const shown = (state: HouseholdState) => shownOf(parts, rules, state)
  const { key, why } = wish
  if (beside) {
    const { keysOf } = parts
    const run = { actor, household, effectiveOn, why, keysOf, shownOf: shown, demandRoom: demandRoomOf, audit }
    await carryOutBeside(tx, beside, run)
  }
  await settleIdentities(
    tx,
    household,
    change.kind === 'undo' ? claimsOfUndo(parts, was, is) : { claims: claim ? [claim] : [] },
  )
  if (is.place !== was.place || is.number !== was.number) await demandRoomOf(is)
  const { kind } = change
  const proof = insertAction(tx, actor, {
    household,
    no,
    key,
    kind,
    place: is.place,
    effectiveOn,
    why,
    detail: { change },
  })
  keepPast(tx, household, { before, after, knownFrom: life.knownFrom, at: actor.at }, shown)
  const columns = { household, version: no, from: after.at(-1)!.from, at: actor.at, keysOf: parts.keysOf }
  writePresent(tx, { ...columns, ...shown(is) }, was, is)
  audit({
    kind: `household.${kind}`,
    place: is.place,
    subject: 'household',
    subjectId: household,
    detail: { action: no },
    proof,
  })
  return { version: no, saved: true, differences: found, other, questions: [] }
}

/** A change of before, by its number. */
function changeOf(life: StoredLife, no: number): Change | undefined {
  return life.changes.find((one) => one.no === no)?.change
}

/** The life of the household, held; a second one that is merged into it is held with it. */
async function getLife(tx: Tx, household: number, { change, key }: ChangeWish): Promise<StoredLife> {
  if (change.kind === 'merge') await holdHouseholds(tx, [household, change.household])
  const life = await findLife(tx, household, { lock: true, key })
  if (life) return life
  const end = await findEnd(tx, household)
  if (end) throw new Problem('change.ended', { household, day: end.on, into: end.into })
  throw new Problem('request.not-found')
}

async function read(
  tx: Tx,
  parts: ChangeParts,
  { change, effectiveOn }: ChangeWish,
  of: { household: number; life: StoredLife; rules: Rules },
): Promise<Regrouping & { claim?: Claim }> {
  switch (change.kind) {
    case 'split':
      return readSplit(parts, change, { ...of, effectiveOn })
    case 'merge':
      return readMerge(tx, parts, change, { ...of, effectiveOn })
    case 'undo':
      return readUndo(tx, change, { ...of, effectiveOn })
    default:
      return { ...(await readChange(parts, change, effectiveOn, of.life.now, of.rules)), effectiveOn }
  }
}

/** The refusal of a change that was made on an older version: what changed since, beside what it would have done. */
async function conflict(parts: ChangeParts, wish: ChangeWish, life: StoredLife, rules: Rules): Promise<Problem> {
  const known = life.changes.filter(({ no }) => no <= wish.version)
  const seen = replay(life.first, known, rules).at(-1)!.state
  const wished = await wishedState(parts, wish, { ...life, changes: known }, seen, rules)
  return new Problem('request.conflict', { version: life.version, fields: clashes(seen, life.now, wished) })
}

async function wishedState(parts: ChangeParts, wish: ChangeWish, life: StoredLife, seen: HouseholdState, rules: Rules) {
  const { change, effectiveOn } = wish
  if (change.kind === 'split' || change.kind === 'merge' || change.kind === 'undo') return seen
  try {
    const wished = await readChange(parts, change, effectiveOn, seen, rules)
    const dated = { no: wish.version + 1, effectiveOn, change: wished.change }
    return replay(life.first, [...life.changes, dated], rules).at(-1)!.state
  } catch (error) {
    // What would have been refused then would have changed nothing.
    if (error instanceof Problem) return seen
    throw error
  }
}

function otherOf(beside: Beside, preview: boolean): Other {
  const { does, household } = beside
  const state =
    beside.does === 'begins' ? beside.state : beside.does === 'ends' ? beside.life.now : beside.ended.last.state
  return {
    does,
    household: does === 'begins' && preview ? null : household,
    number: state.number,
    place: state.place,
    differences: does === 'begins' ? differences(null, state) : [],
  }
}

async function settleIdentities(
  tx: Tx,
  household: number,
  { claims, gone = [] }: { claims: readonly Claim[]; gone?: readonly number[] },
): Promise<void> {
  if (gone.length > 0) await releaseIdentities(tx, household, gone)
  for (const { hash, person } of claims) {
    if (!(await claimIdentity(tx, hash, household, person))) throw new Problem('change.identity-taken')
  }
}

/** The place must be a village in reach, and the number free there. */
async function demandRoom(tx: Tx, { pack, chainOf }: ChangeParts, scope: Scope, { place, number }: HouseholdState) {
  // Asked behind whoever is changing the tree at this moment.
  await takeTurn(tx, chainOf(place))
  const village = await findPlace(tx, place)
  if (!village || village.valid_to !== null || village.level !== pack.levels.length - 1 || !within(place, scope)) {
    throw new Problem('change.no-village', { place })
  }
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
