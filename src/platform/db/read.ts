import type pg from 'pg'
import type { Scope } from '../../kernel/place-code.ts'
import { postgresProblem } from './refusal.ts'
import type { ReadTogether } from './together.ts'
import { beginSql, rollBack, sendTogether, type Tx, txBy } from './transaction.ts'

/**
 * Runs `work` with a transaction that only reads. It begins with the first question. Each statement sees what is
 * committed when it runs, so statements that bring their own begin and commit see the same as those inside.
 */
export async function readIn<T>(
  pool: pg.Pool,
  readTogether: ReadTogether,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let opened: Promise<pg.PoolClient> | undefined
  let begun: Promise<unknown> | undefined
  let broken: Error | undefined
  const open = async () => {
    const client = await pool.connect()
    sendTogether(client)
    begun = client.query(beginSql(scope, true))
    begun.catch((error) => (broken = error))
    return client
  }
  const inside = txBy(async (...words) => {
    opened ??= open()
    const client = await opened
    return (client.query as (...words: unknown[]) => Promise<pg.QueryResult>)(...words)
  })
  const tx: Tx = {
    ...inside,
    together: (calls) => (opened ? inside.together(calls) : readTogether(scope, calls)),
  }
  try {
    const result = await work(tx)
    const client = await opened
    await begun
    client?.query('commit').then(
      () => client.release(),
      (error) => client.release(error),
    )
    return result
  } catch (error) {
    const client = await opened?.catch(() => undefined)
    if (client) await rollBack(client, broken)
    throw postgresProblem(error)
  }
}
