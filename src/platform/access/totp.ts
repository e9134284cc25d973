import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
/** Clocks of telephones are off, and typing takes time: one step to either side is taken. */
const SLACK = 1
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base32 of RFC 4648 without padding: what people can type into a device. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

/** 80 random bits in groups of four letters and digits: what people can read out, write down and type. */
export function randomCode(): string {
  return base32(randomBytes(10)).toLowerCase().match(/.{4}/g)!.join('-')
}

/** One-time password of a time step, six digits (RFC 6238 with HMAC-SHA-1, which every device knows). */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const number = mac.readUInt32BE(mac.at(-1)! & 15) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** Number of the time step that an instant lies in. */
export const stepOf = (at: Date): number => Math.floor(at.getTime() / STEP_MS)

/** The time step around an instant whose code this is, or nothing. */
export function stepOfCode(secret: Uint8Array, code: string, at: Date): number | undefined {
  const now = stepOf(at)
  const given = Buffer.from(code)
  for (let step = now - SLACK; step <= now + SLACK; step++) {
    const expected = Buffer.from(codeAt(secret, step))
    if (given.length === expected.length && timingSafeEqual(given, expected)) return step
  }
  return undefined
}

/** The address that a device reads from the square code. */
export function otpAddress(secret: Uint8Array, login: string, issuer: string): string {
  const query = new URLSearchParams({ secret: base32(secret), issuer, digits: String(DIGITS), period: '30' })
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(login)}?${query}`
}
