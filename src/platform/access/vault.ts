import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hash, hkdfSync, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NOWHERE } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import { type Database, sql } from '../db/database.ts'

/**
 * Keeps what must not be read from the database alone. Values are sealed with AES-256-GCM under a data key; the data
 * key lies in the database, itself sealed under the key file, which lies outside. Changing the key file's key means
 * sealing one data key again, not a nation of households.
 */
export type Vault = {
  /** Encrypts a text, or bytes: version byte, 12 bytes nonce, ciphertext, 16 bytes tag. `context` must be given again to open. */
  seal(content: string | Uint8Array, context: string): Buffer
  /** Decrypts. Throws Problem `vault.damaged` when a byte was changed, the context differs, or the key is another. */
  open(sealed: Uint8Array, context: string): string
  /** As `open`, for what was sealed as bytes. */
  openBytes(sealed: Uint8Array, context: string): Buffer
  /** Keyed hash by which an identity number is found without being read: 16 bytes of HMAC-SHA-256. */
  blindIndex(text: string): Buffer
  /** The same, in hexadecimal digits: for a million of them at a time. */
  blindIndexHex(text: string): string
  /** A key for another purpose, derived from the data key. */
  derive(purpose: string): Buffer
}

const VERSION = 1

export function keyFilePath(home: string): string {
  return join(home, 'keys', 'master.key')
}

/** Opens the vault of an installation, making key file and data key on first use. */
export async function openVault(home: string, db: Database): Promise<Vault> {
  const path = keyFilePath(home)
  const stored = await db.transaction(NOWHERE, (tx) =>
    tx.first<{ sealed: string }>(sql`select value->>'sealed' as sealed from setting where name = 'data-key'`),
  )
  const master = await readKeyFile(path, stored !== undefined)
  const wrap = vaultOf(Buffer.from(hkdfSync('sha256', master, '', 'fourbeams key encryption', 32)))
  if (stored) return vaultOf(Buffer.from(wrap.open(Buffer.from(stored.sealed, 'base64'), 'data-key'), 'hex'))
  const sealed = wrap.seal(randomBytes(32).toString('hex'), 'data-key').toString('base64')
  // Two processes may start at once; the first key wins and both read it back.
  const kept = await db.transaction(NOWHERE, async (tx) => {
    await tx.run(
      sql`insert into setting (name, value) values ('data-key', ${JSON.stringify({ sealed })}) on conflict do nothing`,
    )
    return tx.first<{ sealed: string }>(sql`select value->>'sealed' as sealed from setting where name = 'data-key'`)
  })
  return vaultOf(Buffer.from(wrap.open(Buffer.from(kept!.sealed, 'base64'), 'data-key'), 'hex'))
}

async function readKeyFile(path: string, mustExist: boolean): Promise<Buffer> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text !== undefined) {
    if (!/^[0-9a-f]{64}\n?$/.test(text)) throw new Problem('vault.key-damaged', { path })
    return Buffer.from(text.trim(), 'hex')
  }
  if (mustExist) throw new Problem('vault.key-missing', { path })
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${randomBytes(32).toString('hex')}\n`
  const draft = `${path}.${process.pid}`
  await writeFile(draft, fresh, { mode: 0o600, flag: 'wx' })
  await chmod(draft, 0o600)
  await rename(draft, path)
  return Buffer.from(fresh.trim(), 'hex')
}

/** A vault under a known data key. */
export function vaultOf(dataKey: Buffer): Vault {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', dataKey, '', purpose, 32))
  // Key objects: a key handed over as bytes is wrapped anew at every call, which costs more than the cipher.
  const sealKey = createSecretKey(derive('fourbeams seal'))
  const keyed = keyedHash(derive('fourbeams blind index'))
  const nonces = nonceSource()
  const openBytes = (sealed: Uint8Array, context: string): Buffer => {
    try {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      if (bytes[0] !== VERSION || bytes.length < 29) throw new Error('unknown version')
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(1, 13))
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()])
    } catch {
      throw new Problem('vault.damaged')
    }
  }
  return {
    derive,
    seal(content, context) {
      const nonce = nonces()
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce)
      cipher.setAAD(Buffer.from(context))
      const body = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content)
      return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.final(), cipher.getAuthTag()])
    },
    open: (sealed, context) => openBytes(sealed, context).toString('utf8'),
    openBytes,
    blindIndex: (text) => Buffer.from(keyed(text).slice(0, 32), 'hex'),
    blindIndexHex: (text) => keyed(text).slice(0, 32),
  }
}

const BLOCK = 64
const LONGEST = 192

/**
 * HMAC-SHA-256 in hexadecimal digits. Made of two plain hashes, as RFC 2104 says, because an HMAC object for each number
 * of a nation costs five times the hashing.
 */
export function keyedHash(key: Buffer): (text: string) => string {
  const inner = Buffer.alloc(BLOCK + LONGEST)
  const outer = Buffer.alloc(BLOCK + 32)
  for (let i = 0; i < BLOCK; i++) {
    inner[i] = (key[i] ?? 0) ^ 0x36
    outer[i] = (key[i] ?? 0) ^ 0x5c
  }
  return (text) => {
    if (text.length * 3 > LONGEST) return createHmac('sha256', key).update(text).digest('hex')
    const length = inner.write(text, BLOCK)
    outer.write(hash('sha256', inner.subarray(0, BLOCK + length), 'binary'), BLOCK, 'latin1')
    return hash('sha256', outer, 'hex')
  }
}

/** Nonces of 12 random bytes, drawn a thousand at a time: a call to the system's generator costs as much as a cipher. */
function nonceSource(): () => Buffer {
  let pool = randomBytes(12_000)
  let used = 0
  return () => {
    if (used === pool.length) {
      pool = randomBytes(12_000)
      used = 0
    }
    used += 12
    return pool.subarray(used - 12, used)
  }
}
