import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { root } from '../../src/app/open.ts'
import { buildWeb } from '../../src/cli/web-build.ts'
import { onDatabase, startEmbedded } from '../../src/platform/db/embedded/index.ts'
import { migrate } from '../../src/platform/db/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the test server, database `template_fourbeams`, for the owner and for the superuser. */
    databaseUrl: string
    adminUrl: string
  }
}

export const TEMPLATE = 'template_fourbeams'

/** One real PostgreSQL for all tests, with a migrated template from which each test file gets a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Once, before the workers: two that find the pages missing would build into one folder and empty it for each other.
  await buildWeb(() => {})
  const home = await mkdtemp(join(tmpdir(), 'fourbeams-test-'))
  const server = await startEmbedded({ home })
  const admin = new pg.Client({ connectionString: server.adminUrl })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE} owner fourbeams`)
  await admin.end()
  const template = new pg.Client({ connectionString: onDatabase(server.adminUrl, TEMPLATE) })
  await template.connect()
  await template.query('create extension if not exists pg_trgm')
  await template.end()
  const pool = new pg.Pool({ connectionString: onDatabase(server.url, TEMPLATE), max: 1 })
  await migrate(pool, join(root, 'migrations'))
  await pool.end()
  project.provide('databaseUrl', onDatabase(server.url, TEMPLATE))
  project.provide('adminUrl', server.adminUrl)
  return async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
