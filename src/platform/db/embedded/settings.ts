import { chmodSync, existsSync, statfsSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { Record } from './record.ts'
import { placesOf } from './record.ts'

const MB = 1024 * 1024

/** Memory that this process may use, in bytes: the machine's, or the container's where that is less. */
function memory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

const between = (low: number, value: number, high: number) => Math.round(Math.min(Math.max(value, low), high))

/** The settings of the server, by name. Sized for a machine that has other work to do as well. */
export function settingsOf(home: string, record: Record, bytes: number = memory()): { [name: string]: string } {
  const { data, run, folder } = placesOf(home, record)
  return {
    data_directory: data,
    hba_file: join(folder, 'pg_hba.conf'),
    ident_file: join(data, 'pg_ident.conf'),
    listen_addresses: record.socket ? '' : '127.0.0.1',
    port: String(record.port),
    unix_socket_directories: record.socket ? run : '',
    max_connections: '60',
    password_encryption: 'scram-sha-256',

    // What was acknowledged is on the disk.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',

    // An import of a province touches more pages than half a gigabyte holds, and each again and again.
    shared_buffers: `${between(64, bytes / 8 / MB, 2048)}MB`,
    effective_cache_size: `${between(128, bytes / 2 / MB, 16_384)}MB`,
    maintenance_work_mem: `${between(32, bytes / 32 / MB, 512)}MB`,
    work_mem: '16MB',
    dynamic_shared_memory_type: sharedMemoryKind(),
    wal_compression: 'pglz',
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',

    // The same answer on every machine, whatever its locale and time zone.
    timezone: 'UTC',
    log_timezone: 'UTC',
    datestyle: 'iso, ymd',
    lc_messages: 'C',
    default_text_search_config: 'pg_catalog.simple',

    // The log must not hold personal data: no statements, and none of the values that a violated key would show.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_line_prefix: '%m [%p] ',
    logging_collector: 'off',
  }
}

/**
 * Parallel queries share memory through /dev/shm, which containers often limit to 64 MB; files in the data folder have
 * no such limit.
 */
function sharedMemoryKind(): string {
  if (process.platform === 'win32') return 'windows'
  if (process.platform !== 'linux') return 'posix'
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    return blocks * bsize >= 256 * MB ? 'posix' : 'mmap'
  } catch {
    return 'mmap'
  }
}

/**
 * Writes the server's configuration into its folder, anew at each start, so that it follows the machine and our
 * version. An operator's own settings in `local.conf` beside it win. Neither file holds a secret.
 */
export function writeSettings(home: string, record: Record): void {
  const { folder } = placesOf(home, record)
  const lines = Object.entries(settingsOf(home, record)).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
  )
  const note = '# Written at each start. Your own settings belong into local.conf beside this file.'
  const access = record.socket ? 'local all all scram-sha-256' : 'host all all 127.0.0.1/32 scram-sha-256'
  readable(join(folder, 'postgresql.conf'), [note, ...lines, "include 'local.conf'"].join('\n'))
  readable(join(folder, 'pg_hba.conf'), `# Written at each start.\n${access}`)
  const local = join(folder, 'local.conf')
  if (!existsSync(local)) readable(local, '# Your own settings of PostgreSQL; they win over postgresql.conf.')
}

/** The server's account must read it, although a strict umask cuts the mode at creation. */
function readable(path: string, text: string): void {
  writeFileSync(path, `${text}\n`)
  chmodSync(path, 0o644)
}
