import type { Facts } from '../../../policy/form/value.ts'
import type { HouseholdState, MemberState } from './state.ts'

/** One thing that differs between two states; null where there is nothing. */
export type Difference = {
  /** The member it is about; null for the household itself. */
  readonly person: number | null
  readonly period: string | null
  /** A column of the state or the id of a field of the form. */
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

const memberColumns = ['name', 'relation', 'sex', 'bornOn', 'joinedOn', 'leftOn', 'leftWhy', 'documentMask'] as const
const householdColumns = ['place', 'number', 'status', 'cause', 'period'] as const

/** What a change would do, field by field; all of it where nothing was before. Sealed values are told by their masks only. */
export function differences(before: HouseholdState | null, after: HouseholdState): Difference[] {
  const found: Difference[] = []
  const note = (person: number | null, period: string | null, field: string, from: unknown, to: unknown) => {
    if (!same(from, to)) found.push({ person, period, field, from: from ?? null, to: to ?? null })
  }
  for (const column of householdColumns) note(null, null, column, before?.[column], after[column])
  noteFacts(before?.facts ?? {}, after.facts, (period, field, from, to) => note(null, period, field, from, to))
  const earlier = new Map((before?.members ?? []).map((member) => [member.person, member]))
  for (const member of after.members) {
    const was: Partial<MemberState> = earlier.get(member.person) ?? {}
    for (const column of memberColumns) note(member.person, null, column, was[column], member[column])
    noteFacts(was.facts ?? {}, member.facts, (period, field, from, to) => note(member.person, period, field, from, to))
  }
  for (const member of earlier.values()) {
    if (after.members.some((one) => one.person === member.person)) continue
    for (const column of memberColumns) note(member.person, null, column, member[column], null)
  }
  return found
}

type ByPeriod = Readonly<Record<string, Facts>>

function noteFacts(
  before: ByPeriod,
  after: ByPeriod,
  note: (period: string, field: string, from: unknown, to: unknown) => void,
): void {
  for (const period of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[period] ?? {}, after[period] ?? {}]
    for (const field of new Set([...Object.keys(was), ...Object.keys(is)])) note(period, field, was[field], is[field])
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
