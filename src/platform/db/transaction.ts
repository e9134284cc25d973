import type { Duplex, Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Scope } from '../../kernel/place-code.ts'
import { compile, type RawBuilder } from './compose.ts'
import { type Call, executeSql, prepareFor, type Statement } from './execute.ts'

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
  /**
   * Statements that nobody waits for: they leave in one message with the next question of this transaction, or with its
   * commit. What they refuse is thrown there.
   */
  later(calls: readonly Call[]): void
  /** A statement as text, for libraries that bring their own SQL. */
  raw(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  /** Writes lines of `copy … from stdin`; resolves when all are in. Only in a bulk transaction. */
  copyIn(text: string, write: (to: Writable) => Promise<void>): Promise<void>
  /** Streams `copy … to stdout`. Only in a bulk transaction. */
  copyOut(text: string): Readable
}

export async function rollBack(client: pg.PoolClient, broken?: Error): Promise<void> {
  await client.query('rollback').then(
    () => client.release(broken),
    (failure) => client.release(failure),
  )
}

/** Holds back what is written to a connection until the present turn is over, so that it leaves in one piece. */
export function sendTogether(client: pg.ClientBase): void {
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

/** Asks a connection something, in the words of its driver. */
type Ask = (...words: unknown[]) => Promise<pg.QueryResult>

/** A transaction handle on a client whose transaction somebody else began; for tests that roll back. */
export function txOn(client: pg.ClientBase): Tx {
  return txBy((client.query as Ask).bind(client))
}

/** A transaction handle by what asks a connection; each question goes out on its own. */
export function txBy(ask: Ask): Tx {
  const query = (builder: RawBuilder<unknown>) => {
    const { text, values } = compile(builder)
    return ask(text, values)
  }
  return {
    async all<Row>(builder: RawBuilder<Row>) {
      return (await query(builder)).rows as Row[]
    },
    async first<Row>(builder: RawBuilder<Row>) {
      return (await query(builder)).rows[0] as Row | undefined
    },
    async run(builder) {
      return (await query(builder)).rowCount ?? 0
    },
    async prepared<Row>({ name, text }: Statement, values: readonly unknown[]) {
      return (await ask({ name, text, values })).rows as Row[]
    },
    async together(calls) {
      return Promise.all(calls.map(({ statement, values }) => this.prepared(statement, values)))
    },
    later() {
      throw new Error('only a writing transaction has a later')
    },
    async raw(text, values) {
      const { rows } = await ask(text, values)
      return { rows }
    },
    copyIn: noCopy,
    copyOut: noCopy,
  }
}

/** A writing transaction: what its work is given, and its end. */
export type Writing = { readonly tx: Tx; commit(): Promise<void> }

/**
 * A transaction on a connection of its own, which `begin` opens. A message on the wire costs more than a small statement, so
 * begin and scope leave with the first question, and what nobody waits for with the next one or with the commit.
 */
export function beginWriting(client: pg.ClientBase, begin: string): Writing {
  let ahead: { text: string; needs: readonly Call[] }[] = [{ text: begin, needs: [] }]
  let isOpen = false

  /** Sends what waits and some more in one message; answers with what the `more` found. */
  const send = async (texts: readonly string[], needs: readonly Call[]): Promise<pg.QueryResult[]> => {
    const all = [...ahead, { text: texts.join('; '), needs }].filter(({ text }) => text !== '')
    ahead = []
    if (all.length === 0) return []
    isOpen = true
    sendTogether(client)
    const prepared = prepareFor(
      client,
      all.flatMap((one) => one.needs),
    )
    const answer = client.query(all.map(({ text }) => text).join('; ')) as unknown as Promise<
      pg.QueryResult | pg.QueryResult[]
    >
    answer.catch(() => {})
    await prepared
    const results = [await answer].flat()
    return texts.length > 0 ? results.slice(-texts.length) : []
  }

  const tx = txBy(async (...words) => {
    const before = send([], [])
    sendTogether(client)
    const answer = (client.query as Ask)(...words)
    answer.catch(() => {})
    await before
    return answer
  })
  return {
    tx: {
      ...tx,
      async together(calls) {
        return (await send(calls.map(executeSql), calls)).map(({ rows }) => rows)
      },
      later(calls) {
        if (calls.length > 0) ahead.push({ text: calls.map(executeSql).join('; '), needs: calls })
      },
      async copyIn(text, write) {
        await send([], [])
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
        send([], []).catch(() => {})
        return client.query(copyTo(text))
      },
    },
    async commit() {
      if (!isOpen && ahead.length === 1) return
      const [end] = await send(['commit'], [])
      if (end?.command !== 'COMMIT') throw new Error('a refused statement was passed over; nothing was written')
    },
  }
}

function noCopy(): never {
  throw new Error('COPY needs a bulk transaction')
}
