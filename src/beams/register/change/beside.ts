import type { Actor, Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { endCardsOf } from '../paper/queries.ts'
import { deleteEnd, type End, insertEnd, moveIdentities } from './end-queries.ts'
import { enterPresent, leavePresent, type Shown } from './present.ts'
import { insertAction, type StoredLife, storeSpans } from './queries.ts'
import { type HouseholdState, present } from './state.ts'
import { type Segment, spansOf } from './timeline.ts'

/** What a split, a merge or their undoing does to the household beside the one that is changed. */
export type Beside =
  | { readonly does: 'begins'; readonly household: number; readonly state: HouseholdState }
  | {
      readonly does: 'ends'
      /** What it is called in the history of the household that ends. */
      readonly kind: 'merge-into' | 'undo-split'
      readonly household: number
      readonly life: StoredLife
      /** Its life before it ends. */
      readonly before: readonly Segment[]
    }
  | { readonly does: 'goes-on'; readonly household: number; readonly ended: End & { readonly last: Segment } }

/** What is needed to carry it out: who does it, to which household besides, from when and why. */
export type BesideRun = {
  readonly actor: Actor & { accountId: number }
  readonly household: number
  readonly effectiveOn: string
  readonly why: string
  readonly keysOf: (name: string) => { key: string; initials: string }
  readonly shownOf: (state: HouseholdState) => Shown
  /** Refuses a place or number that the household cannot have. */
  readonly demandRoom: (state: HouseholdState) => Promise<void>
  readonly audit: (entry: Entry) => void
}

/** Carries it out in the caller's transaction: action, present, past, identities and an entry for the audit. */
export async function carryOutBeside(tx: Tx, beside: Beside, run: BesideRun): Promise<void> {
  switch (beside.does) {
    case 'begins':
      return begin(tx, beside, run)
    case 'ends':
      return end(tx, beside, run)
    case 'goes-on':
      return goOn(tx, beside, run)
  }
}

async function begin(tx: Tx, { household, state }: Extract<Beside, { does: 'begins' }>, run: BesideRun): Promise<void> {
  await run.demandRoom(state)
  const people = state.members.map(({ person }) => person)
  const detail = { from: run.household, size: people.length }
  note(tx, run, { household, no: 1, kind: 'split-off', place: state.place, detail })
  const columns = { household, version: 1, keysOf: run.keysOf, ...run.shownOf(state) }
  enterPresent(tx, columns, state, { importId: null, since: null })
  await moveIdentities(tx, { from: run.household, to: household, people })
}

async function end(tx: Tx, beside: Extract<Beside, { does: 'ends' }>, run: BesideRun): Promise<void> {
  const { household, life, kind } = beside
  const { actor, effectiveOn } = run
  const no = life.version + 1
  const { now } = life
  note(tx, run, { household, no, kind, place: now.place, detail: { into: run.household } })
  const last = spansOf(beside.before).at(-1)!
  // As it was believed until now; and from now on, as it was until the day on which it ended.
  const closed =
    effectiveOn > last.from ? [{ span: { ...last, to: effectiveOn }, knownFrom: actor.at, knownTo: null }] : []
  storeSpans(tx, household, {
    spans: [{ span: last, knownFrom: life.knownFrom, knownTo: actor.at }, ...closed],
    forget: { from: last.from, at: actor.at },
    shownOf: run.shownOf,
  })
  const { headName } = run.shownOf(now)
  const { place, number } = now
  await insertEnd(tx, {
    household,
    place,
    number,
    headName,
    on: effectiveOn,
    into: run.household,
    version: no,
    at: actor.at,
  })
  await endCardsOf(tx, [household], { accountId: actor.accountId, at: actor.at, day: effectiveOn, why: run.why })
  leavePresent(tx, household, now)
  await moveIdentities(tx, { from: household, to: run.household, people: present(now).map(({ person }) => person) })
}

async function goOn(tx: Tx, { household, ended }: Extract<Beside, { does: 'goes-on' }>, run: BesideRun): Promise<void> {
  const { from, state } = ended.last
  const no = ended.version + 1
  await deleteEnd(tx, household)
  await run.demandRoom(state)
  note(tx, run, { household, no, kind: 'undo-merge', place: state.place, detail: { from: run.household } })
  const columns = { household, version: no, keysOf: run.keysOf, ...run.shownOf(state) }
  const { at } = run.actor
  enterPresent(tx, columns, state, { importId: ended.importId, since: { from, at } })
  storeSpans(tx, household, { spans: [], forget: { from, at }, shownOf: run.shownOf })
  await moveIdentities(tx, { from: run.household, to: household, people: present(state).map(({ person }) => person) })
}

function note(
  tx: Tx,
  { actor, effectiveOn, why, audit }: BesideRun,
  action: { household: number; no: number; kind: string; place: string; detail: Record<string, unknown> },
): void {
  const proof = insertAction(tx, actor, { ...action, effectiveOn, why })
  audit({
    kind: `household.${action.kind}`,
    place: action.place,
    subject: 'household',
    subjectId: action.household,
    detail: { action: action.no },
    proof,
  })
}
