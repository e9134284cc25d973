import { availableParallelism } from 'node:os'
import type pg from 'pg'
import type { Scope } from '../../kernel/place-code.ts'
import { type Call, executeSql, prepareFor } from './execute.ts'
import { beginSql, rollBack, sendTogether } from './transaction.ts'

/** The rows of some prepared statements under a scope, in a transaction of their own. */
export type ReadTogether = (scope: Scope, calls: readonly Call[]) => Promise<unknown[][]>

/** More in one message would make the first wait for the last. */
const MOST_AT_ONCE = 16
/** As many messages keep the database at work; what comes meanwhile leaves together when one of them is answered. */
const MOST_UNDER_WAY = Math.max(2, availableParallelism())
/** But nobody waits longer than this for a neighbour whose rows have to be fetched from a disk. */
const PATIENCE_MS = 2

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
  let underWay = 0
  let soon: NodeJS.Immediate | undefined
  let late: NodeJS.Timeout | undefined

  const send = () => {
    clearImmediate(soon)
    clearTimeout(late)
    soon = late = undefined
    const all = waiting
    waiting = []
    for (let at = 0; at < all.length; at += MOST_AT_ONCE) {
      underWay++
      void answer(pool, all.slice(at, at + MOST_AT_ONCE)).then(() => {
        underWay--
        if (waiting.length > 0) soon ??= setImmediate(send)
      })
    }
  }

  return (scope, calls) =>
    new Promise((resolve, reject) => {
      waiting.push({ scope, calls, resolve, reject })
      // An immediate runs when all that has arrived by now was read, and before anything is waited for.
      if (underWay < MOST_UNDER_WAY) soon ??= setImmediate(send)
      else late ??= setTimeout(send, PATIENCE_MS)
    })
}

async function answer(pool: pg.Pool, asked: readonly Asked[]): Promise<void> {
  try {
    const answers = await readAtOnce(pool, asked)
    for (const [at, { resolve }] of asked.entries()) resolve(answers[at]!)
  } catch (error) {
    if (asked.length === 1) asked[0]!.reject(error)
    else await Promise.all(asked.map((one) => answer(pool, [one])))
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
