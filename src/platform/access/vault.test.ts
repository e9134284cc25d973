import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { vaultOf } from './vault.ts'

describe('the blind index', () => {
  const dataKey = Buffer.alloc(32, 7)
  const vault = vaultOf(dataKey)
  const key = vault.derive('fourbeams blind index')

  test.each(['', '110101199003071234', '证件号码', 'x'.repeat(64), 'ß'.repeat(65), randomBytes(300).toString('hex')])(
    'of %j is the keyed hash of the standard',
    (text) => {
      const standard = createHmac('sha256', key).update(text).digest().subarray(0, 16)
      expect(vault.blindIndex(text)).toEqual(standard)
      expect(vault.blindIndexHex(text)).toBe(standard.toString('hex'))
    },
  )

  test('does not depend on what was hashed before', () => {
    const alone = vaultOf(dataKey).blindIndexHex('12')
    vault.blindIndexHex('345678901234567890')
    expect(vault.blindIndexHex('12')).toBe(alone)
  })
})
