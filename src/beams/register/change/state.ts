import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Facts } from '../../../policy/form/value.ts'

/** A member as the register keeps him. */
export type MemberState = {
  readonly person: number
  readonly line: number
  readonly name: string
  readonly relation: string
  readonly sex: string
  readonly bornOn: Day
  readonly joinedOn: Day
  readonly leftOn: Day | null
  /** Why he left: a code of the pack. */
  readonly leftWhy: string | null
  readonly documentTail: string | null
  readonly documentMask: string | null
  /** Sensitive values, sealed, in base64. */
  readonly sealed: string | null
  readonly disputed: boolean
  readonly facts: Readonly<Record<string, Facts>>
}

/** A household at a moment: everything the register says of it. */
export type HouseholdState = {
  readonly place: string
  readonly number: string
  readonly status: string
  readonly cause: string
  readonly registeredOn: Day
  readonly period: string
  /** Facts by period. */
  readonly facts: Readonly<Record<string, Facts>>
  /** Sensitive values, sealed, in base64. */
  readonly sealed: string | null
  readonly members: readonly MemberState[]
}

/** A patch of facts: a value sets, null takes away. */
export type FactsPatch = Readonly<Record<string, Facts[string] | null>>

/** What can be done to a household. What an action keeps as its content. */
export type Change =
  | { readonly kind: 'add-member'; readonly member: MemberState }
  | { readonly kind: 'remove-member'; readonly person: number; readonly reason: string }
  | { readonly kind: 'change-head'; readonly person: number; readonly relations: Readonly<Record<string, string>> }
  | {
      readonly kind: 'correct-facts'
      readonly period: string
      readonly household: FactsPatch
      readonly members: Readonly<Record<string, FactsPatch>>
    }
  /** What a form says of a period: laid over what was known before, so that only what differs has to be told. */
  | {
      readonly kind: 'update-facts'
      readonly period: string
      readonly household: FactsPatch
      readonly members: Readonly<Record<string, FactsPatch>>
    }
  | { readonly kind: 'move'; readonly place: string; readonly number: string }
  | {
      readonly kind: 'correct-identity'
      readonly person: number
      readonly documentTail: string
      readonly documentMask: string
      readonly sealed: string
    }

/** A change with its place in time. `no` is its order of recording. */
export type DatedChange = { readonly no: number; readonly effectiveOn: Day; readonly change: Change }

/** What the rules of change need to know of the pack. */
export type Rules = {
  /** Relation codes of a head of household. */
  readonly heads: ReadonlySet<string>
  /** Facts of a household of so many members with the computed ones made anew. */
  readonly derive: (facts: Facts, size: number) => Facts
}

/** The members of a state who have not left. */
export function present(state: HouseholdState): MemberState[] {
  return state.members.filter((member) => member.leftOn === null)
}

/** The head of a state. Every state has exactly one. */
export function headOf(state: HouseholdState, rules: Rules): MemberState {
  const head = present(state).find((member) => rules.heads.has(member.relation))
  if (!head) throw new Problem('change.no-head')
  return head
}

/**
 * The state after a change. Pure: the same state and change give the same state.
 * Throws a Problem with a sentence when the change is not possible.
 */
export function applyChange(before: HouseholdState, dated: DatedChange, rules: Rules): HouseholdState {
  const after = applyTo(before, dated, rules)
  const touched = 'period' in dated.change ? dated.change.period : after.period
  const size = present(after).length
  return { ...after, facts: { ...after.facts, [touched]: rules.derive(after.facts[touched] ?? {}, size) } }
}

function applyTo(before: HouseholdState, dated: DatedChange, rules: Rules): HouseholdState {
  const { change, effectiveOn } = dated
  switch (change.kind) {
    case 'add-member':
      return addMember(before, change.member, rules)
    case 'remove-member':
      return removeMember(before, change, effectiveOn, rules)
    case 'change-head':
      return changeHead(before, change, rules)
    case 'correct-facts':
      return correctFacts(before, change)
    case 'update-facts':
      return updateFacts(before, change)
    case 'move':
      return { ...before, place: change.place, number: change.number }
    case 'correct-identity': {
      const { kind: _, ...fresh } = change
      return replaceMember(before, { ...memberOf(before, change.person), ...fresh, disputed: false })
    }
  }
}

function addMember(before: HouseholdState, member: MemberState, rules: Rules): HouseholdState {
  if (rules.heads.has(member.relation)) throw new Problem('change.second-head')
  if (before.members.some((one) => one.person === member.person)) {
    throw new Problem('change.already-member', { name: member.name })
  }
  if (member.joinedOn < member.bornOn) {
    throw new Problem('change.before-birth', { name: member.name, day: member.joinedOn, birth: member.bornOn })
  }
  const line = Math.max(0, ...before.members.map((one) => one.line)) + 1
  return { ...before, members: [...before.members, { ...member, line }] }
}

function removeMember(
  before: HouseholdState,
  { person, reason }: Extract<Change, { kind: 'remove-member' }>,
  on: Day,
  rules: Rules,
): HouseholdState {
  const member = memberOf(before, person)
  if (member.leftOn !== null) throw new Problem('change.left-already', { name: member.name, day: member.leftOn })
  if (present(before).length === 1) throw new Problem('change.nobody-left', { name: member.name })
  if (rules.heads.has(member.relation)) throw new Problem('change.head-leaves', { name: member.name })
  if (on < member.joinedOn) {
    throw new Problem('change.before-joining', { name: member.name, day: on, joined: member.joinedOn })
  }
  return replaceMember(before, { ...member, leftOn: on, leftWhy: reason })
}

function changeHead(
  before: HouseholdState,
  { person, relations }: Extract<Change, { kind: 'change-head' }>,
  rules: Rules,
): HouseholdState {
  const next = memberOf(before, person)
  if (next.leftOn !== null) throw new Problem('change.left-already', { name: next.name, day: next.leftOn })
  for (const id of Object.keys(relations)) memberOf(before, Number(id))
  const members = before.members.map((member) => {
    const relation = relations[String(member.person)]
    return relation === undefined || member.leftOn !== null ? member : { ...member, relation }
  })
  const heads = members.filter((member) => member.leftOn === null && rules.heads.has(member.relation))
  if (heads.length !== 1 || heads[0]!.person !== person) throw new Problem('change.one-head', { name: next.name })
  return { ...before, members }
}

function correctFacts(
  before: HouseholdState,
  { period, household, members }: Extract<Change, { kind: 'correct-facts' }>,
): HouseholdState {
  if (before.facts[period] === undefined) throw new Problem('change.no-facts', { period })
  for (const id of Object.keys(members)) memberOf(before, Number(id))
  return {
    ...before,
    facts: { ...before.facts, [period]: patched(before.facts[period], household) },
    members: before.members.map((member) => {
      const patch = members[String(member.person)]
      if (!patch) return member
      return { ...member, facts: { ...member.facts, [period]: patched(member.facts[period] ?? {}, patch) } }
    }),
  }
}

function updateFacts(before: HouseholdState, change: Extract<Change, { kind: 'update-facts' }>): HouseholdState {
  const { period } = change
  if (period < before.period) throw new Problem('change.earlier-period', { period, latest: before.period })
  // The form of a new period begins with the answers of the last one.
  const carried: HouseholdState = {
    ...before,
    period,
    facts: { ...before.facts, [period]: before.facts[period] ?? before.facts[before.period] ?? {} },
    members: before.members.map((member) => {
      const last = member.facts[period] ?? member.facts[before.period]
      return member.leftOn !== null || !last ? member : { ...member, facts: { ...member.facts, [period]: last } }
    }),
  }
  return correctFacts(carried, { ...change, kind: 'correct-facts' })
}

function patched(facts: Facts, patch: FactsPatch): Facts {
  const kept = Object.entries({ ...facts, ...patch }).filter(([, value]) => value !== null)
  return Object.fromEntries(kept) as Facts
}

function memberOf(state: HouseholdState, person: number): MemberState {
  const member = state.members.find((one) => one.person === person)
  if (!member) throw new Problem('change.no-member', { person })
  return member
}

function replaceMember(state: HouseholdState, member: MemberState): HouseholdState {
  return { ...state, members: state.members.map((one) => (one.person === member.person ? member : one)) }
}
