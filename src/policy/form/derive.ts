import type { Form } from '../pack.ts'
import type { Fact, Facts } from './value.ts'

/**
 * The computed amounts of a household, in minor units, by field id. An amount of which no part is known is left out,
 * as is one per member of a household without members; otherwise an empty part counts as nothing. Sums are exact;
 * a share per member is rounded to the nearest minor unit, halves away from zero. An amount beyond the safe
 * integers is left out, since it could not be kept exactly.
 */
export function derive(form: Form, household: Facts, memberCount: number): Record<string, number> {
  const derived: Record<string, number> = {}
  const known = (id: string): Fact | undefined => derived[id] ?? household[id]
  for (const section of form.sections) {
    for (const field of section.fields) {
      const rule = field.derive
      if (!rule || ![...rule.plus, ...rule.minus].some((id) => typeof known(id) === 'number')) continue
      if (rule.perMember && memberCount <= 0) continue
      let sum = 0n
      for (const id of rule.plus) sum += minor(known(id))
      for (const id of rule.minus) sum -= minor(known(id))
      const value = Number(rule.perMember ? divide(sum, BigInt(memberCount)) : sum)
      if (Number.isSafeInteger(value)) derived[field.id] = value
    }
  }
  return derived
}

function minor(fact: Fact | undefined): bigint {
  return typeof fact === 'number' ? BigInt(fact) : 0n
}

function divide(sum: bigint, by: bigint): bigint {
  const size = sum < 0n ? -sum : sum
  const share = (size * 2n + by) / (by * 2n)
  return sum < 0n ? -share : share
}
