import { describe, expect, it } from 'vitest'
import { base32, codeAt, otpAddress, stepOf, stepOfCode } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

describe('one-time passwords', () => {
  // Appendix B of RFC 6238 gives eight digits; six are the last of them.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %i are those of the standard', (second, eight) => {
    expect(codeAt(secret, stepOf(new Date(second * 1000)))).toBe(eight.slice(-6))
  })

  it('are taken one step early or late, not two, and not cut short', () => {
    const at = new Date(1_234_567_890_000)
    const now = stepOf(at)
    for (const off of [-1, 0, 1]) expect(stepOfCode(secret, codeAt(secret, now + off), at)).toBe(now + off)
    for (const off of [-2, 2]) expect(stepOfCode(secret, codeAt(secret, now + off), at)).toBeUndefined()
    expect(stepOfCode(secret, codeAt(secret, now).slice(1), at)).toBeUndefined()
    expect(stepOfCode(Buffer.from('another secret of 20'), codeAt(secret, now), at)).toBeUndefined()
  })
})

it('base32 is that of RFC 4648, without padding', () => {
  const words = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar']
  expect(words.map((word) => base32(Buffer.from(word)))).toEqual([
    '',
    'MY',
    'MZXQ',
    'MZXW6',
    'MZXW6YQ',
    'MZXW6YTB',
    'MZXW6YTBOI',
  ])
})

it('the address names the account and holds the secret', () => {
  const address = new URL(otpAddress(secret, 'a b@c', 'House & Co'))
  expect([address.protocol, address.host, decodeURIComponent(address.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/House & Co:a b@c',
  ])
  expect(Object.fromEntries(address.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'House & Co',
    digits: '6',
    period: '30',
  })
})
