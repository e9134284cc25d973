import pg from 'pg'
import type { Scope } from '../../kernel/place-code.ts'
import { beginSql, type Call, rollBack } from './transaction.ts'

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

/** What each connection has prepared under the names below. */
const preparedOn = new WeakMap<pg.PoolClient, Set<string>>()

async function readAtOnce(pool: pg.Pool, asked: readonly Asked[]): Promise<unknown[][][]> {
  const client = await pool.connect()
  try {
    await prepare(client, asked)
    const messages = asked.map(({ scope, calls }) => `${beginSql(scope, true)}; ${calls.map(execute).join('')}commit`)
    const results = (await client.query(messages.join('; '))) as unknown as pg.QueryResult[]
    client.release()
    const answered = results.filter(({ command }) => command === 'SELECT')
    let at = 0
    return asked.map(({ calls }) => calls.map(() => answered[at++]!.rows))
  } catch (error) {
    await rollBack(client)
    throw error
  }
}

async function prepare(client: pg.PoolClient, asked: readonly Asked[]): Promise<void> {
  const known = preparedOn.get(client) ?? new Set()
  preparedOn.set(client, known)
  for (const { statement } of asked.flatMap(({ calls }) => calls)) {
    if (known.has(statement.name)) continue
    await client.query(`prepare ${nameOf(statement)} as ${statement.text}`)
    known.add(statement.name)
  }
}

function execute({ statement, values }: Call): string {
  const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
  return `execute ${nameOf(statement)}${given}; `
}

/** A name of its own kind: what was prepared by text and what by protocol share one room on the server. */
function nameOf({ name }: Call['statement']): string {
  return pg.escapeIdentifier(`together ${name}`)
}

/** Quoted also when it is a number: the server reads it as what the statement expects. */
function literal(value: string | number | null): string {
  return value === null ? 'null' : pg.escapeLiteral(String(value))
}
