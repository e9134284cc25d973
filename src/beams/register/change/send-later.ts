import { often, type RawBuilder, type Tx } from '../../../platform/db/database.ts'

/** Statements that go with the next message of the transaction; nobody waits for them. */
export function sendLater(tx: Tx, statements: readonly RawBuilder<unknown>[]): void {
  tx.later(statements.map(often))
}
