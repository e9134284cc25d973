import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type House, openHouse, root } from '../../src/app/open.ts'
import { startEmbedded } from '../../src/platform/db/embedded/index.ts'
import { PASSWORD } from './house.ts'

/** A real server of Riverland on a home of its own, with its embedded database, that may be killed at any moment. */
export type Killable = {
  readonly home: string
  /** Starts the server and waits until it answers. */
  start(): Promise<void>
  /** Kills the server with -9 and waits until it is gone. */
  kill(): Promise<void>
  /** Asks it to stop, as an operator does, and waits; the exit code. */
  stop(): Promise<number | null>
  /** Whether the server process is there. */
  alive(): boolean
  /** Process number of the database server. */
  postmaster(): number
  /** Signs in; later calls carry the session. */
  signIn(login: string): Promise<void>
  /** Sends a request; throws when the answer is a refusal or does not come. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
  call(method: string, path: string, body?: unknown): Promise<any>
  /** Looks again and again until something is so. */
  until<T>(look: () => Promise<T | undefined | false>, what: string, seconds?: number): Promise<T>
  /** Opens the house without a server, for looking inside. Close it. */
  open(): Promise<House>
  /** Ends everything and removes the home. */
  remove(): Promise<void>
}

/** Makes a home with the places of Riverland and a warden at its first ford. Nothing is started yet. */
export async function makeKillable(): Promise<Killable> {
  const home = mkdtempSync(join(tmpdir(), 'fourbeams-kill-'))
  const port = await freePort()
  const pack = join(root, 'policies', 'riverland')
  let server: ChildProcess | undefined
  let output = ''
  let cookie = ''
  let pageToken = ''

  const node = (words: string[]) =>
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'src/cli/main.ts'), ...words], {
      env: {
        ...process.env,
        FOURBEAMS_HOME: home,
        FOURBEAMS_PACK: pack,
        FOURBEAMS_PASSWORD: PASSWORD,
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const command = async (...words: string[]) => {
    const child = node(words)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece))
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(said)
  }
  const isThere = () => server !== undefined && server.exitCode === null && server.signalCode === null
  const gone = async () => {
    if (isThere()) await once(server!, 'exit')
  }

  const killable: Killable = {
    home,
    async start() {
      server = node(['serve', '--empty'])
      for (const stream of [server.stdout!, server.stderr!]) stream.on('data', (piece) => (output += piece))
      const health = `http://127.0.0.1:${port}/api/health`
      await killable.until(async () => (await fetch(health)).ok, 'the server’s answer', 100)
    },
    async kill() {
      server?.kill('SIGKILL')
      await gone()
    },
    async stop() {
      server?.kill('SIGTERM')
      await gone()
      return server?.exitCode ?? null
    },
    alive: isThere,
    postmaster() {
      const find = (folder: string): string | undefined => {
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
          const path = join(folder, entry.name)
          if (entry.isFile() && entry.name === 'postmaster.pid') return path
          if (entry.isDirectory()) {
            const found = find(path)
            if (found) return found
          }
        }
        return undefined
      }
      return Number(readFileSync(find(home)!, 'utf8').split('\n')[0])
    },
    async signIn(login) {
      pageToken = (await killable.call('POST', '/api/session', { login, password: PASSWORD })).pageToken
    },
    async call(method, path, body) {
      const form = body instanceof FormData
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          cookie,
          'x-page-token': pageToken,
          ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      const set = answer.headers.get('set-cookie')
      if (set) cookie = set.split(';')[0]!
      return answer.json()
    },
    async until(look, what, seconds = 60) {
      const end = Date.now() + seconds * 1000
      while (Date.now() < end) {
        const found = await look().catch(() => undefined)
        if (found) return found
        await pause(15)
      }
      throw new Error(`${what} did not happen in ${seconds} s\n${output.slice(-2000)}`)
    },
    open: () => openHouse({ home, databaseUrl: undefined, pack, now: () => new Date(), log: () => {} }),
    async remove() {
      await killable.kill()
      const embedded = await startEmbedded({ home })
      await embedded.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
  await command('place', 'import', join(root, 'policies/riverland/nation/places.csv'))
  await command('user', 'add', 'warden', '--role', 'warden', '--place', 'F000037')
  return killable
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
