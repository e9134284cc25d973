import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import type { Vault } from '../../../platform/access/vault.ts'

const FORMAT = 1
const UNSIGNED = 17
const SIGNED = UNSIGNED + 64
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const KEY_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Makes and checks the tokens on printed cards. */
export type CardSigner = {
  /** A new token of 108 characters, and the hash by which its seal is found. */
  make(): { readonly token: string; readonly hash: Buffer }
  /** The hash of a token that was made here; nothing for any other text. */
  read(token: string): Buffer | undefined
}

/**
 * A token is random and signed: it says nothing of the household, a forged one is refused without asking the database,
 * and the database, which keeps only hashes, does not tell what stands on the papers. Bytes: format, four of the key's
 * hash, twelve random, 64 of the Ed25519 signature over those before.
 */
export function cardSigner(vault: Pick<Vault, 'derive'>): CardSigner {
  const seed = vault.derive('fourbeams printed card')
  const key = createPrivateKey({ key: Buffer.concat([KEY_HEAD, seed]), format: 'der', type: 'pkcs8' })
  const open = createPublicKey(key)
  const keyName = createHash('sha256')
    .update(open.export({ format: 'der', type: 'spki' }))
    .digest()
    .subarray(0, 4)
  const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes.subarray(0, UNSIGNED)).digest()
  return {
    make() {
      const plain = Buffer.concat([Buffer.of(FORMAT), keyName, randomBytes(12)])
      return { token: Buffer.concat([plain, sign(null, plain, key)]).toString('base64url'), hash: hashOf(plain) }
    },
    read(token) {
      const bytes = Buffer.from(token, 'base64url')
      // A lenient reading of Base64 would make several texts of one token.
      if (bytes.length !== SIGNED || bytes.toString('base64url') !== token) return undefined
      const plain = bytes.subarray(0, UNSIGNED)
      if (plain[0] !== FORMAT || !plain.subarray(1, 5).equals(keyName)) return undefined
      return verify(null, plain, open, bytes.subarray(UNSIGNED)) ? hashOf(bytes) : undefined
    },
  }
}
