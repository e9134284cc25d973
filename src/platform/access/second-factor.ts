import { createHash, randomBytes } from 'node:crypto'
import { sql, type Tx } from '../db/database.ts'
import { randomCode, stepOfCode } from './totp.ts'
import type { Vault } from './vault.ts'

const RECOVERY_CODES = 10
/** A secret that was shown and not confirmed for so long is void: whoever finds the session open cannot guess on. */
const CONFIRM_WITHIN_MS = 15 * 60_000

type FactorState = { confirmed_at: Date | null; recovery_left: number }

type FactorRow = { secret: Buffer; begun_at: Date; confirmed_at: Date | null }

const contextOf = (accountId: number) => `second factor ${accountId}`

/** The second factor of an account as far as others may know it, or nothing. */
export async function findFactor(tx: Tx, accountId: number): Promise<FactorState | undefined> {
  return tx.first<FactorState>(sql`
    select confirmed_at, cardinality(recovery) as recovery_left
    from second_factor where account_id = ${accountId}`)
}

/**
 * Makes a new secret in place of one that was not confirmed. Says no when there is a confirmed one.
 * @returns 20 bytes, to be shown once
 */
export async function beginFactor(tx: Tx, vault: Vault, accountId: number, now: Date): Promise<Buffer | undefined> {
  const secret = randomBytes(20)
  const sealed = vault.seal(secret.toString('hex'), contextOf(accountId))
  const made = await tx.run(sql`
    insert into second_factor as f (account_id, secret, begun_at) values (${accountId}, ${sealed}, ${now})
    on conflict (account_id) do update set secret = excluded.secret, begun_at = excluded.begun_at
    where f.confirmed_at is null`)
  return made > 0 ? secret : undefined
}

/** Takes the factor into use when the code is right. Says no when it is not, or nothing was begun a short while ago. */
export async function confirmFactor(
  tx: Tx,
  vault: Vault,
  accountId: number,
  code: string,
  now: Date,
): Promise<boolean> {
  const row = await readFactor(tx, accountId)
  if (!row || row.confirmed_at || now.getTime() - row.begun_at.getTime() > CONFIRM_WITHIN_MS) return false
  const step = stepOfCode(openSecret(vault, accountId, row), plain(code), now)
  if (step === undefined) return false
  return (
    (await tx.run(sql`
      update second_factor set confirmed_at = ${now}, last_step = ${step}
      where account_id = ${accountId} and confirmed_at is null and secret = ${row.secret}`)) > 0
  )
}

/**
 * Checks a code of the device, or a recovery code, and uses it up: neither is taken twice, whoever comes first.
 * @returns `not-asked` when the account has no second factor in use
 */
export async function takeCode(
  tx: Tx,
  vault: Vault,
  accountId: number,
  code: string | undefined,
  now: Date,
): Promise<'not-asked' | 'missing' | 'wrong' | 'right'> {
  const row = await readFactor(tx, accountId)
  if (!row?.confirmed_at) return 'not-asked'
  if (code === undefined) return 'missing'
  const step = stepOfCode(openSecret(vault, accountId, row), plain(code), now)
  const taken =
    step === undefined
      ? await tx.run(sql`
          update second_factor set recovery = array_remove(recovery, ${hashOf(code)})
          where account_id = ${accountId} and ${hashOf(code)} = any(recovery)`)
      : await tx.run(sql`
          update second_factor set last_step = ${step} where account_id = ${accountId} and last_step < ${step}`)
  return taken > 0 ? 'right' : 'wrong'
}

/**
 * Makes new recovery codes in place of all before.
 * @returns the codes, to be shown once: 80 random bits each, in groups of four
 */
export async function renewRecovery(tx: Tx, accountId: number): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, randomCode)
  const hashes = codes.map((code) => hashOf(code))
  await tx.run(sql`
    update second_factor set recovery = ${hashes}::bytea[] where account_id = ${accountId} and confirmed_at is not null`)
  return codes
}

/** Takes the second factor away. Says whether there was one in use. */
export async function removeFactor(tx: Tx, accountId: number): Promise<boolean> {
  const row = await tx.first<{ used: boolean }>(sql`
    delete from second_factor where account_id = ${accountId} returning confirmed_at is not null as used`)
  return row?.used ?? false
}

async function readFactor(tx: Tx, accountId: number): Promise<FactorRow | undefined> {
  return tx.first<FactorRow>(
    sql`select secret, begun_at, confirmed_at from second_factor where account_id = ${accountId}`,
  )
}

const openSecret = (vault: Vault, accountId: number, row: FactorRow) =>
  Buffer.from(vault.open(row.secret, contextOf(accountId)), 'hex')

/** As it is kept: people type codes with spaces, dashes and capitals. */
const plain = (code: string) => code.replace(/[\s-]/g, '').toLowerCase()

const hashOf = (code: string) => createHash('sha256').update(plain(code)).digest()
