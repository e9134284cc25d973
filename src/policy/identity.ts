import { type Day, isDate } from '../kernel/calendar.ts'
import type { ProblemCode } from '../kernel/problems.ts'
import type { Identity } from './pack.ts'

/** What an identity number says, in its one canonical spelling. */
export type IdentityFacts = {
  readonly ok: true
  readonly normal: string
  readonly birth?: Day
  readonly sexCode?: string
  /** What stood behind the number on a longer card. */
  readonly rest?: string
}

/** Why a text is no identity number. The text itself is not repeated: it may be somebody's. */
export type IdentityFault = {
  readonly ok: false
  readonly code: Extract<ProblemCode, `row.identity-${string}`>
  readonly values: Readonly<Record<string, unknown>>
}

const patterns = new WeakMap<Identity, RegExp>()

/**
 * Checks an identity number: form, checksum, birth date (a real day, not after `today` when one is given). Lower case,
 * full-width characters, inner spaces and the apostrophe with which spreadsheets mark text are accepted and removed. The
 * number of a longer card that begins with this one is read as this one; `rest` is what the card adds.
 */
export function checkIdentity(identity: Identity, text: string, today?: Day): IdentityFacts | IdentityFault {
  const pattern = patternOf(identity)
  let normal = text
  if (!pattern.test(normal)) {
    normal = text.normalize('NFKC').toUpperCase().replace(/\s+/gu, '').replace(/^'/, '')
    const longer = identity.longer?.find((card) => card.length === normal.length)
    if (longer) {
      const found = checkIdentity({ ...identity, longer: [] }, normal.slice(0, longer.keep), today)
      return found.ok ? { ...found, rest: normal.slice(longer.keep) } : found
    }
    if (!pattern.test(normal)) return fault('row.identity-form', { length: [...normal].length })
  }
  if (!checksumFits(identity.checksum, normal)) return fault('row.identity-checksum', {})
  let birth: Day | undefined
  if (identity.birthAt !== undefined) {
    const at = identity.birthAt
    if (!isDate(numberAt(normal, at, 4), numberAt(normal, at + 4, 2), numberAt(normal, at + 6, 2))) {
      return fault('row.identity-birth', { birth: normal.slice(at, at + 8) })
    }
    birth = `${normal.slice(at, at + 4)}-${normal.slice(at + 4, at + 6)}-${normal.slice(at + 6, at + 8)}`
    if (today !== undefined && birth > today) return fault('row.identity-future', { birth })
  }
  if (!identity.sex) return birth === undefined ? { ok: true, normal } : { ok: true, normal, birth }
  const odd = normal.charCodeAt(identity.sex.at) % 2 === 1
  const sexCode = odd ? identity.sex.odd : identity.sex.even
  return birth === undefined ? { ok: true, normal, sexCode } : { ok: true, normal, birth, sexCode }
}

/**
 * The check character that belongs behind a body of digits. Empty for `none`. The body must consist of the digits 0 to
 * 9. `length` takes only the beginning of a text as the body.
 */
export function checkCharacter(algorithm: Identity['checksum'], body: string, length = body.length): string {
  if (algorithm === 'iso7064-mod11-2') return mod112(body, length)
  if (algorithm === 'luhn') return luhn(body, length)
  return ''
}

/** The number with everything but its ends hidden; wholly hidden when it is too short to hide anything else. */
export function maskIdentity(identity: Identity, text: string): string {
  const { first, last } = identity.show
  if (text.length <= first + last) return '*'.repeat(text.length)
  return text.slice(0, first) + '*'.repeat(text.length - first - last) + text.slice(text.length - last)
}

function checksumFits(algorithm: Identity['checksum'], text: string): boolean {
  if (algorithm === 'none') return true
  const end = text.length - 1
  return checkCharacter(algorithm, text, end) === text[end]
}

/** ISO 7064 MOD 11-2: catches every wrong digit and every swap of neighbours. */
function mod112(body: string, length: number): string {
  let sum = 0
  for (let i = 0; i < length; i++) sum = ((sum + body.charCodeAt(i) - 48) * 2) % 11
  return '10X98765432'[sum]!
}

/** Luhn: catches every wrong digit and most swaps of neighbours. */
function luhn(body: string, length: number): string {
  let sum = 0
  let double = true
  for (let i = length - 1; i >= 0; i--) {
    let digit = body.charCodeAt(i) - 48
    if (double) digit = digit > 4 ? digit * 2 - 9 : digit * 2
    sum += digit
    double = !double
  }
  return String((10 - (sum % 10)) % 10)
}

function patternOf(identity: Identity): RegExp {
  let pattern = patterns.get(identity)
  if (!pattern) {
    pattern = new RegExp(identity.pattern, 'u')
    patterns.set(identity, pattern)
  }
  return pattern
}

function numberAt(text: string, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i++) value = value * 10 + text.charCodeAt(i) - 48
  return value
}

function fault(code: IdentityFault['code'], values: Record<string, unknown>): IdentityFault {
  return { ok: false, code, values }
}
