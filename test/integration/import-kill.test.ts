import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openHouse, root } from '../../src/app/open.ts'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { sql } from '../../src/platform/db/database.ts'
import { startEmbedded } from '../../src/platform/db/embedded/index.ts'
import { PASSWORD } from '../support/house.ts'
import { csv, households } from '../support/households.ts'
import { pack } from '../support/packs.ts'

/**
 * The real server on its own home, killed with -9 while it checks and while it registers tens of thousands of rows,
 * once together with its database. Started again it finishes by itself; nothing is doubled, nothing is lost.
 */
const HOUSEHOLDS = 16_000
const random = seeded(Number(process.env.FOURBEAMS_SEED ?? 20160229))
const home = mkdtempSync(join(tmpdir(), 'fourbeams-kill-'))
let port: number
let server: ChildProcess | undefined
let output = ''
let cookie = ''
let pageToken = ''

const env = () => ({
  ...process.env,
  FOURBEAMS_HOME: home,
  FOURBEAMS_PACK: join(root, 'policies', 'riverland'),
  FOURBEAMS_PASSWORD: PASSWORD,
  PORT: String(port),
})
const node = (words: string[]) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'src/cli/main.ts'), ...words], {
    env: env(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })

async function command(...words: string[]): Promise<void> {
  const child = node(words)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(said)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

/** Looks again and again until something is so. */
async function until<T>(look: () => Promise<T | undefined | false>, what: string, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const found = await look().catch(() => undefined)
    if (found) return found
    await pause(15)
  }
  throw new Error(`${what} did not happen in ${seconds} s\n${output.slice(-2000)}`)
}

async function start(): Promise<void> {
  const child = node(['serve', '--empty'])
  server = child
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece))
  await until(async () => (await fetch(`http://127.0.0.1:${port}/api/health`)).ok, 'the server’s answer', 100)
}

async function kill(): Promise<void> {
  const child = server!
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** The pid of the database server of this home, by its own lock file. */
function postmaster(): number {
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
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
async function call(method: string, path: string, body?: unknown): Promise<any> {
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
}

beforeAll(async () => {
  port = await freePort()
  await command('place', 'import', join(root, 'policies/riverland/nation/places.csv'))
  await command('user', 'add', 'warden', '--role', 'warden', '--place', 'F000037')
  await start()
}, 180_000)

afterAll(async () => {
  if (server) await kill()
  const embedded = await startEmbedded({ home })
  await embedded.stop()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

it('an import survives kills of the server and of everything', { timeout: 240_000 }, async () => {
  pageToken = (await call('POST', '/api/session', { login: 'warden', password: PASSWORD })).pageToken
  const list = (id: string) => pack('riverland').lists.get(id)!.codes
  const codes = {
    head: list('tie').find((code) => code.means === 'head')!.code,
    other: list('tie').find((code) => code.means !== 'head')!.code,
    standing: list('standing')[0]!.code,
    reason: list('reason')[0]!.code,
    gender: list('gender')[0]!.code,
  }
  const hamlets = ['H000000101', 'H000000202', 'H000000303']
  const rows = hamlets.flatMap((hamlet, i) =>
    households(hamlet, 1 + i * HOUSEHOLDS, Math.floor(HOUSEHOLDS / hamlets.length), codes),
  )
  const total = rows.length / 2
  const form = new FormData()
  form.append('file', new Blob([csv(rows)]), 'households.csv')
  const { id, mapping, period } = await call('POST', '/api/imports', form)
  const show = () => call('GET', `/api/imports/${id}`)

  const checking = await call('PUT', `/api/imports/${id}/mapping`, { mapping, period, why: 'a test' })
  const readSome = Math.floor(random() * rows.length * 0.5)
  await until(async () => {
    const job = await call('GET', `/api/jobs/${checking.job}`)
    return job.state === 'running' && (job.step !== 'read' || job.done > readSome)
  }, 'the middle of the check')
  await kill()
  await start()
  const checked = await until(async () => {
    const run = await show()
    return run.state !== 'checking' && run
  }, 'the end of the check')
  expect(checked).toMatchObject({ state: 'checked', counts: { read: rows.length, good: rows.length, bad: 0 } })

  const applying = await call('POST', `/api/imports/${id}/start`)
  const atStep = (step: string) => async () => {
    const job = await call('GET', `/api/jobs/${applying.job}`)
    return job.state === 'running' && job.step === step
  }
  await until(atStep('register'), 'the beginning of registering')
  await kill()
  expect((await stateOf(id)).state).toBe('applying')

  await start()
  // A later moment: between the first households and the last, or, when the machine is fast, in the tidying after.
  await until(async () => (await show()).counts.registered > 0, 'the first registered household')
  process.kill(postmaster(), 'SIGKILL')
  await kill()

  await start()
  const done = await until(async () => {
    const run = await show()
    return run.state !== 'applying' && run
  }, 'the end of the import')
  expect(done).toMatchObject({
    state: 'done',
    counts: { read: rows.length, good: rows.length, bad: 0, skipped: 0, registered: total },
  })
  await kill()

  const house = await openHouse({
    home,
    databaseUrl: undefined,
    pack: join(root, 'policies', 'riverland'),
    now: () => new Date(),
    log: () => {},
  })
  try {
    const found = await house.db.transaction(subtree(ROOT), async (tx) => ({
      counts: await tx.first(sql`
        select (select count(*) from household)::int as households, (select count(distinct number) from household)::int as numbers,
               (select count(*) from member)::int as members, (select count(*) from identity)::int as identities,
               (select count(*) from household_action)::int as actions`),
      tally: await tx.all(sql`
        select * from (select place_code, status, cause, households::int, persons::int from village_tally) kept
        full join (select place_code, status, cause, count(*)::int as households, sum(size)::int as persons
                   from household group by 1, 2, 3) counted using (place_code, status, cause, households, persons)
        where kept is null or counted is null`),
      audit: await verifyAudit(tx, []),
      actions: await verifyActions(tx),
      jobs: await tx.all(sql`select state from job where state <> 'done'`),
    }))
    expect(found.counts).toEqual({
      households: total,
      numbers: total,
      members: rows.length,
      identities: rows.length,
      actions: total,
    })
    expect(found).toMatchObject({ tally: [], actions: [], jobs: [], audit: { faults: [] } })
  } finally {
    await house.close()
  }
})

/** The import as the database has it while no server runs. */
async function stateOf(id: number): Promise<{ state: string }> {
  const house = await openHouse({
    home,
    databaseUrl: undefined,
    pack: join(root, 'policies', 'riverland'),
    now: () => new Date(),
    log: () => {},
  })
  try {
    return (await house.db.transaction(subtree(ROOT), (tx) =>
      tx.first<{ state: string }>(sql`select state from import_run where import_id = ${id}`),
    ))!
  } finally {
    await house.close()
  }
}
