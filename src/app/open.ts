import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type DemoAccounts, isHalfLoaded, openRegister, type Register } from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'
import { type AccessSettings, createSessions, type Sessions } from '../platform/access/sessions.ts'
import type { UserParts } from '../platform/access/users/acts.ts'
import { openVault, type Vault } from '../platform/access/vault.ts'
import { createAccessLog } from '../platform/audit/access-log.ts'
import { chainsByLength } from '../platform/audit/write.ts'
import { demandRestored } from '../platform/backup/unfinished.ts'
import { type Database, openDatabase, sql } from '../platform/db/database.ts'
import { type Embedded, startEmbedded } from '../platform/db/embedded/index.ts'
import { createIds } from '../platform/db/ids.ts'
import { migrate } from '../platform/db/migrate.ts'
import { requireFitServer } from '../platform/db/selfcheck.ts'
import { rights } from '../platform/http/contract.ts'
import { createJobs, type Jobs } from '../platform/jobs/jobs.ts'
import { loadPack } from '../policy/load.ts'
import type { Pack } from '../policy/pack.ts'
import { ensureOperator } from './operator.ts'

/** The folder of the program itself. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version

export type Settings = {
  /** Folder of data. */
  readonly home: string
  /** An operator's PostgreSQL; without it the embedded one is started. */
  readonly databaseUrl: string | undefined
  /** Folder of the policy pack. */
  readonly pack: string
  readonly now: () => Date
  /** Address under which people reach the server; without it, that of this machine. */
  readonly publicUrl?: string | undefined
  /** Told what takes long. */
  readonly log: (line: string) => void
}

/** Where the server listens on this machine, by HOST and PORT. */
export function listenAddress(): { host: string; port: number; shown: string } {
  const host = process.env.HOST || '127.0.0.1'
  const port = Number(process.env.PORT || 4400)
  return { host, port, shown: `http://${host === '0.0.0.0' || host === '127.0.0.1' ? 'localhost' : host}:${port}` }
}

function publicUrlOf({ publicUrl }: Settings): string {
  return (publicUrl ?? listenAddress().shown).replace(/\/+$/, '')
}

/** The pack that package.json names for this installation. */
function defaultPack(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { fourbeams: { pack: string } }).fourbeams
    .pack
}

/** Settings from the environment: FOURBEAMS_HOME, DATABASE_URL, FOURBEAMS_PACK, PUBLIC_URL. */
export function settingsFromEnvironment(log: (line: string) => void): Settings {
  const { FOURBEAMS_HOME, DATABASE_URL, FOURBEAMS_PACK = defaultPack(), PUBLIC_URL } = process.env
  return {
    home: resolve(FOURBEAMS_HOME || join(root, '.fourbeams')),
    databaseUrl: DATABASE_URL || undefined,
    pack: isAbsolute(FOURBEAMS_PACK) ? FOURBEAMS_PACK : join(root, 'policies', FOURBEAMS_PACK),
    now: () => new Date(),
    publicUrl: PUBLIC_URL || undefined,
    log,
  }
}

/** Everything that is open while the program runs. */
export type House = {
  readonly settings: Settings
  readonly pack: Pack
  readonly db: Database
  readonly sessions: Sessions
  /** What running accounts needs. */
  readonly users: UserParts
  readonly vault: Vault
  readonly jobs: Jobs
  readonly register: Register
  /** Stops work, closes the database, and stops it if it was started here. */
  close(): Promise<void>
  /** Stops at once, leaving work in the middle: what was committed stays, and the next start goes on. */
  abandon(): Promise<void>
}

/**
 * Opens the house: policy pack, database (started if it is ours, brought to the newest schema), keys, jobs, register.
 * Refuses with a Problem whatever would put data at risk.
 * @param options.halfLoaded opens also a register whose bulk load has not ended; only for what ends it
 */
export async function openHouse(settings: Settings, options: { halfLoaded?: boolean } = {}): Promise<House> {
  const pack = loadPack(settings.pack, { rights })
  const embedded = settings.databaseUrl ? undefined : await startEmbedded({ home: settings.home, log: settings.log })
  try {
    return await openOn(settings, options, pack, settings.databaseUrl ?? embedded!.url, embedded)
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

async function openOn(
  settings: Settings,
  options: { halfLoaded?: boolean },
  pack: Pack,
  url: string,
  embedded: Embedded | undefined,
): Promise<House> {
  const { home, now } = settings
  await prepare(url, settings)
  const db = openDatabase(url)
  try {
    const vault = await openVault(home, db)
    const ids = createIds(db.side)
    await ensureOperator(db, ids, pack, now())
    await demandSamePack(db, pack)
    if (!options.halfLoaded && (await isHalfLoaded(db))) throw new Problem('register.half-loaded')
    const report = (reference: string, error: unknown) => {
      process.stderr.write(`${reference}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    }
    const jobs = createJobs({ db, ids, now, report })
    const users: UserParts = { ids, utcOffset: pack.utcOffset, roles: rolesOf(pack) }
    const noRights = new Set<string>()
    const access: AccessSettings = {
      now,
      utcOffset: pack.utcOffset,
      tokenKey: vault.derive('fourbeams page token'),
      vault,
      rightsOf: (role) => users.roles.get(role)?.rights ?? noRights,
      demandsFactor: (role) => pack.roles.some((one) => one.id === role && one.secondFactor === 'required'),
    }
    const accessLog = createAccessLog(db, report)
    const register = openRegister(
      {
        db,
        ids,
        jobs,
        vault,
        pack,
        chainOf: chainsByLength(firstLevelLength(pack)),
        accessLog,
        now,
        home,
        publicUrl: publicUrlOf(settings),
      },
      {
        version,
        synthetic: async () => (await getSetting<{ synthetic: boolean }>(db, 'nation'))?.synthetic ?? false,
        demo: async () => (await getSetting<DemoAccounts>(db, 'demo')) ?? null,
      },
    )
    return {
      settings,
      pack,
      db,
      sessions: createSessions(db, access),
      users,
      vault,
      jobs,
      register,
      async close() {
        await jobs.stop()
        await accessLog.close().catch((error) => report('access-log', error))
        await db.close()
        await embedded?.stop()
      },
      async abandon() {
        await embedded?.stop()
      },
    }
  } catch (error) {
    await db.close()
    throw error
  }
}

async function prepare(url: string, { home, log }: Settings): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  try {
    await requireFitServer(pool)
    await demandRestored(pool, home)
    const run = await migrate(pool, join(root, 'migrations'))
    if (run.length > 0) log(`Database brought up to date: ${run.length} migrations.`)
  } finally {
    await pool.end()
  }
}

function rolesOf(pack: Pack): UserParts['roles'] {
  return new Map(
    pack.roles.map(({ id, level, rights, gives }) => [
      id,
      {
        level: pack.levels.findIndex((one) => one.id === level),
        rights: new Set(rights),
        gives: new Set(gives),
      },
    ]),
  )
}

function firstLevelLength(pack: Pack): number {
  return pack.codes.kind === 'path' ? pack.codes.width : pack.levels[1]!.length
}

/** A register holds codes of one pack; opening it under another would make nonsense of them. */
async function demandSamePack(db: Database, pack: Pack): Promise<void> {
  const kept = await getSetting<{ id: string }>(db, 'pack')
  if (kept && kept.id !== pack.id) throw new Problem('pack.other', { kept: kept.id, given: pack.id })
  if (!kept) await putSetting(db, 'pack', { id: pack.id })
}

export async function getSetting<T>(db: Database, name: string): Promise<T | undefined> {
  const row = await db.transaction(
    subtree(ROOT),
    (tx) => tx.first<{ value: T }>(sql`select value from setting where name = ${name}`),
    { readOnly: true },
  )
  return row?.value
}

export async function putSetting(db: Database, name: string, value: unknown): Promise<void> {
  await db.transaction(subtree(ROOT), (tx) =>
    tx.run(sql`
      insert into setting (name, value) values (${name}, ${JSON.stringify(value)})
      on conflict (name) do update set value = excluded.value`),
  )
}
