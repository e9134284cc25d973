import type { Duplex, Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Scope } from '../../kernel/place-code.ts'
import { postgresProblem } from './refusal.ts'

export { type RawBuilder, sql } from 'kysely'

/** A statement that runs often: planned once per connection and run by name. */
export type Statement = { readonly name: string; readonly text: string }

/**
 * One transaction. Every query function of the house takes it as the first argument. What it may see is fixed when
 * it begins: row-level security lets nothing through outside its scope.
 */
export type Tx = {
  /** All rows of a composed statement. */
  all<Row>(query: RawBuilder<Row>): Promise<Row[]>
  /** The first row, or nothing. */
  first<Row>(query: RawBuilder<Row>): Promise<Row | undefined>
  /** How many rows a statement touched. */
  run(query: RawBuilder<unknown>): Promise<number>
  /** All rows of a prepared statement. */
  prepared<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /** A statement as text, for libraries that bring their own SQL. */
  raw(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  /** Writes lines of `copy … from stdin`; resolves when all are in. Only in a bulk transaction. */
  copyIn(text: string, write: (to: Writable) => Promise<void>): Promise<void>
  /** Streams `copy … to stdout`. Only in a bulk transaction. */
  copyOut(text: string): Readable
}

export type TxOptions = {
  /** Only reads; the answer need not wait for the end of the transaction. */
  readonly readOnly?: boolean
  /** Long set-based work with COPY: runs on a connection of its own kind. */
  readonly bulk?: boolean
}

export type Database = {
  /** Runs `work` in a transaction that sees only `scope`. Commits when it resolves, rolls back when it throws. */
  transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>
  /** One prepared statement outside a transaction and so without scope: sees nothing that belongs to a household. */
  once<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /** A connection for something that outlives transactions, such as an advisory lock. */
  connect(): Promise<pg.PoolClient>
  /** The pool for long work; for libraries that bring their own SQL. */
  readonly pool: pg.Pool
  /** For single statements that somebody inside a transaction waits for; never held, so never waited for in a circle. */
  readonly side: pg.Pool
  close(): Promise<void>
}

// Kysely composes statements; it never opens a connection.
const composer = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

// int8 carries ids, counts and amounts of one household, all below 2^53; sums are numeric and arrive as text.
// date arrives as YYYY-MM-DD: a day has no time zone.
const types = new pg.TypeOverrides()
types.setTypeParser(20, (text) => Number(text))
types.setTypeParser(1082, (text) => text)

/** Opens the pools. `url` is a postgres:// address of an ordinary role that owns the schema. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  const settings = { connectionString: url, types, application_name: 'fourbeams' }
  // Requests send begin, scope and statement in one round trip. COPY cannot share a connection in that mode.
  const requests = new pg.Pool({ ...settings, max: options.connections ?? 12, pipeline: true } as pg.PoolConfig)
  const bulk = new pg.Pool({ ...settings, max: 10 })
  const side = new pg.Pool({ ...settings, max: 2 })
  for (const pool of [requests, bulk, side]) pool.on('error', () => {})

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
    async transaction(scope, work, { readOnly = false, bulk: isBulk = false } = {}) {
      const client = await (isBulk ? bulk : requests).connect().catch((error) => {
        throw postgresProblem(error)
      })
      let broken: Error | undefined
      if (!isBulk) sendTogether(client)
      const begun = client.query(beginSql(scope, readOnly))
      begun.catch((error) => (broken = error))
      try {
        const result = await work(txOn(client))
        await begun
        if (!readOnly || isBulk) {
          await client.query('commit')
          client.release()
        } else {
          client.query('commit').then(
            () => client.release(),
            (error) => client.release(error),
          )
        }
        return result
      } catch (error) {
        await client.query('rollback').then(
          () => client.release(broken),
          (failure) => client.release(failure),
        )
        throw postgresProblem(error)
      }
    },
    async close() {
      await Promise.all([requests.end(), bulk.end(), side.end()])
    },
  }
}

/** Holds back what is written to a connection until the present turn is over, so that it leaves in one piece. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

function beginSql(scope: Scope, readOnly: boolean): string {
  const begin = readOnly ? 'begin read only' : 'begin'
  // Literal SET LOCAL, because a cluster of nodes passes it on and set_config() stays where it was called.
  return `${begin}; set local app.lo = ${literal(scope.lo)}; set local app.hi = ${literal(scope.hi)}`
}

function literal(text: string): string {
  return pg.escapeLiteral(text)
}

/** A transaction handle on a client whose transaction somebody else began; for tests that roll back. */
export function txOn(client: pg.ClientBase): Tx {
  const query = async <Row>(builder: RawBuilder<Row>) => {
    const { sql: text, parameters } = builder.compile(composer)
    return client.query<Row & pg.QueryResultRow>(text, parameters as unknown[])
  }
  return {
    async all(builder) {
      return (await query(builder)).rows
    },
    async first(builder) {
      return (await query(builder)).rows[0]
    },
    async run(builder) {
      return (await query(builder)).rowCount ?? 0
    },
    async prepared(statement, values) {
      const { rows } = await client.query({ name: statement.name, text: statement.text, values: values as unknown[] })
      return rows
    },
    async raw(text, values) {
      const { rows } = await client.query(text, values as unknown[])
      return { rows }
    },
    async copyIn(text, write) {
      // Room for what comes next, so that the server works on one piece while the next is made.
      const stream = client.query(copyFrom(text, { highWaterMark: 2 ** 21 }))
      const done = finished(stream)
      done.catch(() => {})
      try {
        await write(stream)
        stream.end()
        await done
      } catch (error) {
        stream.destroy(error as Error)
        throw error
      }
    },
    copyOut(text) {
      return client.query(copyTo(text))
    },
  }
}
