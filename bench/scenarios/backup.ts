import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { root, version } from '../../src/app/open.ts'
import { backUp } from '../../src/platform/backup/backup.ts'
import { readBackup } from '../../src/platform/backup/container.ts'
import { demandFits, restore } from '../../src/platform/backup/restore.ts'
import { startEmbedded } from '../../src/platform/db/embedded/index.ts'
import type { Scenario } from '../scenario.ts'
import { withLoadedHouse } from './loaded-house.ts'

const quiet = () => {}
const SCOPE = "set app.lo = '0'; set app.hi = '~'"

export const backup: Scenario = {
  name: 'backup',
  what: 'Backup of a whole nation (90,000,000 persons; run it with --scale 0.01) into one file, and restore of it with every table compared. Baseline: COPY of the same tables, one way and the other.',
  run: ({ scale, log }) =>
    withLoadedHouse(90_000_000 * scale, log, async ({ house }) => {
      const folder = await mkdtemp(join(tmpdir(), 'fourbeams-backup-'))
      const path = join(folder, 'register.backup')
      const taken = await timed(() =>
        backUp(house.db.pool, { path, version, now: house.settings.now(), progress: quiet }),
      )
      const tables = taken.result.tables.map(({ name }) => name)
      const rows = taken.result.tables.reduce((sum, table) => sum + table.rows, 0)
      const out = await timed(() => copyAllOut(house.db.pool, tables))

      const home = join(folder, 'home')
      const embedded = await startEmbedded({ home, log: quiet })
      const pool = new pg.Pool({ connectionString: embedded.url, max: 2 })
      try {
        const restored = await timed(async () => {
          const reader = await readBackup(path, quiet)
          const program = { version, pack: house.pack.id, migrations: join(root, 'migrations') }
          const migrations = await demandFits(reader.header, program)
          await restore(pool, reader, { home, migrations, progress: quiet })
          await reader.close()
        })
        const copied = await timed(() => copyAcross(house.db.pool, pool, tables))
        return [
          { name: 'backup', value: taken.seconds, unit: 's', baseline: out.seconds },
          { name: 'restore, compared', value: restored.seconds, unit: 's', baseline: copied.seconds },
          { name: 'rows', value: rows, unit: 'rows' },
          {
            name: 'size of the file',
            value: (await stat(path)).size / 2 ** 20,
            unit: 'MiB',
            baseline: out.result / 2 ** 20,
          },
        ]
      } finally {
        await pool.end()
        await embedded.stop()
        await rm(folder, { recursive: true, force: true })
      }
    }),
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const begun = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - begun) / 1000 }
}

/** Reads all tables with a plain COPY and throws them away. Returns how many bytes came. */
async function copyAllOut(pool: pg.Pool, tables: readonly string[]): Promise<number> {
  const client = await pool.connect()
  let bytes = 0
  await client.query(SCOPE)
  for (const table of tables) {
    for await (const piece of client.query(copyTo(`copy ${table} to stdout`))) bytes += piece.length
  }
  client.release(true)
  return bytes
}

/** Copies all tables from one server into tables of the same shape, with the same indexes, of another. */
async function copyAcross(source: pg.Pool, target: pg.Pool, tables: readonly string[]): Promise<void> {
  const [from, to] = await Promise.all([source.connect(), target.connect()])
  await from.query(SCOPE)
  await to.query('begin')
  for (const table of tables) {
    await to.query(`create table raw_${table} (like ${table} including all)`)
    await pipeline(from.query(copyTo(`copy ${table} to stdout`)), to.query(copyFrom(`copy raw_${table} from stdin`)))
  }
  await to.query('commit')
  from.release(true)
  to.release(true)
}
