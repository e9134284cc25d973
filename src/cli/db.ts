import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import pg from 'pg'
import { root, type Settings, settingsFromEnvironment, version } from '../app/open.ts'
import { Problem } from '../kernel/problem.ts'
import { keyFilePath } from '../platform/access/vault.ts'
import { backUp } from '../platform/backup/backup.ts'
import { readBackup } from '../platform/backup/container.ts'
import { demandEmptyHome, demandFits, restore } from '../platform/backup/restore.ts'
import { beginRestore, endRestore } from '../platform/backup/unfinished.ts'
import { startEmbedded } from '../platform/db/embedded/index.ts'
import { recordPath } from '../platform/db/embedded/record.ts'
import { requireFitServer } from '../platform/db/selfcheck.ts'
import { rights } from '../platform/http/contract.ts'
import { loadPack } from '../policy/load.ts'
import { guarded, outputOf } from './command.ts'

export function dbCommand(): Command {
  const db = new Command('db').description('Backup and restore of the whole register')
  db.command('backup')
    .argument('<file>', 'where the backup goes; must not be there yet')
    .option('--with-files', 'also the uploaded files, which hold personal data in clear')
    .description('write one consistent file while people work; the key file is not inside')
    .action((file: string, options: { withFiles?: boolean }, command: Command) => {
      const output = outputOf(command)
      return guarded(output, async () => {
        const settings = settingsFromEnvironment((line) => process.stderr.write(`${line}\n`))
        const { home, databaseUrl } = settings
        if (!databaseUrl && !existsSync(recordPath(home))) throw new Problem('backup.nothing', { path: home })
        const result = await onDatabase(settings, (pool) =>
          backUp(pool, {
            path: resolve(file),
            version,
            now: settings.now(),
            ...(options.withFiles ? { home } : {}),
            progress: output.progress,
          }),
        )
        const rows = result.tables.reduce((sum, table) => sum + table.rows, 0)
        output.say(`${rows} rows of ${result.tables.length} tables and ${result.files} files: ${result.path}`)
        output.say(`${result.bytes} bytes, SHA-256 ${result.sha256}`)
        output.say(`The key is not inside. Keep ${keyFilePath(home)} in another place:`)
        output.say('without it the restored register cannot be opened and sealed values stay sealed.')
        output.result(result)
        return undefined
      })
    })
  db.command('restore')
    .argument('<file>', 'a backup')
    .description('load a backup into an empty FOURBEAMS_HOME or an empty database, and compare every table')
    .action((file: string, _options: unknown, command: Command) => {
      const output = outputOf(command)
      return guarded(output, async () => {
        const settings = settingsFromEnvironment((line) => process.stderr.write(`${line}\n`))
        const pack = loadPack(settings.pack, { rights })
        const backup = await readBackup(resolve(file), (done, total) => output.progress('verifying', done, total))
        try {
          const program = { version, pack: pack.id, migrations: join(root, 'migrations') }
          const migrations = await demandFits(backup.header, program)
          await demandEmptyHome(settings.home)
          await beginRestore(settings.home)
          const result = await onDatabase(settings, async (pool) => {
            await requireFitServer(pool)
            return restore(pool, backup, { home: settings.home, migrations, progress: output.progress })
          })
          await endRestore(settings.home)
          for (const { name, rows, sha256 } of result.tables)
            output.say(`same  ${name.padEnd(18)} ${String(rows).padStart(10)} rows  ${sha256.slice(0, 16)}`)
          output.say(`Restored as of ${backup.header.createdAt}, every table as it was backed up.`)
          const keyMissing = !existsSync(keyFilePath(settings.home))
          if (keyMissing)
            output.say(`Put the key file of this register at ${keyFilePath(settings.home)} before you start.`)
          output.result({ ...result, createdAt: backup.header.createdAt, keyMissing })
        } finally {
          await backup.close()
        }
        return undefined
      })
    })
  return db
}

/** Work on the database alone: neither needs the keys, so a backup can be taken by who must not read sealed values. */
async function onDatabase<T>(settings: Settings, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const { home, databaseUrl, log } = settings
  const embedded = databaseUrl ? undefined : await startEmbedded({ home, log })
  const pool = new pg.Pool({ connectionString: databaseUrl ?? embedded!.url, max: 2, application_name: 'fourbeams' })
  pool.on('error', () => {})
  try {
    return await work(pool)
  } finally {
    await pool.end()
    await embedded?.stop()
  }
}
