import { existsSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { Problem } from '../../kernel/problem.ts'

/** Stands in a home folder while a backup is restored into it. */
const markerOf = (home: string) => join(home, 'restoring')

/** Notes in a home folder, made when it is not there, that a restore has begun. */
export async function beginRestore(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const file = await open(markerOf(home), 'w', 0o600)
  await file.sync()
  await file.close()
}

/** Whether a restore into a home folder was begun and not ended. */
export function isRestoring(home: string): boolean {
  return existsSync(markerOf(home))
}

export async function endRestore(home: string): Promise<void> {
  await rm(markerOf(home), { force: true })
}

/**
 * Refuses a home whose restore was interrupted: the schema would be made anew, and people would find an empty register.
 * All tables of a restore come with one commit; when they are there, it was interrupted behind its end, and nothing is
 * missing.
 * @throws Problem `backup.unfinished`
 */
export async function demandRestored(pool: pg.Pool, home: string): Promise<void> {
  if (!isRestoring(home)) return
  const { rows } = await pool.query("select to_regclass('public.schema_migration') is not null as there")
  if (!rows[0].there) throw new Problem('backup.unfinished', { path: home })
  await endRestore(home)
}
