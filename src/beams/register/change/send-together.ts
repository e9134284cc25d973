import type { RawBuilder, Tx } from '../../../platform/db/database.ts'

/** Sends statements one behind the other without waiting in between. */
export async function sendTogether(tx: Tx, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  await Promise.all(statements.map((statement) => tx.run(statement)))
}
