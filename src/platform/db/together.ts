import type pg from 'pg'
import type { Scope } from '../../kernel/place-code.ts'
import { type Call, executeSql, prepareFor } from './execute.ts'
import { beginSql, rollBack, sendTogether } from './transaction.ts'

/** The rows of some prepared statements under a scope, in a transaction of their own. */
export type ReadTogether = (scope: Scope, calls: readonly Call[]) => Promise<unknown[][]>

/** More in one message would make the first wait for the last. */
const MOST_AT_ONCE = 16

type Asked = {
  readonly scope: Scope
  readonly calls: readonly Call[]
  readonly resolve: (rows: unknown[][]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Sends begin, scope, statements and commit as one message, together with those of all requests that arrived in the same
 * turn, so that the server answers with one: a piece on the wire costs both sides more than such statements take to run.
 * Each keeps a transaction and a scope of its own. When one fails, all are asked again one by one, which is harmless with
 * reads: nobody suffers from a neighbour.
 */
export function createReadTogether(pool: pg.Pool): ReadTogether {
  let waiting: Asked[] = []

  const send = () => {
    const all = waiting
    waiting = []
    for (let at = 0; at < all.length; at += MOST_AT_ONCE) void answer(pool, all.slice(at, at + MOST_AT_ONCE))
  }

  return (scope, calls) =>
    new Promise((resolve, reject) => {
      // Runs when all that has arrived by now was read, and before anything is waited for.
      if (waiting.length === 0) setImmediate(send)
      waiting.push({ scope, calls, resolve, reject })
    })
}

async function answer(pool: pg.Pool, asked: readonly Asked[]): Promise<void> {
  try {
    const answers = await readAtOnce(pool, asked)
    for (const [at, { resolve }] of asked.entries()) resolve(answers[at]!)
  } catch (error) {
    if (asked.length === 1) asked[0]!.reject(error)
    else for (const one of asked) void answer(pool, [one])
  }
}

async function readAtOnce(pool: pg.Pool, asked: readonly Asked[]): Promise<unknown[][][]> {
  const client = await pool.connect()
  try {
    sendTogether(client)
    const prepared = prepareFor(
      client,
      asked.flatMap(({ calls }) => calls),
    )
    const messages = asked.map(({ scope, calls }) =>
      [beginSql(scope, true), ...calls.map(executeSql), 'commit'].join('; '),
    )
    const sent = client.query(messages.join('; ')) as unknown as Promise<pg.QueryResult[]>
    sent.catch(() => {})
    await prepared
    const results = await sent
    client.release()
    const answered = results.filter(({ command }) => command === 'SELECT')
    let at = 0
    return asked.map(({ calls }) => calls.map(() => answered[at++]!.rows))
  } catch (error) {
    await rollBack(client)
    throw error
  }
}
