import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Facts } from '../../../policy/form/value.ts'
import {
  type Change,
  type HouseholdState,
  type MemberState,
  memberOf,
  present,
  type Rules,
  replaceMember,
} from './state.ts'

// Who joins and who leaves a household, alone or together. Pure, as everything that makes a state of a state.

/** Somebody joins, or joins again; at the end of the card. */
export function enter(before: HouseholdState, member: MemberState, rules: Rules): HouseholdState {
  if (rules.heads.has(member.relation)) throw new Problem('change.second-head')
  const known = before.members.find((one) => one.person === member.person)
  if (known?.leftOn === null) throw new Problem('change.already-member', { name: member.name })
  if (member.joinedOn < member.bornOn) {
    throw new Problem('change.before-birth', { name: member.name, day: member.joinedOn, birth: member.bornOn })
  }
  demandGone(known, member.joinedOn)
  const line = Math.max(0, ...before.members.map((one) => one.line)) + 1
  const others = before.members.filter((one) => one !== known)
  return { ...before, members: [...others, { ...member, line }] }
}

/** Somebody leaves. */
export function leave(
  before: HouseholdState,
  { person, reason }: Pick<Extract<Change, { kind: 'remove-member' }>, 'person' | 'reason'>,
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

/** Somebody who left is there again, on the same line of the card. What lies between stays in the past. */
export function comeBack(
  before: HouseholdState,
  { person, relation }: Extract<Change, { kind: 'return-member' }>,
  on: Day,
  rules: Rules,
): HouseholdState {
  const member = memberOf(before, person)
  if (member.leftOn === null) throw new Problem('change.already-member', { name: member.name })
  if (member.leftWhy !== null && rules.died.has(member.leftWhy)) {
    throw new Problem('change.died', { name: member.name, day: member.leftOn })
  }
  if (member.leftWhy === rules.split) throw new Problem('change.went-on', { name: member.name, day: member.leftOn })
  if (rules.heads.has(relation)) throw new Problem('change.second-head')
  demandGone(member, on)
  return replaceMember(before, { ...member, relation, joinedOn: on, leftOn: null, leftWhy: null })
}

/** Some leave together for a household of their own. */
export function goTogether(before: HouseholdState, people: readonly number[], on: Day, rules: Rules): HouseholdState {
  const staying = present(before).filter((member) => !people.includes(member.person))
  if (staying.length === 0) throw new Problem('change.split-all')
  return people.reduce((state, person) => leave(state, { person, reason: rules.split }, on, rules), before)
}

/** What is told of a household that splits off. */
export type NewHome = {
  readonly place: string
  readonly number: string
  readonly cause: string
  /** Relation to the new head by person: who goes. */
  readonly relations: Readonly<Record<string, string>>
  /** The new household's own facts of the period. */
  readonly facts: Facts
}

/** The first state of a household that splits off: who goes, with all that is known of them, and facts of its own. */
export function splitOff(before: HouseholdState, home: NewHome, on: Day, rules: Rules): HouseholdState {
  for (const person of Object.keys(home.relations)) memberOf(before, Number(person))
  const going = present(before).filter((member) => home.relations[member.person] !== undefined)
  const members = going.map(
    (member, at): MemberState => ({
      ...member,
      line: at + 1,
      relation: home.relations[member.person]!,
      joinedOn: on,
    }),
  )
  const heads = members.filter((member) => rules.heads.has(member.relation))
  if (heads.length !== 1) throw new Problem('change.new-head', { count: heads.length })
  return {
    place: home.place,
    number: home.number,
    status: before.status,
    cause: home.cause,
    registeredOn: on,
    period: before.period,
    facts: { [before.period]: rules.derive(home.facts, members.length) },
    sealed: null,
    members,
  }
}

/** Who left on a day cannot have come back before it. */
function demandGone(member: MemberState | undefined, on: Day): void {
  if (member?.leftOn && on < member.leftOn) {
    throw new Problem('change.before-leaving', { name: member.name, day: on, left: member.leftOn })
  }
}
