import type pg from 'pg'
import { Problem, sentence } from '../../kernel/problem.ts'
import { type Finding, finding } from './finding.ts'

export type { Finding } from './finding.ts'
export { checkMachine } from './machine.ts'

/** A usual name of three Han characters. */
const HAN_NAME = '\u738b\u5c0f\u660e'

const FACTS = `
  select
    current_setting('server_version_num')::int as number,
    current_setting('server_version') as version,
    (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
    (select datctype from pg_database where datname = current_database()) as ctype,
    current_setting('fsync') as fsync,
    current_setting('full_page_writes') as pages,
    current_setting('synchronous_commit') as commits,
    current_setting('data_checksums') as checksums,
    current_user as role,
    exists (
      select from pg_roles
      where (rolsuper or rolbypassrls) and pg_has_role(current_user, oid, 'member')
    ) as strong,
    (
      select quote_ident(nspname) from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
      where extname = 'pg_trgm'
    ) as trigrams`

type Facts = {
  number: number
  version: string
  encoding: string
  ctype: string
  fsync: string
  pages: string
  commits: string
  checksums: string
  role: string
  strong: boolean
  trigrams: string | null
}

/**
 * Checks whether a database, seen with the role of this connection, may hold a register of record: what was
 * acknowledged survives a power cut, damage is noticed, names can be stored and searched, and the role cannot step
 * over row-level security.
 * @param client a connection or pool of the application's own role
 * @returns one finding for each check, failed or not; rejects when the server cannot be asked
 */
export async function checkServer(client: pg.Client | pg.Pool): Promise<Finding[]> {
  const facts = (await client.query<Facts>(FACTS)).rows[0]!
  const durable = facts.commits !== 'off'
  return [
    finding('version', facts.number >= 150_000 && facts.number < 190_000, facts.version, 'database.wrong-version'),
    finding('encoding', facts.encoding === 'UTF8', facts.encoding, 'database.not-utf8'),
    finding('fsync', facts.fsync === 'on', facts.fsync, 'database.fsync-off'),
    finding('full_page_writes', facts.pages === 'on', facts.pages, 'database.page-writes-off'),
    // The stronger and weaker forms for standby servers all wait for the local disk.
    finding('synchronous_commit', durable, facts.commits, 'database.commit-not-durable'),
    finding('data_checksums', facts.checksums === 'on', facts.checksums, 'database.no-checksums'),
    finding('role', !facts.strong, facts.role, 'database.role-too-strong'),
    finding('pg_trgm', facts.trigrams !== null, 'pg_trgm', 'database.no-trigrams'),
    finding('han-trigrams', await knowsHan(client, facts), facts.ctype, 'database.blind-trigrams'),
  ]
}

async function knowsHan(client: pg.Client | pg.Pool, facts: Facts): Promise<boolean> {
  // Without the extension or the encoding, their own findings say so; the question cannot even be put.
  if (facts.trigrams === null || facts.encoding !== 'UTF8') return false
  const { rows } = await client.query<{ count: number }>(
    `select cardinality(${facts.trigrams}.show_trgm($1)) as count`,
    [HAN_NAME],
  )
  return (rows[0]?.count ?? 0) > 0
}

/**
 * Refuses a database that is not fit, naming every reason.
 * @throws Problem `database.unfit`, or the one reason's own code
 */
export async function requireFitServer(client: pg.Client | pg.Pool, language = 'en'): Promise<void> {
  const failed = (await checkServer(client)).filter(({ ok }) => !ok)
  const only = failed[0]
  if (!only) return
  if (failed.length === 1) throw new Problem(only.sentence.code, only.sentence.values)
  const reasons = failed.map(({ sentence: { code, values } }) => sentence(code, values, language)).join(' ')
  throw new Problem('database.unfit', { reasons })
}
