import { Problem } from '../../../kernel/problem.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { RegisterParts } from '../parts.ts'
import type { Beside } from './beside.ts'
import { changeForm } from './change-form.ts'
import { splitOff } from './comings-and-goings.ts'
import type { WishedChange } from './contract.ts'
import { findEnd, findEnded } from './end-queries.ts'
import { findLife, type StoredLife } from './queries.ts'
import { type Change, type DatedChange, present, type Rules } from './state.ts'
import { replay, undoings } from './timeline.ts'

/** A wish that may concern a second household, read. */
export type Regrouping = { readonly change: Change; readonly effectiveOn: string; readonly beside?: Beside }

type Wish<Kind extends WishedChange['kind']> = Extract<WishedChange, { kind: Kind }>

/** The household that is changed. */
type Of = { readonly household: number; readonly life: StoredLife; readonly effectiveOn: string; readonly rules: Rules }

/** Reads a split: who goes, and the household that begins with them. */
export async function readSplit(
  { pack, ids }: Pick<RegisterParts, 'pack' | 'ids'>,
  wish: Wish<'split'>,
  { life, effectiveOn, rules }: Of,
): Promise<Regrouping> {
  const form = changeForm(pack, effectiveOn)
  demandLatest(life, effectiveOn, rules)
  for (const code of Object.values(wish.relations)) form.relation(code)
  const home = {
    place: wish.place ?? life.now.place,
    number: form.bound('household.number', wish.number),
    cause: form.bound('household.cause', wish.cause ?? life.now.cause),
    relations: wish.relations,
    facts: form.whole('household', wish.facts),
  }
  const state = splitOff(life.now, home, effectiveOn, rules)
  const household = await ids.next('household')
  const people = state.members.map(({ person }) => person)
  return {
    change: { kind: 'split', household, people },
    effectiveOn,
    beside: { does: 'begins', household, state },
  }
}

/** Reads a merge: the household that ends, and its members as they come. */
export async function readMerge(
  tx: Tx,
  { pack }: Pick<RegisterParts, 'pack'>,
  wish: Wish<'merge'>,
  { household, effectiveOn, rules }: Of,
): Promise<Regrouping> {
  if (wish.household === household) throw new Problem('change.same-household')
  const form = changeForm(pack, effectiveOn)
  const other = await getOther(tx, wish.household)
  if (other.version !== wish.version) throw new Problem('request.conflict')
  const before = demandLatest(other, effectiveOn, rules)
  const coming = present(other.now)
  for (const { person, name } of coming) {
    const relation = wish.relations[person]
    if (relation === undefined) throw new Problem('change.no-relation', { name })
    form.relation(relation)
  }
  const members = coming.map((member) => ({
    ...member,
    relation: wish.relations[member.person]!,
    joinedOn: effectiveOn,
  }))
  return {
    change: { kind: 'merge', household: wish.household, members },
    effectiveOn,
    beside: { does: 'ends', kind: 'merge-into', household: wish.household, life: other, before },
  }
}

/**
 * Reads an undoing. Only the latest change that still holds can be undone, because what comes later was recorded in
 * its knowledge. It takes effect where that change did.
 */
export async function readUndo(tx: Tx, { action }: Wish<'undo'>, { life, rules }: Of): Promise<Regrouping> {
  const undone = undoings(life.changes)
  const standing = life.changes.filter(({ no, change }) => change.kind !== 'undo' && !undone.has(no))
  const target = standing.find(({ no }) => no === action)
  if (!target) throw new Problem('change.nothing-to-undo', { action })
  const latest = standing.at(-1)!
  if (latest !== target) throw new Problem('change.built-upon', { action, later: latest.no })
  const beside = await besideOf(tx, target, rules)
  return { change: { kind: 'undo', action }, effectiveOn: target.effectiveOn, ...(beside && { beside }) }
}

async function besideOf(tx: Tx, { no, change }: DatedChange, rules: Rules): Promise<Beside | undefined> {
  if (change.kind === 'split') {
    const { household } = change
    const life = await findLife(tx, household, { lock: true })
    if (life?.version !== 1) throw new Problem('change.other-built-upon', { action: no, household })
    return { does: 'ends', kind: 'undo-split', household, life, before: replay(life.first, life.changes, rules) }
  }
  if (change.kind === 'merge') {
    const { household } = change
    const ended = await findEnded(tx, household)
    if (!ended) throw new Problem('change.no-household', { household })
    return { does: 'goes-on', household, ended }
  }
  return undefined
}

async function getOther(tx: Tx, household: number): Promise<StoredLife> {
  const life = await findLife(tx, household, { lock: true })
  if (life) return life
  const end = await findEnd(tx, household)
  if (end) throw new Problem('change.ended', { household, day: end.on, into: end.into })
  throw new Problem('change.no-household', { household })
}

/** Who goes takes along what is known of him, so nothing that is known may hold only from a later day. */
function demandLatest(life: StoredLife, effectiveOn: string, rules: Rules) {
  const segments = replay(life.first, life.changes, rules)
  const { from } = segments.at(-1)!
  if (effectiveOn < from) throw new Problem('change.before-later', { day: effectiveOn, later: from })
  return segments
}
