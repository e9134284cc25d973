import type { Day } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { FactsPatch } from '../../../policy/form/patch.ts'
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
      /** Ids of the form's questions that somebody has confirmed. */
      readonly confirmed?: readonly string[] | undefined
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
  /** Somebody who left comes back. */
  | { readonly kind: 'return-member'; readonly person: number; readonly relation: string }
  /** Some members become a household of their own. */
  | { readonly kind: 'split'; readonly household: number; readonly people: readonly number[] }
  /** All members of another household come, as they were there, with their relation to the head here. */
  | { readonly kind: 'merge'; readonly household: number; readonly members: readonly MemberState[] }
  /** Takes back the change that was recorded as `action`: it is left out as if it had never been. */
  | { readonly kind: 'undo'; readonly action: number }

/** A change with its place in time. `no` is its order of recording. */
export type DatedChange = { readonly no: number; readonly effectiveOn: Day; readonly change: Change }

/** What the rules of change need to know of the pack. */
export type Rules = {
  /** Relation codes of a head of household. */
  readonly heads: ReadonlySet<string>
  /** Reasons for leaving that mean death. */
  readonly died: ReadonlySet<string>
  /** The reason for leaving of those who became a household of their own. */
  readonly split: string
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

/** A member of a state by number, gone or there. Throws a Problem when there is none. */
export function memberOf(state: HouseholdState, person: number): MemberState {
  const member = state.members.find((one) => one.person === person)
  if (!member) throw new Problem('change.no-member', { person })
  return member
}

/** A state with one member as given instead of as before. */
export function replaceMember(state: HouseholdState, member: MemberState): HouseholdState {
  return { ...state, members: state.members.map((one) => (one.person === member.person ? member : one)) }
}
