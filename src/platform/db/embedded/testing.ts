import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { markOf } from './process-mark.ts'
import { placesOf, readRecord } from './record.ts'

/** A new empty folder, to be used itself as home: under root, a server could not pass through its parent's 0700. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'fb-'))
}

/** Removes homes and what they keep elsewhere. */
export function removeHomes(homes: string[]): void {
  for (const home of homes) {
    chmodSync(home, 0o700)
    const record = readRecord(home)
    if (record) rmSync(placesOf(home, record).folder, { recursive: true, force: true })
    if (record && isAbsolute(record.folder)) removeIfEmpty(dirname(record.folder))
    rmSync(home, { recursive: true, force: true })
  }
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

/** Another process that uses the server of a home. */
export type Other = {
  readonly child: ChildProcess
  readonly url: string
  readonly adopted: boolean
  readonly lines: string[]
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it with SIGKILL. */
  kill(): Promise<void>
}

const SCRIPT = `
if (process.env.TRIAL_UMASK) process.umask(Number(process.env.TRIAL_UMASK))
const { startEmbedded } = await import(process.argv[1])
const lines = []
try {
  const { url, adopted, stop } = await startEmbedded({ home: process.argv[2], log: (line) => lines.push(line) })
  console.log(JSON.stringify({ url, adopted, lines }))
  process.stdin.once('data', async () => { await stop(); process.exit(0) })
} catch (error) {
  console.log(JSON.stringify({ refused: error.code ?? error.message, values: error.values }))
  process.exit(1)
}`

/** Starts another process on a home and waits until it has its server. */
export async function startOther(
  home: string,
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Other> {
  const entry = new URL('./index.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, entry, home], {
    ...options,
    env: { ...process.env, ...options.env },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  const said = JSON.parse(line) as { url: string; adopted: boolean; lines: string[]; refused?: string; values?: object }
  if (said.refused) throw new Error(`${said.refused} ${JSON.stringify(said.values)}`)
  const gone = once(child, 'exit')
  return {
    child,
    ...said,
    stop: async () => {
      child.stdin!.write('\n')
      await gone
    },
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Whether the server of a home runs. */
export function serverRuns(home: string): boolean {
  const pid = serverPid(home)
  return pid !== undefined && markOf(pid) !== undefined
}

export function serverPid(home: string): number | undefined {
  try {
    return Number(readFileSync(join(placesOf(home, readRecord(home)!).data, 'postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return undefined
  }
}

/** Kills a server and all its processes at once, as a power cut would. */
export function killServer(home: string): void {
  const pid = serverPid(home)!
  const children =
    process.platform === 'linux' ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ') : []
  process.kill(pid, 'SIGKILL')
  for (const child of children) {
    try {
      process.kill(Number(child), 'SIGKILL')
    } catch {
      // It ended with its parent.
    }
  }
}

/** Rows of one statement over a connection of its own. */
export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
