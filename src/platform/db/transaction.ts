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

/** A statement that runs often: planned once per connection and run by name. */
export type Statement = { readonly name: string; readonly text: string }

/** A prepared statement with its values, for sending several in one piece. */
export type Call = { readonly statement: Statement; readonly values: readonly (string | number | null)[] }

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
  /**
   * The rows of some prepared statements, in order, asked for at once. As the first thing in a reading transaction they
   * go and come back in one piece, with their own begin and commit: the fastest way to read.
   */
  together(calls: readonly Call[]): Promise<unknown[][]>
  /** A statement as text, for libraries that bring their own SQL. */
  raw(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  /** Writes lines of `copy … from stdin`; resolves when all are in. Only in a bulk transaction. */
  copyIn(text: string, write: (to: Writable) => Promise<void>): Promise<void>
  /** Streams `copy … to stdout`. Only in a bulk transaction. */
  copyOut(text: string): Readable
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

export async function rollBack(client: pg.PoolClient, broken?: Error): Promise<void> {
  await client.query('rollback').then(
    () => client.release(broken),
    (failure) => client.release(failure),
  )
}

/** Holds back what is written to a connection until the present turn is over, so that it leaves in one piece. */
export function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

export function beginSql(scope: Scope, readOnly: boolean): string {
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
    async together(calls) {
      return Promise.all(calls.map(({ statement, values }) => this.prepared(statement, values)))
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
