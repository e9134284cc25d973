import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import { Problem } from '../../../kernel/problem.ts'
import { type Account, isRoot } from './account.ts'
import { passes } from './reach.ts'
import { recordPath } from './record.ts'

/** Where data may live when the account cannot reach home. Not the temporary folder: systems empty it. */
const ELSEWHERE = ['/var/lib/fourbeams', '/usr/local/var/fourbeams', '/opt/fourbeams']

/** The longest path of a socket that every Unix accepts, in bytes. */
const LONGEST_SOCKET = 103

/**
 * Makes the data folder, closed to others; under root others may pass through it, for the server's account, but not
 * list it. A folder that was there before and holds something else is left as it is.
 * @throws Problem `machine.home-not-writable`
 */
export function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    const ours = existsSync(recordPath(home)) || readdirSync(home).length === 0
    if (isRoot() && ours && statSync(home).uid === 0 && !(statSync(home).mode & 0o001)) chmodSync(home, 0o711)
    accessSync(home, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Problem('machine.home-not-writable', { path: home, detail: (error as Error).message })
  }
}

/**
 * Chooses the server's folder: `postgres` in home, or, where the account cannot pass, a folder of its own elsewhere,
 * with a note in home.
 * @returns relative to home, or absolute
 * @throws Problem `database.home-unreachable`
 */
export function chooseFolder(home: string, account: Account | null, say: (line: string) => void): string {
  const folder = account && !passes(account, home) ? elsewhere(home, account) : 'postgres'
  const path = folder === 'postgres' ? join(home, folder) : folder
  mkdirSync(path, { recursive: true })
  chmodSync(path, account ? 0o711 : 0o700)
  if (folder !== 'postgres') {
    const note =
      `The database lies in ${folder}, because the account “${account?.name}”, which runs it, cannot reach this folder.\n` +
      'Keep both folders together: back them up, move and delete them as one.\n'
    writeFileSync(join(home, 'WHERE-THE-DATABASE-IS.txt'), note)
    say(note.trim().replaceAll('\n', ' '))
  }
  return folder
}

function elsewhere(home: string, account: Account): string {
  const mark = createHash('sha256').update(home).digest('hex').slice(0, 10)
  for (const place of ELSEWHERE) {
    try {
      mkdirSync(place, { recursive: true })
      const stat = statSync(place)
      // Somebody else's folder, or one that others may change, could be swapped under us.
      if (stat.uid !== 0 || stat.mode & 0o022) continue
      chmodSync(place, 0o711)
      if (passes(account, place)) return join(place, `${basename(home).replace(/^\./, '')}-${mark}`)
    } catch {
      // The next place may do.
    }
  }
  throw new Problem('database.home-unreachable', { path: home, account: account.name, places: ELSEWHERE.join(', ') })
}

/** Whether a socket can stand in the folder: not on Windows, not on every mounted disk, not under a long path. */
export async function takesSockets(run: string): Promise<boolean> {
  const path = join(run, '.s.PGSQL.00000')
  if (process.platform === 'win32' || Buffer.byteLength(path) > LONGEST_SOCKET) return false
  return (await listens(path)) !== undefined
}

/** A port of the loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const port = await listens(0)
  if (port === undefined) throw new Problem('database.no-loopback')
  return port
}

/** Whether a port of the loopback can be opened now. */
export async function isFree(port: number): Promise<boolean> {
  return (await listens(port)) !== undefined
}

function listens(where: string | number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    const done = () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    }
    if (typeof where === 'string') server.listen(where, done)
    else server.listen(where, '127.0.0.1', done)
  })
}
