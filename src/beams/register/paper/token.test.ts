import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardSigner } from './token.ts'

const vaultOf = (secret: string) => ({
  derive: (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)),
})

describe('a token', () => {
  const signer = cardSigner(vaultOf('one'))

  it('is read by whoever has the key, and is another each time', () => {
    const [first, second] = [signer.make(), signer.make()]
    expect(first.token).toMatch(/^[A-Za-z0-9_-]{108}$/)
    expect(first.token).not.toBe(second.token)
    expect(cardSigner(vaultOf('one')).read(first.token)).toEqual(first.hash)
    expect(cardSigner(vaultOf('two')).read(first.token)).toBeUndefined()
  })

  it('is refused with any change, and so is any other text', () => {
    const { token } = signer.make()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, by) => {
        fc.pre(token[at] !== by)
        expect(signer.read(token.slice(0, at) + by + token.slice(at + 1))).toBeUndefined()
      }),
      { numRuns: 300, seed: 7 },
    )
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(signer.read(text)).toBeUndefined()
      }),
      { seed: 7 },
    )
    for (const other of [`${token}=`, ` ${token}`, token.replaceAll('-', '+'), `${token}AAAA`]) {
      if (other !== token) expect(signer.read(other)).toBeUndefined()
    }
  })
})
