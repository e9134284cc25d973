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
      if (!rule || (rule.perMember && memberCount <= 0)) continue
      const amounts: number[] = []
      const add = (fact: Fact | undefined, sign: 1 | -1) => {
        if (typeof fact === 'number') amounts.push(sign * fact)
      }
      for (const id of rule.plus) add(known(id), 1)
      for (const id of rule.minus) add(known(id), -1)
      if (amounts.length === 0) continue
      const value = share(amounts, rule.perMember ? memberCount : 1)
      if (Number.isSafeInteger(value)) derived[field.id] = value
    }
  }
  return derived
}

/** The sum of some amounts divided by a number of members. Counted in plain numbers as long as these are exact. */
function share(amounts: readonly number[], by: number): number {
  let sum = 0
  for (const amount of amounts) {
    sum += amount
    if (!Number.isSafeInteger(sum)) return largeShare(amounts, BigInt(by))
  }
  const rest = Math.abs(sum) % by
  const size = (Math.abs(sum) - rest) / by + (rest * 2 >= by ? 1 : 0)
  return sum < 0 && size > 0 ? -size : size
}

function largeShare(amounts: readonly number[], by: bigint): number {
  let sum = 0n
  for (const amount of amounts) sum += BigInt(amount)
  const size = ((sum < 0n ? -sum : sum) * 2n + by) / (by * 2n)
  return Number(sum < 0n ? -size : size)
}
