import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack } from '../../test/support/packs.ts'
import { checkCharacter, checkIdentity, maskIdentity } from './identity.ts'
import type { Identity } from './pack.ts'

const identity = pack('china-2016').identity
const luhn = pack('riverland').identity

/** Numbers with a right check character: body of digits, birth date in 1900 to 2099. */
const numbers = fc
  .tuple(
    fc.integer({ min: 110000, max: 659999 }),
    fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([county, date, order]) => {
    const body = `${county}${date.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`
    return body + checkCharacter('iso7064-mod11-2', body)
  })

const luhnNumbers = fc
  .integer({ min: 0, max: 999_999_999 })
  .map((body) => String(body).padStart(9, '0'))
  .map((body) => body + checkCharacter('luhn', body))

describe('an identity number', () => {
  it.each([
    ['11010519491231002X', '1949-12-31', '2'],
    ['440524188001010014', '1880-01-01', '1'],
    ['53010219200508011X', '1920-05-08', '1'],
    ['34052419800101001X', '1980-01-01', '1'],
  ])('is read: %s', (text, birth, sexCode) => {
    expect(checkIdentity(identity, text, '2016-12-31')).toEqual({ ok: true, normal: text, birth, sexCode })
  })

  it.each([
    ['11010519491231002x', '11010519491231002X'],
    ['１１０１０５１９４９１２３１００２Ｘ', '11010519491231002X'],
    [" '110105 19491231 002X ", '11010519491231002X'],
  ])('is brought to its one spelling: %s', (text, normal) => {
    expect(checkIdentity(identity, text)).toMatchObject({ ok: true, normal })
  })

  it.each([
    ['', 'row.identity-form', { length: 0 }],
    ['110105194912310', 'row.identity-form', { length: 15 }],
    ['11010519491231002X1', 'row.identity-form', { length: 19 }],
    ['1101051949123100XX', 'row.identity-form', { length: 18 }],
    ['01010519491231002X', 'row.identity-form', { length: 18 }],
    ['110105194912310021', 'row.identity-checksum', {}],
    ['440524188001010015', 'row.identity-checksum', {}],
  ])('is refused: %s', (text, code, values) => {
    expect(checkIdentity(identity, text)).toEqual({ ok: false, code, values })
  })

  it.each([
    ['20150229', 'row.identity-birth'],
    ['19001301', 'row.identity-birth'],
    ['20170101', 'row.identity-future'],
  ])('is refused when its birth date is %s', (birth, code) => {
    const body = `522401${birth}001`
    const found = checkIdentity(identity, body + checkCharacter('iso7064-mod11-2', body), '2016-12-31')
    expect(found).toMatchObject({ ok: false, code })
    expect(JSON.stringify(found)).not.toContain('522401')
  })

  it.each([
    ['mod 11-2', identity, numbers],
    ['luhn', luhn, luhnNumbers],
  ] as const)('is refused when any one of its digits is wrong (%s)', (_name, shape: Identity, valid) => {
    fc.assert(
      fc.property(valid, (text) => {
        expect(checkIdentity(shape, text).ok).toBe(true)
        for (let i = 0; i < text.length; i++) {
          for (const digit of '0123456789X') {
            if (digit === text[i]) continue
            expect(checkIdentity(shape, text.slice(0, i) + digit + text.slice(i + 1)).ok).toBe(false)
          }
        }
      }),
    )
  })

  it('carries the check character of the standard: the weighted sum leaves 1 (mod 11-2)', () => {
    // The weights as they are printed in descriptions of the number; 2^(17 - i) mod 11.
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1]
    const seen = new Set<string>()
    fc.assert(
      fc.property(numbers, (text) => {
        const values = [...text].map((character) => (character === 'X' ? 10 : Number(character)))
        expect(values.reduce((sum, value, i) => sum + value * weights[i]!, 0) % 11).toBe(1)
        seen.add(text.at(-1)!)
      }),
      { numRuns: 500 },
    )
    expect(seen.size).toBe(11)
  })

  it('is found on a longer card that begins with it', () => {
    expect(checkIdentity(identity, '11010519491231002x43')).toEqual({
      ok: true,
      normal: '11010519491231002X',
      birth: '1949-12-31',
      sexCode: '2',
      rest: '43',
    })
    expect(checkIdentity(identity, '11010519491231002X43B1')).toMatchObject({ ok: true, rest: '43B1' })
    expect(checkIdentity(identity, '11010519491231001X43')).toMatchObject({ ok: false, code: 'row.identity-checksum' })
    expect(checkIdentity(identity, '1101051949123100XX43')).toMatchObject({ ok: false, code: 'row.identity-form' })
  })

  it('is refused when two neighbours are swapped (mod 11-2)', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 16 }), (text, i) => {
        fc.pre(text[i] !== text[i + 1])
        expect(checkIdentity(identity, text.slice(0, i) + text[i + 1] + text[i] + text.slice(i + 2)).ok).toBe(false)
      }),
    )
  })

  it('says nothing of birth and sex where the country’s numbers do not', () => {
    expect(checkIdentity(luhn, '7992739871'.slice(0, 9) + checkCharacter('luhn', '799273987'))).toEqual({
      ok: true,
      normal: `799273987${checkCharacter('luhn', '799273987')}`,
    })
    // The number that every description of the algorithm uses.
    expect(checkCharacter('luhn', '7992739871')).toBe('3')
    expect(checkCharacter('none', '123')).toBe('')
  })

  it('is shown with only its ends', () => {
    expect(maskIdentity(identity, '11010519491231002X')).toBe('110105**********2X')
    expect(maskIdentity(luhn, '7992739871')).toBe('79******71')
    expect(maskIdentity(luhn, '7992')).toBe('****')
    expect(maskIdentity(luhn, '')).toBe('')
  })
})
