import pg from 'pg'
import type { Scope } from '../../kernel/place-code.ts'
import { postgresProblem } from './refusal.ts'
import { beginSql, type Call, rollBack, sendTogether, type Tx, txOn } from './transaction.ts'

/**
 * Runs `work` with a transaction that only reads. It begins with the first question. Each statement sees what is
 * committed when it runs, so statements that bring their own begin and commit see the same as those inside.
 */
export async function readIn<T>(pool: pg.Pool, scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
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
  const query = async (...words: unknown[]) => {
    opened ??= open()
    const client = await opened
    return (client.query as (...words: unknown[]) => Promise<unknown>)(...words)
  }
  const inside = txOn({ query } as unknown as pg.ClientBase)
  const tx: Tx = {
    ...inside,
    together: (calls) => (opened ? inside.together(calls) : readAtOnce(pool, scope, calls)),
    copyIn: noCopy,
    copyOut: noCopy,
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

function noCopy(): never {
  throw new Error('COPY needs a bulk transaction')
}

/** What each connection has prepared for `readAtOnce`. */
const preparedOn = new WeakMap<pg.PoolClient, Set<string>>()

/**
 * Begin, scope, statements and commit as one message, so that the server answers with one: each piece on the wire costs
 * both sides more than such a statement takes to run.
 */
async function readAtOnce(pool: pg.Pool, scope: Scope, calls: readonly Call[]): Promise<unknown[][]> {
  const client = await pool.connect()
  try {
    const known = preparedOn.get(client) ?? new Set()
    preparedOn.set(client, known)
    for (const { statement } of calls) {
      if (known.has(statement.name)) continue
      await client.query(`prepare ${nameOf(statement.name)} as ${statement.text}`)
      known.add(statement.name)
    }
    const runs = calls.map(({ statement, values }) => {
      const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
      return `execute ${nameOf(statement.name)}${given}; `
    })
    const before = beginSql(scope, true)
    const answers = (await client.query(`${before}; ${runs.join('')}commit`)) as unknown as pg.QueryResult[]
    client.release()
    return answers.slice(-1 - calls.length, -1).map(({ rows }) => rows)
  } catch (error) {
    await rollBack(client)
    throw error
  }
}

/** A name of its own kind: what was prepared by text and what by protocol share one room on the server. */
function nameOf(name: string): string {
  return pg.escapeIdentifier(`together ${name}`)
}

/** Quoted also when it is a number: the server reads it as what the statement expects. */
function literal(value: string | number | null): string {
  return value === null ? 'null' : pg.escapeLiteral(String(value))
}
