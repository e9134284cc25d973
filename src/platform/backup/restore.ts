import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Problem } from '../../kernel/problem.ts'
import { type Migration, makeHistory, readMigrations, runMigration } from '../db/migrate.ts'
import { storeFile } from '../files/store.ts'
import type { Progress } from './backup.ts'
import type { BackupHeader, BackupReader } from './container.ts'
import { copyOut, identifiers, listTables, PLAIN_TEXT, quoted, tallied } from './tables.ts'
import { isRestoring } from './unfinished.ts'

export type RestoreResult = {
  /** `same` compares what is in the database after loading with what was backed up; all are, else it was refused. */
  readonly tables: readonly { name: string; rows: number; sha256: string; same: true }[]
  readonly files: number
  /** Migrations that the backup had not had. */
  readonly migrated: readonly string[]
}

/**
 * Refuses a backup that this program cannot hold, before anything is touched.
 * @returns the program's migrations
 * @throws Problem `backup.newer`, `backup.unknown-migration`, `backup.other-pack`
 */
export async function demandFits(
  header: BackupHeader,
  program: { version: string; pack: string; migrations: string },
): Promise<Migration[]> {
  if (isNewer(header.version, program.version)) throw new Problem('backup.newer', { version: header.version })
  const migrations = await readMigrations(program.migrations)
  header.migrations.forEach(({ name, checksum }, order) => {
    const ours = migrations[order]
    if (ours?.name !== name || ours.checksum !== checksum) throw new Problem('backup.unknown-migration', { name })
  })
  if (header.pack !== program.pack) throw new Problem('backup.other-pack', { kept: header.pack, given: program.pack })
  return migrations
}

/**
 * Refuses a home folder that holds more than the keys, which have to be there before the register can be opened, and
 * more than an interrupted restore has left: nothing of that counts, and its database has no table.
 */
export async function demandEmptyHome(home: string): Promise<void> {
  if (isRestoring(home)) return
  const names = await readdir(home).catch(() => [])
  if (names.some((name) => name !== 'keys')) throw new Problem('backup.not-empty', { path: home })
}

/**
 * Loads a verified backup into an empty database and compares every table with what was backed up. One transaction:
 * whatever interrupts it leaves a database without a single table.
 * @throws Problem `backup.not-empty` when the database has tables, `backup.table-differs`
 */
export async function restore(
  pool: pg.Pool,
  backup: BackupReader,
  options: { home: string; migrations: readonly Migration[]; progress: Progress },
): Promise<RestoreResult> {
  const { header, trailer } = backup
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(PLAIN_TEXT)
    const { rows } = await client.query("select from pg_tables where schemaname = 'public'")
    if (rows.length > 0) throw new Problem('backup.not-empty', { path: 'the database' })
    await makeHistory(client)
    const had = options.migrations.slice(0, header.migrations.length)
    for (const migration of had) await runMigration(client, migration)
    const tables = await loadTables(client, backup, options.progress)
    for (const file of trailer.files) {
      const stored = await storeFile(options.home, backup.part(), { limitBytes: file.bytes })
      if (stored.sha256 !== file.sha256) throw new Problem('backup.table-differs', { table: `files/${file.sha256}` })
    }
    const ahead = options.migrations.slice(had.length)
    for (const migration of ahead) await runMigration(client, migration)
    await client.query('commit')
    await client.query('analyze')
    client.release()
    return { tables, files: trailer.files.length, migrated: ahead.map(({ name }) => name) }
  } catch (error) {
    // Closing the connection rolls back, also from the middle of a COPY.
    client.release(error as Error)
    throw error
  }
}

async function loadTables(
  client: pg.ClientBase,
  { header, trailer, part }: BackupReader,
  progress: Progress,
): Promise<RestoreResult['tables']> {
  const tables = new Map((await listTables(client)).map((table) => [table.name, table]))
  // COPY cannot fill a table whose policies bind its owner. The lifting is as much a part of the transaction as the
  // rows: nobody else ever sees the tables without their fence.
  const forced = [...tables.values()].filter(({ forced }) => forced)
  for (const { name } of forced) await client.query(`alter table ${quoted(name)} no force row level security`)
  // What migrations put into tables comes again with the backup.
  await client.query(`truncate ${identifiers([...tables.keys()])} cascade`)
  const total = trailer.tables.reduce((sum, { rows }) => sum + rows, 0)
  const checked: { name: string; rows: number; sha256: string; same: true }[] = []
  let before = 0
  for (const [order, { name, columns }] of header.tables.entries()) {
    const told = trailer.tables[order]
    const table = tables.get(name)
    if (!table || told?.name !== name) throw new Problem('backup.table-differs', { table: name })
    const { pieces, tally } = tallied(decompressed(part()), (rows) => progress(name, before + rows, total))
    await pipeline(pieces, client.query(copyFrom(`copy ${quoted(name)} (${identifiers(columns)}) from stdin`)))
    const { rows, sha256 } = tally()
    const loaded = tallied(copyOut(client, { ...table, columns }), () => {})
    for await (const _ of loaded.pieces);
    const found = loaded.tally()
    const same =
      [rows, found.rows].every((one) => one === told.rows) && [sha256, found.sha256].every((one) => one === told.sha256)
    if (!same) throw new Problem('backup.table-differs', { table: name })
    before += rows
    checked.push({ name, rows, sha256, same })
  }
  for (const { name } of forced) await client.query(`alter table ${quoted(name)} force row level security`)
  return checked
}

function decompressed(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const source = Readable.from(pieces, { objectMode: false })
  const expand = createZstdDecompress()
  source.on('error', (error) => expand.destroy(error))
  return source.pipe(expand)
}

/** Whether one version of the form 1.2.3 is later than another. */
function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split('-')[0]!.split('.').map(Number))
  for (let part = 0; part < 3; part++) {
    const difference = (a![part] ?? 0) - (b![part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
