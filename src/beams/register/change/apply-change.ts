import { Problem } from '../../../kernel/problem.ts'
import type { FactsPatch } from '../../../policy/form/patch.ts'
import type { Facts } from '../../../policy/form/value.ts'
import { comeBack, enter, goTogether, leave } from './comings-and-goings.ts'
import {
  type Change,
  type DatedChange,
  type HouseholdState,
  memberOf,
  present,
  type Rules,
  replaceMember,
} from './state.ts'

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
      return enter(before, change.member, rules)
    case 'remove-member':
      return leave(before, change, effectiveOn, rules)
    case 'change-head':
      return changeHead(before, change, rules)
    case 'correct-facts':
      return correctFacts(before, change)
    case 'update-facts':
      return updateFacts(before, change)
    case 'move':
      return { ...before, place: change.place, number: change.number }
    case 'return-member':
      return comeBack(before, change, effectiveOn, rules)
    case 'split':
      return goTogether(before, change.people, effectiveOn, rules)
    case 'merge':
      return change.members.reduce((state, member) => enter(state, member, rules), before)
    case 'undo':
      return before
    case 'correct-identity': {
      const { kind: _, ...fresh } = change
      return replaceMember(before, { ...memberOf(before, change.person), ...fresh, disputed: false })
    }
  }
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
