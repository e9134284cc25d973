import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../../../kernel/problem.ts'
import { writePrivate } from './private-file.ts'

const shape = z.object({
  format: z.literal(1),
  /** The server's folder: relative to home, or absolute where the server's account cannot reach home. */
  folder: z.string(),
  account: z.object({ name: z.string(), uid: z.number(), gid: z.number() }).nullable(),
  /** A Unix socket in `run/`, else 127.0.0.1; the port names the socket file in the first case. */
  socket: z.boolean(),
  port: z.number(),
  adminPassword: z.string(),
  ownerPassword: z.string(),
  /** Set once role, database and extension exist: from then on missing data is a loss, not a first start. */
  ready: z.boolean(),
})

/** What home remembers of its server; the file holds both passwords and is readable by its owner only. */
export type Record = z.infer<typeof shape>

export const ADMIN = 'fourbeams_admin'
export const OWNER = 'fourbeams'
export const DATABASE = 'fourbeams'

/** The file with the passwords, for `doctor`. */
export const recordPath = (home: string) => join(home, 'postgres.json')

/**
 * Reads the record; undefined before the first start.
 * @throws Problem `database.record-damaged`
 */
export function readRecord(home: string): Record | undefined {
  const path = recordPath(home)
  if (!existsSync(path)) {
    if (existsSync(join(home, 'postgres', 'data', 'PG_VERSION'))) throw new Problem('database.record-damaged', { path })
    return undefined
  }
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new Problem('database.record-damaged', { path })
  }
}

export function writeRecord(home: string, record: Record): void {
  writePrivate(recordPath(home), `${JSON.stringify(record, null, 2)}\n`)
}

/** A password of 192 random bits in letters that need no escaping in a URL. */
export const newPassword = () => randomBytes(24).toString('base64url')

/** The places of a server, as absolute paths. */
export function placesOf(home: string, record: Pick<Record, 'folder'>) {
  const folder = isAbsolute(record.folder) ? record.folder : join(home, record.folder)
  return { folder, data: join(folder, 'data'), run: join(folder, 'run'), log: join(folder, 'server.log') }
}

/** The address of a database for a role. */
export function urlOf(home: string, record: Record, role: 'admin' | 'owner', database: string = DATABASE): string {
  const login = role === 'admin' ? `${ADMIN}:${record.adminPassword}` : `${OWNER}:${record.ownerPassword}`
  if (!record.socket) return `postgres://${login}@127.0.0.1:${record.port}/${database}`
  return `postgres://${login}@localhost:${record.port}/${database}?host=${encodeURIComponent(placesOf(home, record).run)}`
}
