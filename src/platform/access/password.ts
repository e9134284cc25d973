import { hash, verify } from '@node-rs/argon2'
import { Problem } from '../../kernel/problem.ts'

// OWASP's second profile for argon2id: 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const MIN_PASSWORD = 10

/** Hashes a password with argon2id. Refuses one that is too short or only one character repeated. */
export async function hashPassword(password: string): Promise<string> {
  if ([...password].length < MIN_PASSWORD || new Set(password).size < 4) {
    throw new Problem('access.weak-password', { min: MIN_PASSWORD })
  }
  return hash(password.normalize('NFC'), cost)
}

// Spent on sign-in names that do not exist, so that the time taken does not tell which ones do.
let nobody: Promise<string> | undefined

/** Whether a password fits. Takes as long for an account that does not exist. */
export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  nobody ??= hash('nobody has this password', cost)
  const fits = await verify(stored ?? (await nobody), password.normalize('NFC')).catch(() => false)
  return fits && stored !== undefined
}
