import { execFile } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Problem } from '../../../kernel/problem.ts'
import { runAs } from './postmaster.ts'
import { type Programs, program } from './programs.ts'
import { ADMIN, DATABASE, OWNER, placesOf, type Record, urlOf } from './record.ts'

/**
 * How to ask for UTF-8 character classes, best first. Trigrams of names need them: with the classes of `C`, every Han
 * character counts as a blank. Not every system knows C.UTF-8; there PostgreSQL's own collation is used and the
 * classes come from the first locale that exists.
 */
export const LOCALES: readonly (readonly string[])[] = [
  ['--locale=C.UTF-8'],
  ...['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'en-US.UTF-8', 'en-US'].map((ctype) => [
    '--locale=C',
    `--lc-ctype=${ctype}`,
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]),
]

/**
 * Makes the data folder. It gets its name only when it is complete, so that a kill in between leaves a draft that the
 * next start throws away.
 * @throws Problem `database.create-failed`
 */
export async function createData(home: string, record: Record, programs: Programs, locales = LOCALES): Promise<void> {
  const { folder, data } = placesOf(home, record)
  const draft = join(folder, 'draft')
  const secret = join(folder, 'draft.password')
  try {
    let detail = ''
    for (const locale of locales) {
      emptyFolder(draft, record)
      rmSync(secret, { force: true })
      writeFileSync(secret, record.adminPassword, { mode: 0o600, flag: 'wx' })
      if (record.account) chownSync(secret, record.account.uid, record.account.gid)
      const words = ['--encoding=UTF8', ...locale, '--data-checksums', '--auth=scram-sha-256', `--username=${ADMIN}`]
      const said = await initdb(programs, record, [...words, `--pwfile=${secret}`, '-D', draft])
      if (said === undefined) {
        renameSync(draft, data)
        return
      }
      detail = said
      if (!/locale/i.test(said)) break
    }
    throw new Problem('database.create-failed', { detail })
  } finally {
    rmSync(secret, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

/** An empty folder that only the server's account can enter. */
export function emptyFolder(path: string, record: Pick<Record, 'account'>): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true })
  chmodSync(path, 0o700)
  if (record.account) chownSync(path, record.account.uid, record.account.gid)
}

/** Undefined when it succeeds, else what it said. */
function initdb(programs: Programs, record: Record, words: string[]): Promise<string | undefined> {
  const path = program(programs, 'initdb')
  return new Promise((resolve) => {
    execFile(path, words, { ...runAs(record.account), windowsHide: true }, (error, _stdout, stderr) => {
      if (!error) resolve(undefined)
      else
        resolve(
          stderr.split('\n').find((line) => /error|fatal/i.test(line)) ??
            (stderr.trim().slice(0, 300) || error.message),
        )
    })
  })
}

/** Makes role, database and extension; safe to run again after a kill in between. */
export async function furnish(home: string, record: Record): Promise<void> {
  await withClient(urlOf(home, record, 'admin', 'postgres'), async (client) => {
    const password = client.escapeLiteral(record.ownerPassword)
    const roles = await client.query('select from pg_roles where rolname = $1', [OWNER])
    const verb = roles.rowCount ? 'alter' : 'create'
    await client.query(
      `${verb} role ${OWNER} login nosuperuser nocreatedb nocreaterole nobypassrls password ${password}`,
    )
    const databases = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (!databases.rowCount) await client.query(`create database ${DATABASE} owner ${OWNER}`)
  })
  await withClient(urlOf(home, record, 'admin'), async (client) => {
    await client.query('create extension if not exists pg_trgm')
  })
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

export const dataExists = (data: string) => existsSync(join(data, 'PG_VERSION'))
