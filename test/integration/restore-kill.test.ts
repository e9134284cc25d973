import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openHouse, root, version } from '../../src/app/open.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { keyFilePath } from '../../src/platform/access/vault.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { backUp } from '../../src/platform/backup/backup.ts'
import { readBackup } from '../../src/platform/backup/container.ts'
import { beginRestore, isRestoring } from '../../src/platform/backup/unfinished.ts'
import { startEmbedded } from '../../src/platform/db/embedded/index.ts'
import { recordPath } from '../../src/platform/db/embedded/record.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type TestHouse, TODAY } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

/** Rows of one table, so many that a restore is in the middle for a while. */
const MANY = 200_000
const folder = mkdtempSync(join(tmpdir(), 'fourbeams-restore-kill-'))
const home = join(folder, 'home')
const path = join(folder, 'register.backup')
let house: TestHouse
let files: string[]

beforeAll(async () => {
  house = await openTestHouse()
  const [hamlet] = await hamletsOf(house)
  const warden = await house.person('warden', hamlet!.ford)
  const rows = csv(households(hamlet!.official, 1, 12, codesOf(house)))
  expect((await importAs(house, warden, rows)).state).toBe('done')
  await house.db.pool.query(`
    set app.lo = '0'; set app.hi = '~';
    insert into household_request (household_id, request_key, place_code, action_no)
    select (select min(household_id) from household), gen_random_uuid(), (select min(place_code) from household), n
    from generate_series(1, ${MANY}) n;
    reset app.lo; reset app.hi`)
  await backUp(house.db.pool, { path, version, now: TODAY, home: house.settings.home, progress: () => {} })
  files = await filesIn(path)
}, 120_000)

afterAll(async () => {
  await house?.close()
  if (existsSync(recordPath(home))) await (await startEmbedded({ home })).stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

async function filesIn(backup: string): Promise<string[]> {
  const reader = await readBackup(backup, () => {})
  await reader.close()
  return reader.trailer.files.map(({ sha256 }) => sha256)
}

function command(...words: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; said: string }> } {
  const main = join(root, 'src/cli/main.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...words], {
    env: { ...process.env, FOURBEAMS_HOME: home, FOURBEAMS_PACK: join(root, 'policies', 'riverland'), PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece))
  return { child, ended: once(child, 'close').then(([code]) => ({ code, said })) }
}

/** Waits until a restore loads the large table, as another client of its database sees it. */
async function untilInTheMiddle(child: ChildProcess): Promise<void> {
  const end = Date.now() + 100_000
  while (!existsSync(recordPath(home)) && Date.now() < end) await pause(10)
  const embedded = await startEmbedded({ home })
  const client = new pg.Client({ connectionString: embedded.url })
  try {
    await client.connect()
    while (Date.now() < end && child.exitCode === null) {
      const { rowCount } = await client.query(
        `select from pg_stat_activity where pid <> pg_backend_pid() and query like 'copy "household_request"%stdin%'`,
      )
      if (rowCount) {
        child.kill('SIGKILL')
        await once(child, 'exit')
        return
      }
      await pause(5)
    }
    throw new Error('the restore ended, or never came so far')
  } finally {
    await client.end()
    await embedded.stop()
  }
}

it('a restore killed in the middle is no register, and can begin anew', { timeout: 240_000 }, async () => {
  const { child } = command('db', 'restore', path)
  await untilInTheMiddle(child)
  expect(isRestoring(home)).toBe(true)

  const served = await command('serve').ended
  expect(served.code).not.toBe(0)
  expect(served.said).toContain('db restore')

  const again = await command('db', 'restore', path, '--json').ended
  expect(again.code, again.said).toBe(0)
  expect(isRestoring(home)).toBe(false)
  for (const sha256 of files) {
    const kept = join('files', sha256.slice(0, 2), sha256.slice(2))
    expect(readFileSync(join(home, kept)).equals(readFileSync(join(house.settings.home, kept)))).toBe(true)
  }

  const key = keyFilePath(home)
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 })
  writeFileSync(key, readFileSync(keyFilePath(house.settings.home)), { mode: 0o600 })
  // Killed between its last commit and its last word, nothing is missing.
  await beginRestore(home)
  const restored = await openHouse({ ...house.settings, home, databaseUrl: undefined })
  try {
    expect(isRestoring(home)).toBe(false)
    await restored.db.transaction(
      subtree(ROOT),
      async (tx) => {
        expect((await verifyAudit(tx, [])).faults).toEqual([])
        const { rows } = await tx.raw(
          'select (select count(*) from household) as households, (select count(*) from household_request) as requests',
        )
        expect(rows).toEqual([{ households: 12, requests: MANY }])
      },
      { readOnly: true, bulk: true },
    )
  } finally {
    await restored.close()
  }

  // Uploaded files come along on request only: they are in clear.
  const [without, withFiles] = [join(folder, 'without.backup'), join(folder, 'with.backup')]
  expect((await command('db', 'backup', without).ended).code).toBe(0)
  expect(await filesIn(without)).toEqual([])
  expect((await command('db', 'backup', withFiles, '--with-files').ended).code).toBe(0)
  expect(files.length).toBeGreaterThan(0)
  expect(await filesIn(withFiles)).toEqual(files)
})
