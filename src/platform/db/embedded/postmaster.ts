import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Problem } from '../../../kernel/problem.ts'
import type { Account } from './account.ts'
import { markOf, mayBeAttached, programOf } from './process-mark.ts'
import { type Programs, program } from './programs.ts'
import { placesOf, type Record, urlOf } from './record.ts'

const LONGEST_LOG = 10 * 1024 * 1024
/** How long a starting server may take to accept its first connection, if only to say that it recovers, in ms. */
const LONGEST_SILENCE = 60_000

/** How a spawned program of ours runs: as the account, in a folder it reaches, without the caller's PG and locale. */
export function runAs(account: Account | null) {
  const env: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(PG|LC_|LANG|POSTGRES|TZ$|NODE_|npm_)/i.test(name)) env[name] = value
  }
  const who = account ? { uid: account.uid, gid: account.gid } : {}
  return { ...who, env: { ...env, LC_ALL: 'C' }, ...(process.platform === 'win32' ? {} : { cwd: '/' }) }
}

/**
 * The number of the living postmaster of a data folder. PostgreSQL believes its lock file while any process has that
 * number: a zombie that nobody collects, or, after a container restarts, a stranger. Such a file is removed, provided
 * that no process of the dead server is left that could still write.
 */
export function postmasterOf(data: string): number | undefined {
  const path = join(data, 'postmaster.pid')
  let lines: string[]
  try {
    lines = readFileSync(path, 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  if (pid > 0 && markOf(pid)) {
    const name = programOf(pid)
    const foreign = (name !== undefined && !/postgres(\.exe)?$/.test(name)) || worksElsewhere(pid, data)
    if (!foreign) return pid
  }
  const segment = lines[6]?.trim().split(/\s+/)[1]
  if (pid > 0 && !mayBeAttached(segment)) rmSync(path, { force: true })
  return undefined
}

/** True when the process surely works in another folder; where the system does not tell, it may be ours. */
function worksElsewhere(pid: number, data: string): boolean {
  if (process.platform !== 'linux') return false
  try {
    const [mine, its] = [statSync(data), statSync(readlinkSync(`/proc/${pid}/cwd`))]
    return mine.ino !== its.ino || mine.dev !== its.dev
  } catch {
    return false
  }
}

/** `yes`, `not yet` (starting up or shutting down) or `no`. */
export type Answer = 'yes' | 'not yet' | 'no'

/** Asks the server for a connection with our password. */
export async function answers(home: string, record: Record): Promise<Answer> {
  const client = new pg.Client({
    connectionString: urlOf(home, record, 'admin', 'postgres'),
    connectionTimeoutMillis: 2_000,
  })
  // A server that goes away after the answer is no matter here.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return 'yes'
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '28P01' || code === '28000')
      throw new Problem('database.password-refused', { path: placesOf(home, record).folder })
    return code === '57P03' ? 'not yet' : 'no'
  }
}

/** Waits until a living server answers; false when it ends instead. @throws Problem `database.silent` */
export async function untilAnswer(home: string, record: Record, patience: number): Promise<boolean> {
  const end = Date.now() + patience
  for (;;) {
    if (postmasterOf(placesOf(home, record).data) === undefined) return false
    if ((await answers(home, record)) === 'yes') return true
    if (Date.now() > end) throw new Problem('database.silent', { path: placesOf(home, record).log })
    await pause(50)
  }
}

/** What became of a start. */
export type Launch = 'ready' | 'port taken' | 'still locked'

/**
 * Starts the server and waits until it answers. It runs in a process group of its own, so that Ctrl-C in a terminal
 * reaches only us and we can end in order.
 * @throws Problem `database.not-runnable`, `database.start-failed`, `database.silent`, `database.password-refused`
 */
export async function launch(
  home: string,
  record: Record,
  programs: Programs,
  say: (line: string) => void,
): Promise<Launch> {
  const { folder, log } = placesOf(home, record)
  const flags = existsSync(log) && statSync(log).size > LONGEST_LOG ? 'w' : 'a'
  const file = openSync(log, flags, 0o600)
  const start = statSync(log).size
  const [name, words] =
    process.platform === 'win32'
      ? (['pg_ctl', ['start', '-W', '-D', folder]] as const)
      : (['postgres', ['-D', folder]] as const)
  const child = spawn(program(programs, name), words, {
    ...runAs(record.account),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  const end = endOf(child)
  let ended: Awaited<typeof end> | undefined
  end.then((how) => {
    ended = how
  })
  child.unref()
  let lastWord = Date.now()
  for (let told = lastWord; ; ) {
    const answer = await answers(home, record)
    if (answer === 'yes') return 'ready'
    if (ended !== undefined && !(process.platform === 'win32' && ended === 0)) break
    const now = Date.now()
    if (answer === 'not yet') lastWord = now
    // It lives and cannot be reached at all, for instance behind a firewall on the loopback.
    if (now - lastWord > LONGEST_SILENCE) throw new Problem('database.silent', { path: log })
    if (now - told > 10_000) {
      told = now
      say('The database is recovering after an unclean end; this can take some minutes.')
    }
    await pause(15)
  }
  if (ended instanceof Error)
    throw new Problem('database.not-runnable', { path: program(programs, name), detail: ended.message })
  const said = readFileSync(log, 'utf8').slice(start)
  if (/lock file .* already exists|shared memory block .* still in use/.test(said)) return 'still locked'
  if (!record.socket && /Address already in use|could not create any TCP/.test(said)) return 'port taken'
  const fatal = said.split('\n').filter((line) => /FATAL|PANIC|error while loading/.test(line))
  throw new Problem('database.start-failed', {
    detail: fatal.at(-1)?.replace(/^.*?(FATAL|PANIC): +/, '') ?? said.trim().slice(-300),
    path: log,
  })
}

function endOf(child: ChildProcess): Promise<number | string | Error> {
  return new Promise((resolve) => {
    child.once('error', resolve)
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
}

/**
 * Fast shutdown: open transactions are rolled back, everything committed is checkpointed. Returns when the server has
 * removed its lock file. @throws Problem `database.will-not-stop`
 */
export async function shutDown(data: string, programs: () => Programs, patience = 120_000): Promise<void> {
  const pid = postmasterOf(data)
  if (pid === undefined) return
  if (process.platform === 'win32') {
    spawn(program(programs(), 'pg_ctl'), ['stop', '-D', data, '-m', 'fast'], { stdio: 'ignore', windowsHide: true })
  } else {
    signal(pid)
  }
  const end = Date.now() + patience
  while (existsSync(join(data, 'postmaster.pid')) && markOf(pid)) {
    if (Date.now() > end) throw new Problem('database.will-not-stop', { pid })
    await pause(10)
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch (error) {
    // It ended by itself in this moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
