import type { Fact, Facts } from '../../../policy/form/value.ts'
import type { Field } from '../../../policy/pack.ts'
import type { ExportMember, ListedRow } from './queries.ts'

/** The value of a household's field, wherever the register keeps it. */
export function householdFact(field: Field, household: ListedRow, secrets: Facts, derived: Facts): Fact | undefined {
  if (field.binds === 'household.status') return household.status
  if (field.binds === 'household.cause') return household.cause
  if (field.derive) return derived[field.id]
  return secrets[field.id] ?? household.facts[field.id]
}

/** The value of a member's field, wherever the register keeps it. */
export function memberFact(field: Field, member: ExportMember, secrets: Facts): Fact | undefined {
  switch (field.binds) {
    case 'member.name':
      return member.name
    case 'member.relation':
      return member.relation
    case 'member.sex':
      return member.sex
    case 'member.birth':
      return member.born_on
    case 'member.joined':
      return member.joined_on
    case 'member.document':
      return secrets[field.id] ?? member.document_mask ?? undefined
    default:
      return secrets[field.id] ?? member.facts?.[field.id]
  }
}
