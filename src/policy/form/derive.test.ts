import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack } from '../../../test/support/packs.ts'
import { householdForm } from '../ask.ts'
import { derive } from './derive.ts'

const form = householdForm(pack('riverland'))

describe('computed amounts', () => {
  it.each([
    [{ catch: 10_000, craft: 500, nets: 200 }, 3, { left: 10_300, left_each: 3433 }],
    [{ catch: 5 }, 2, { left: 5, left_each: 3 }],
    [{ nets: 5 }, 2, { left: -5, left_each: -3 }],
    [{ nets: 4 }, 3, { left: -4, left_each: -1 }],
    [{ catch: 0 }, 4, { left: 0, left_each: 0 }],
    [{ catch: 7 }, 0, { left: 7 }],
    [{ boats: 2 }, 4, {}],
    [{}, 4, {}],
    [{ catch: 10, left: 999, left_each: 999 }, 1, { left: 10, left_each: 10 }],
    [{ catch: Number.MAX_SAFE_INTEGER, craft: 2 }, 1, {}],
    [{ catch: Number.MAX_SAFE_INTEGER, craft: 2, nets: 3 }, 1, { left: 2 ** 53 - 2, left_each: 2 ** 53 - 2 }],
  ])('of %j and %i members are %j', (facts, members, expected) => {
    expect(derive(form, facts, members)).toEqual(expected)
  })

  it('share a sum so that no more than half a unit for each member is lost or made', () => {
    const amount = fc.integer({ min: 0, max: 10_000_000_000 })
    fc.assert(
      fc.property(amount, amount, amount, fc.integer({ min: 1, max: 30 }), (caught, craft, nets, members) => {
        const { left, left_each } = derive(form, { catch: caught, craft, nets }, members) as Record<string, number>
        expect(left).toBe(caught + craft - nets)
        expect(Math.abs(left_each! * members - left!)).toBeLessThanOrEqual(members / 2)
      }),
    )
  })
})
