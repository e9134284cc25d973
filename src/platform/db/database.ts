import pg from 'pg'
import type { Scope } from '../../kernel/place-code.ts'
import type { Statement } from './execute.ts'
import { readIn } from './read.ts'
import { postgresProblem } from './refusal.ts'
import { createReadTogether } from './together.ts'
import { beginSql, beginWriting, rollBack, type Tx } from './transaction.ts'

export { type RawBuilder, sql } from 'kysely'
export { type Call, often, type Statement } from './execute.ts'
export { type Tx, txOn } from './transaction.ts'

export type TxOptions = {
  /** Only reads; begins with the first question, and the answer need not wait for the end of the transaction. */
  readonly readOnly?: boolean
  /** Long set-based work with COPY: runs on a connection of its own kind. */
  readonly bulk?: boolean
}

export type Database = {
  /** Runs `work` in a transaction that sees only `scope`. Commits when it resolves, rolls back when it throws. */
  transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>
  /** One prepared statement outside a transaction and so without scope: sees nothing that belongs to a household. */
  once<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /**
   * Grows whenever a writing transaction of this process has ended. What was read before it grew may be out of date.
   */
  writes(): number
  /** A connection for something that outlives transactions, such as an advisory lock. */
  connect(): Promise<pg.PoolClient>
  /** The pool for long work; for libraries that bring their own SQL. */
  readonly pool: pg.Pool
  /** For single statements that somebody inside a transaction waits for; never held, so never waited for in a circle. */
  readonly side: pg.Pool
  close(): Promise<void>
}

// int8 carries ids, counts and amounts of one household, all below 2^53; sums are numeric and arrive as text.
// date arrives as YYYY-MM-DD: a day has no time zone.
const types = new pg.TypeOverrides()
types.setTypeParser(20, (text) => Number(text))
types.setTypeParser(1082, (text) => text)

/** Opens the pools. `url` is a postgres:// address of an ordinary role that owns the schema. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  // Each process under a name of its own, so that one can see whether it is alone.
  const settings = { connectionString: url, types, application_name: `fourbeams ${process.pid}` }
  // Requests send begin, scope and statement in one round trip. COPY cannot share a connection in that mode.
  const requests = new pg.Pool({ ...settings, max: options.connections ?? 12, pipeline: true } as pg.PoolConfig)
  const bulk = new pg.Pool({ ...settings, max: 10 })
  const side = new pg.Pool({ ...settings, max: 2 })
  for (const pool of [requests, bulk, side]) {
    pool.on('error', () => {})
    // A connection that is lost while somebody holds it refuses the next statement; without a listener it would end
    // the whole process.
    pool.on('connect', (client) => client.on('error', () => {}))
  }
  const readTogether = createReadTogether(requests)
  let writes = 0

  return {
    pool: bulk,
    side,
    connect: () => bulk.connect(),
    async once(statement, values) {
      try {
        return (await requests.query({ name: statement.name, text: statement.text, values: values as unknown[] })).rows
      } catch (error) {
        throw postgresProblem(error)
      }
    },
    writes: () => writes,
    async transaction(scope, work, { readOnly = false, bulk: isBulk = false } = {}) {
      if (readOnly && !isBulk) return readIn(requests, readTogether, scope, work)
      const client = await (isBulk ? bulk : requests).connect().catch((error) => {
        throw postgresProblem(error)
      })
      const { tx, commit } = beginWriting(client, beginSql(scope, readOnly))
      try {
        const result = await work(tx)
        await commit()
        client.release()
        return result
      } catch (error) {
        await rollBack(client)
        throw postgresProblem(error)
      } finally {
        // Also after a failure: an answer to commit that got lost does not mean that nothing was written.
        if (!readOnly) writes++
      }
    },
    async close() {
      await Promise.all([requests.end(), bulk.end(), side.end()])
    },
  }
}
