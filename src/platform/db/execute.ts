import pg from 'pg'
import { compile, type RawBuilder } from './compose.ts'

/** A statement that runs often: planned once per connection and run by name. */
export type Statement = { readonly name: string; readonly text: string }

/** What can stand in a statement that is sent together with others. */
export type Value = string | number | boolean | null | Date | Buffer | readonly (string | number)[]

/** A prepared statement with its values, for sending several in one piece. */
export type Call = { readonly statement: Statement; readonly values: readonly Value[] }

const named = new Map<string, string>()

/**
 * A composed statement as a call. Only for statements whose text comes in a few variants: each stays prepared on every
 * connection that has run it.
 */
export function often(query: RawBuilder<unknown>): Call {
  const { text, values } = compile(query)
  let name = named.get(text)
  if (name === undefined) {
    name = `often ${named.size}`
    named.set(text, name)
  }
  return { statement: { name, text }, values: values as Value[] }
}

/** What each connection has prepared under the names below, or is preparing. */
const preparedOn = new WeakMap<pg.ClientBase, Set<string>>()

/**
 * Sends what a connection has still to prepare before it can execute some calls, without waiting: what is sent behind
 * it runs behind it.
 * @returns settles when all is prepared
 */
export function prepareFor(client: pg.ClientBase, calls: readonly Call[]): Promise<unknown> {
  const known = preparedOn.get(client) ?? new Set()
  preparedOn.set(client, known)
  const sent: Promise<unknown>[] = []
  for (const { statement } of calls) {
    if (known.has(statement.name)) continue
    known.add(statement.name)
    const prepared = client.query(`prepare ${nameOf(statement)} as ${statement.text}`)
    prepared.catch(() => known.delete(statement.name))
    sent.push(prepared)
  }
  return Promise.all(sent)
}

/** The SQL text that runs a prepared statement. */
export function executeSql({ statement, values }: Call): string {
  const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
  return `execute ${nameOf(statement)}${given}`
}

/** A name of its own kind: what was prepared by text and what by protocol share one room on the server. */
function nameOf({ name }: Statement): string {
  return pg.escapeIdentifier(`together ${name}`)
}

/** Quoted also when it is a number: the server reads it as what the statement expects. */
function literal(value: Value): string {
  if (value === null) return 'null'
  if (value instanceof Date) return `'${value.toISOString()}'`
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(element).join(',')}}`)
  if (typeof value === 'object') throw new TypeError('an object must be sent as JSON text')
  return pg.escapeLiteral(String(value))
}

function element(value: string | number): string {
  if (typeof value === 'object') throw new TypeError('a list in a list must be sent as JSON text')
  return `"${String(value).replace(/["\\]/g, '\\$&')}"`
}
