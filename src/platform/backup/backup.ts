import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { createZstdCompress } from 'node:zlib'
import type pg from 'pg'
import { ROOT, subtree } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import { type BackupTrailer, FORMAT, writeBackup } from './container.ts'
import { copyOut, listTables, PLAIN_TEXT, type Table, tallied } from './tables.ts'

/** Told what is being worked on and how many of how many rows are done. */
export type Progress = (what: string, done: number, total: number) => void

export type BackupResult = {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly tables: BackupTrailer['tables']
  readonly files: number
}

/**
 * Writes a backup of the whole register while people work: all tables as they were at one moment. The file is readable
 * by its owner only and has its name once it is complete. Keys and sessions are not in it.
 * @param options.home with it, the kept files go along; they hold what people uploaded, in clear
 * @throws Problem `backup.file-exists`, `backup.nothing`, `backup.unreadable`
 */
export async function backUp(
  pool: pg.Pool,
  options: { path: string; version: string; now: Date; home?: string; progress: Progress },
): Promise<BackupResult> {
  const { path } = options
  const failed = (error: Error & { code?: string }) => {
    if (error.code === 'EEXIST') throw new Problem('backup.file-exists', { path })
    throw new Problem('backup.unreadable', { path, detail: error.message })
  }
  // Taken first, so that the name is ours and nobody's file is overwritten at the end.
  await open(path, 'wx', 0o600).then((file) => file.close(), failed)
  const draft = `${path}.${process.pid}.new`
  try {
    const file = await open(draft, 'wx', 0o600).catch(failed)
    try {
      const result = await writeTo(file as FileHandle, pool, options)
      await rename(draft, path)
      return { path, ...result }
    } finally {
      await (file as FileHandle).close()
    }
  } catch (error) {
    await rm(draft, { force: true })
    await rm(path, { force: true })
    throw error
  }
}

async function writeTo(
  file: FileHandle,
  pool: pg.Pool,
  options: Parameters<typeof backUp>[1],
): Promise<Omit<BackupResult, 'path'>> {
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read, read only')
    const { lo, hi } = subtree(ROOT)
    await client.query("select set_config('app.lo', $1, true), set_config('app.hi', $2, true)", [lo, hi])
    await client.query(PLAIN_TEXT)
    const { migrations, pack } = await state(client, options.home ?? 'the database')
    const tables = await listTables(client)
    const writer = await writeBackup(file, {
      format: FORMAT,
      version: options.version,
      createdAt: options.now.toISOString(),
      pack,
      migrations,
      tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
    })
    const trailer: BackupTrailer = { tables: [], files: [] }
    const total = tables.reduce((sum, { estimate }) => sum + estimate, 0)
    let before = 0
    for (const table of tables) {
      trailer.tables.push(
        await writeTable(client, table, writer.part, (rows) => options.progress(table.name, before + rows, total)),
      )
      before += trailer.tables.at(-1)!.rows
    }
    await client.query('commit')
    // Files are kept before a row names them, so those of the moment are all there now.
    for (const path of options.home ? await keptFiles(options.home) : []) {
      const { pieces, bytes } = counted(createReadStream(path))
      await writer.part(pieces)
      trailer.files.push({ sha256: nameOf(path), bytes: bytes() })
    }
    const { sha256, bytes } = await writer.end(trailer)
    client.release()
    return { sha256, bytes, tables: trailer.tables, files: trailer.files.length }
  } catch (error) {
    // Its COPY may be in the middle: the connection is of no more use.
    client.release(error as Error)
    throw error
  }
}

async function writeTable(
  client: pg.ClientBase,
  table: Table,
  write: (pieces: AsyncIterable<Buffer>) => Promise<void>,
  progress: (rows: number) => void,
) {
  const { pieces, tally } = tallied(copyOut(client, table), progress)
  const compress = createZstdCompress()
  const source = Readable.from(pieces, { objectMode: false })
  source.on('error', (error) => compress.destroy(error))
  await write(source.pipe(compress))
  return { name: table.name, ...tally() }
}

/** Which migrations a database has had, and under which pack its register was made. */
async function state(client: pg.ClientBase, path: string) {
  const there = await client.query("select to_regclass('public.schema_migration') is not null as there")
  if (!there.rows[0].there) throw new Problem('backup.nothing', { path })
  const migrations = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migration order by name',
  )
  const pack = await client.query("select value->>'id' as id from setting where name = 'pack'")
  if (!pack.rows[0]) throw new Problem('backup.nothing', { path })
  return { migrations: migrations.rows, pack: String(pack.rows[0].id) }
}

/** Files kept by their content; others in the folder are not taken in whole yet. */
async function keptFiles(home: string): Promise<string[]> {
  const entries = await readdir(join(home, 'files'), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /^[0-9a-f]{64}$/.test(nameOf(path)))
    .sort()
}

/** The SHA-256 by which a kept file goes: its folder is the first two digits. */
function nameOf(path: string): string {
  return basename(dirname(path)) + basename(path)
}

function counted(source: AsyncIterable<Buffer>) {
  let bytes = 0
  async function* pass() {
    for await (const piece of source) {
      bytes += piece.length
      yield piece
    }
  }
  return { pieces: pass(), bytes: () => bytes }
}
