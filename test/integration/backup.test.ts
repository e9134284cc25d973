import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHouse, root, version } from '../../src/app/open.ts'
import { tallyIn, verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { keyFilePath } from '../../src/platform/access/vault.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { backUp } from '../../src/platform/backup/backup.ts'
import { readBackup, writeBackup } from '../../src/platform/backup/container.ts'
import { demandEmptyHome, demandFits, restore } from '../../src/platform/backup/restore.ts'
import { sql } from '../../src/platform/db/database.ts'
import { onDatabase } from '../../src/platform/db/embedded/index.ts'
import { checkServer } from '../../src/platform/db/selfcheck.ts'
import { openTestHouse, type Person, type TestHouse, TODAY } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

const folder = mkdtempSync(join(tmpdir(), 'fourbeams-backup-'))
const made: string[] = []
const quiet = () => {}
const program = () => ({ version, pack: house.pack.id, migrations: join(root, 'migrations') })
let house: TestHouse
let officer: Person
let hamlets: string[]
let path: string

beforeAll(async () => {
  house = await openTestHouse()
  const tree = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string; official_code: string }>(
      sql`select code, official_code from place where level = (select max(level) from place) order by code limit 2`,
    ),
  )
  hamlets = tree.map((place) => place.official_code)
  officer = await house.person('warden', ROOT)
  expect((await importAs(house, officer, csv(households(hamlets[0]!, 1, 40, codesOf(house))))).state).toBe('done')
  path = join(folder, 'register.backup')
}, 60_000)

afterAll(async () => {
  await asAdmin(async (admin) => {
    for (const name of made) await admin.query(`drop database if exists ${name} with (force)`)
  })
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

async function asAdmin(work: (admin: pg.Client) => Promise<void>, url = house.adminUrl): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

async function emptyDatabase(): Promise<string> {
  const name = `restored_${randomBytes(6).toString('hex')}`
  await asAdmin(
    async (admin) => {
      await admin.query(`create database ${name} owner fourbeams template template0 encoding 'UTF8' lc_ctype 'C.UTF-8'`)
    },
    onDatabase(house.adminUrl, 'postgres'),
  )
  made.push(name)
  await asAdmin(
    async (admin) => {
      await admin.query('create extension if not exists pg_trgm')
    },
    onDatabase(house.adminUrl, name),
  )
  return onDatabase(house.databaseUrl, name)
}

async function onPool<T>(url: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', quiet)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

async function load(file: string, url: string, home: string) {
  const backup = await readBackup(file, quiet)
  try {
    const migrations = await demandFits(backup.header, program())
    await demandEmptyHome(home)
    return await onPool(url, (pool) => restore(pool, backup, { home, migrations, progress: quiet }))
  } finally {
    await backup.close()
  }
}

const take = (file: string, home?: string) =>
  backUp(house.db.pool, { path: file, version, now: TODAY, progress: quiet, ...(home ? { home } : {}) })

describe('a round trip', () => {
  it('gives the same tables, sound and consistent, while a writer works', async () => {
    const writing = importAs(house, officer, csv(households(hamlets[1]!, 500, 200, codesOf(house))))
    const taken = await take(path, house.settings.home)
    expect((await writing).state).toBe('done')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(taken.files).toBeGreaterThan(0)

    const home = join(folder, 'home')
    mkdirSync(join(home, 'keys'), { recursive: true })
    writeFileSync(keyFilePath(home), readFileSync(keyFilePath(house.settings.home)), { mode: 0o600 })
    const url = await emptyDatabase()
    const result = await load(path, url, home)
    expect(result.tables.map(({ name, rows, sha256 }) => ({ name, rows, sha256 }))).toEqual(taken.tables)
    expect(result.tables.find((table) => table.name === 'member')!.rows).toBeGreaterThanOrEqual(80)
    expect(result.files).toBe(taken.files)

    const restored = await openHouse({ ...house.settings, home, databaseUrl: url })
    try {
      await restored.db.transaction(
        subtree(ROOT),
        async (tx) => {
          expect(await verifyActions(tx)).toEqual([])
          expect((await verifyAudit(tx, [])).faults).toEqual([])
          const fresh = await tx.first<{ households: number; persons: number }>(
            sql`select count(*) as households, sum(size)::int as persons from household`,
          )
          const { households: counted, persons } = await tallyIn(tx, subtree(ROOT))
          expect({ households: counted, persons }).toEqual(fresh)
          const highest = await tx.first<{ id: number }>(sql`select max(household_id) as id from household`)
          expect(await restored.register.ids.next('household')).toBeGreaterThan(highest!.id)
        },
        { readOnly: true, bulk: true },
      )
      expect((await checkServer(restored.db.pool)).every((finding) => finding.ok)).toBe(true)
      // The fence stands again: without a scope nobody's family is there.
      expect((await restored.db.pool.query('select from household')).rowCount).toBe(0)
      const { rows } = await restored.db.pool.query(
        "select relname from pg_class where relrowsecurity and not relforcerowsecurity and relnamespace = 'public'::regnamespace",
      )
      expect(rows).toEqual([])
    } finally {
      await restored.close()
    }
  }, 60_000)

  it('overwrites no file and leaves none behind', async () => {
    const before = readFileSync(path)
    await expect(take(path)).rejects.toMatchObject({ code: 'backup.file-exists' })
    expect(readFileSync(path).equals(before)).toBe(true)
    const nothing = await emptyDatabase()
    const gone = join(folder, 'none.backup')
    await expect(
      onPool(nothing, (pool) => backUp(pool, { path: gone, version, now: TODAY, progress: quiet })),
    ).rejects.toMatchObject({ code: 'backup.nothing' })
    expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([])
  })
})

describe('what is refused before anything is touched', () => {
  const copy = (name: string, change: (bytes: Buffer) => Buffer) => {
    const file = join(folder, name)
    writeFileSync(file, change(Buffer.from(readFileSync(path))))
    return file
  }

  it('a truncated file, wherever it ends', async () => {
    const { length } = readFileSync(path)
    for (const end of [17, 300, Math.floor(length / 2), length - 33, length - 1]) {
      const file = copy('short.backup', (bytes) => bytes.subarray(0, end))
      await expect(readBackup(file, quiet), `${end} bytes`).rejects.toMatchObject({ code: 'backup.damaged' })
    }
  })

  it('one changed bit, wherever it is', async () => {
    const { length } = readFileSync(path)
    for (const at of [16, 40, Math.floor(length / 3), Math.floor(length / 2), length - 40, length - 1]) {
      const file = copy('changed.backup', (bytes) => {
        bytes[at]! ^= 1
        return bytes
      })
      await expect(readBackup(file, quiet), `byte ${at}`).rejects.toMatchObject({ code: 'backup.damaged' })
    }
  })

  it('what is no backup, or not there', async () => {
    const file = copy('other.backup', () => Buffer.from('place,name\n'))
    await expect(readBackup(file, quiet)).rejects.toMatchObject({ code: 'backup.not-one' })
    await expect(readBackup(join(folder, 'absent'), quiet)).rejects.toMatchObject({ code: 'backup.unreadable' })
  })

  it('another version, migration or pack', async () => {
    const { header, close } = await readBackup(path, quiet)
    await close()
    const [major] = header.version.split('.').map(Number)
    await expect(demandFits({ ...header, version: `${major! + 1}.0.0` }, program())).rejects.toMatchObject({
      code: 'backup.newer',
    })
    await expect(demandFits({ ...header, pack: 'another' }, program())).rejects.toMatchObject({
      code: 'backup.other-pack',
    })
    for (const migrations of [
      [...header.migrations, { name: '9999-later.sql', checksum: '0' }],
      header.migrations.map((one) => ({ ...one, checksum: '0' })),
    ]) {
      await expect(demandFits({ ...header, migrations }, program())).rejects.toMatchObject({
        code: 'backup.unknown-migration',
      })
    }
  })

  it('a home or a database that holds something', async () => {
    const home = mkdtempSync(join(folder, 'used-'))
    writeFileSync(join(home, 'postgres.json'), '{}')
    await expect(load(path, await emptyDatabase(), home)).rejects.toMatchObject({ code: 'backup.not-empty' })
    const rows = 'select count(*)::int as households from household_action'
    await asAdmin(async (admin) => {
      const before = (await admin.query(rows)).rows
      await expect(load(path, house.databaseUrl, join(folder, 'fresh'))).rejects.toMatchObject({
        code: 'backup.not-empty',
      })
      expect((await admin.query(rows)).rows).toEqual(before)
    })
    expect(existsSync(join(folder, 'fresh'))).toBe(false)
  })
})

it('keeps not a single table when a part does not give what was told', async () => {
  const source = await readBackup(path, quiet)
  const file = join(folder, 'lying.backup')
  const { open } = await import('node:fs/promises')
  const handle = await open(file, 'wx', 0o600)
  const writer = await writeBackup(handle, source.header)
  for (const _ of source.header.tables) await writer.part(source.part())
  const tables = source.trailer.tables.map((table) => ({ ...table }))
  tables.at(-1)!.sha256 = '0'.repeat(64)
  await writer.end({ tables, files: [] })
  await handle.close()
  await source.close()

  const url = await emptyDatabase()
  await expect(load(file, url, join(folder, 'fresh'))).rejects.toMatchObject({ code: 'backup.table-differs' })
  await onPool(url, async (pool) => {
    expect((await pool.query("select from pg_tables where schemaname = 'public'")).rowCount).toBe(0)
  })
})
