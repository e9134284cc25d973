import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deductedIn } from './income-account.ts'

const wage = { id: 'wage', value: 500_00 }
const harvest = { id: 'harvest', value: 1200_00 }
const seed = { id: 'seed', value: 300_00 }

describe('what an account deducts', () => {
  it('is the one amount that must be turned round', () => {
    expect(deductedIn([wage, harvest, seed], 1400_00)).toBe('seed')
  })

  it('is nothing when all adds up, or nothing adds up', () => {
    expect(deductedIn([wage, harvest], 1700_00)).toBeUndefined()
    expect(deductedIn([wage, harvest], 1)).toBeUndefined()
  })

  it('is left open when two amounts are alike', () => {
    expect(deductedIn([wage, harvest, { id: 'fodder', value: 500_00 }], 1200_00)).toBeUndefined()
  })

  it('is never an amount that does not make the account add up', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(amounts, fc.integer({ min: -9, max: 80 }), (values, total) => {
        const account = values.map((value, index) => ({ id: String(index), value }))
        const found = deductedIn(account, total)
        if (found === undefined) return
        expect(account.reduce((sum, { id, value }) => sum + (id === found ? -value : value), 0)).toBe(total)
      }),
    )
  })
})
