import { hash, verify } from '@node-rs/argon2'
import { Problem } from '../../kernel/problem.ts'

// OWASP's second profile for argon2id: 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const MIN_PASSWORD = 10

/** What guessing programs try first, without the digits and signs that people put around it. */
const triedFirst =
  /^(?:(?:pass(?:word|wort|w|code|phrase)?|secret|letmein|welcome|hello|iloveyou|woaini|admin(?:istrator)?|root|user|guest|test|demo|login|master|default|change(?:me|it)?|system|football|baseball|dragon|monkey|sunshine|princess|superman|batman|starwars|trustno|shadow|abc|abcd|abcdef|xyz|qwe|qwert|qwerty|qwertz|qwertyuiop|asd|asdf|asdfgh|asdfghjkl|zxc|zxcv|zxcvbn|zxcvbnm|qaz|wsx|edc|rfv)+)$/
const disguises: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'l',
  '!': 'i',
  '0': 'o',
  $: 's',
}

/**
 * Hashes a password with argon2id.
 * Refuses one that is short or has few different characters (`access.weak-password`), and one that is tried first by
 * whoever guesses: digits only, a run of the keyboard or alphabet, a usual word, the sign-in name
 * (`access.common-password`).
 * @param login the sign-in name of the account it is for
 */
export async function hashPassword(password: string, login: string): Promise<string> {
  if ([...password].length < MIN_PASSWORD || new Set(password).size < 4) {
    throw new Problem('access.weak-password', { min: MIN_PASSWORD })
  }
  if (isTriedFirst(password.toLowerCase(), login.trim().toLowerCase())) throw new Problem('access.common-password')
  return hash(password.normalize('NFC'), cost)
}

function isTriedFirst(password: string, login: string): boolean {
  // Telephone, document and birth numbers are known to others.
  if (/^[\p{N}\p{P}\s]+$/u.test(password)) return true
  if (login.length >= 4 && password.includes(login)) return true
  const codes = [...password].map((character) => character.codePointAt(0)!)
  const steps = codes.slice(1).filter((code, at) => Math.abs(code - codes[at]!) <= 1).length
  if (steps * 4 >= (codes.length - 1) * 3) return true
  const undisguised = password.replace(/[\d\p{P}\p{S}]+$/u, '').replace(/[@431!0$]/g, (sign) => disguises[sign]!)
  return [password, undisguised].some((text) => triedFirst.test(text.replace(/[^\p{L}]/gu, '')))
}

// Spent on sign-in names that do not exist, so that the time taken does not tell which ones do.
let nobody: Promise<string> | undefined

/** Whether a password fits. Takes as long for an account that does not exist. */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  nobody ??= hash('nobody has this password', cost)
  const fits = await verify(stored ?? (await nobody), password.normalize('NFC')).catch(() => false)
  return fits && stored !== undefined
}
