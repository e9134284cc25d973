import { sql, type Tx } from '../../platform/db/database.ts'

/**
 * Waits until nobody else brings households into the villages of an audit chain, and keeps others waiting until the
 * transaction ends: a household number that was found free stays free, and an identity unclaimed.
 */
export async function takeTurn(tx: Tx, chain: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`intake ${chain}`}))`)
}
