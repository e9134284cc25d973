import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { Problem } from '../../kernel/problem.ts'

const LOCK = 4_204_001

/** One file of `migrations/`: `checksum` is the SHA-256 of its text in hex. */
export type Migration = { readonly name: string; readonly checksum: string; readonly text: string }

/** The migrations of a folder, in order of name. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/** Makes the table in which a database remembers its migrations. */
export async function makeHistory(client: pg.ClientBase): Promise<void> {
  await client.query(`
      create table if not exists schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());
      comment on table schema_migration is 'Which migrations this database has had.';
      comment on column schema_migration.name is 'File name.';
      comment on column schema_migration.checksum is 'SHA-256 of the file as it was run.';
      comment on column schema_migration.applied_at is 'When it was run.'`)
}

/** Runs one migration and notes it, inside a transaction that the caller began. */
export async function runMigration(client: pg.ClientBase, { name, checksum, text }: Migration): Promise<void> {
  await client.query(text)
  await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [name, checksum])
}

/**
 * Brings the schema to the newest migration, each file in a transaction of its own, in order of name. Two processes
 * may call it at once. Refuses a database that is newer than the program or whose history differs from the files.
 * @returns names of the migrations that were run
 */
export async function migrate(pool: pg.Pool, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await makeHistory(client)
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migration',
    )
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    const known = new Set(migrations.map(({ name }) => name))
    for (const name of applied.keys()) if (!known.has(name)) throw new Problem('database.newer', { name })
    const run: string[] = []
    for (const migration of migrations) {
      const { name, checksum } = migration
      const before = applied.get(name)
      if (before === checksum) continue
      if (before) throw new Problem('database.differs', { name })
      await client.query('begin')
      try {
        await runMigration(client, migration)
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw error
      }
      run.push(name)
    }
    return run
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => {})
    client.release()
  }
}
