import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../src/kernel/problem.ts'
import { allRows, name, quote, runSteps, type Step, withDuckDB } from '../src/platform/analysis/duckdb.ts'
import type { Pack } from '../src/policy/pack.ts'
import { type PlacesConfig, readPlacesConfig } from './config.ts'
import { tagSteps } from './tags.ts'

/**
 * Writes the places of a pack's nation into a folder as CSV and returns the path. Columns: `official_code` (padded to
 * the length the pack states), `name`, `level` (id), `parent_official_code` (the root's for the topmost); ordered from
 * the top level down, by code. A padded code may occur on two levels (a prefecture without counties repeats itself as
 * a county), so code and level together are the key. Throws `nation.missing`, `nation.faulty`, `nation.no-places`.
 */
export async function placesFile(pack: Pack, folder: string): Promise<string> {
  const path = join(folder, 'places.csv')
  await withDuckDB(async (connection) => {
    await loadPlaces(connection, pack, readPlacesConfig(pack))
    const columns = 'official_code, name, level, parent_official_code'
    await connection.run(
      `COPY (SELECT ${columns} FROM place ORDER BY depth, official_code) TO ${quote(path)} (FORMAT csv, HEADER)`,
    )
  })
  return path
}

/**
 * Writes the dated tags of the places as CSV and returns the path. Columns: `official_code`, `level`, `tag`, `value`
 * (empty for plain tags), `from_on`; ordered by tag and code. Throws like `placesFile`.
 */
export async function placeTagsFile(pack: Pack, folder: string): Promise<string> {
  const path = join(folder, 'place-tags.csv')
  await withDuckDB(async (connection) => {
    await loadPlaces(connection, pack, readPlacesConfig(pack))
    const columns = 'official_code, level, tag, value, from_on'
    await connection.run(
      `COPY (SELECT ${columns} FROM place_tag ORDER BY tag, depth, official_code) TO ${quote(path)} (FORMAT csv, HEADER)`,
    )
  })
  return path
}

/** Makes the tables `place` (every place, with `depth` below the root) and `place_tag` in the connection. */
export async function loadPlaces(connection: DuckDBConnection, pack: Pack, config: PlacesConfig): Promise<void> {
  const steps: Step[] = [
    {
      name: 'place: empty',
      sql: `CREATE TABLE place (official_code VARCHAR, name VARCHAR, level VARCHAR, depth INTEGER,
              parent_official_code VARCHAR)`,
    },
  ]
  for (const source of config.nation.places) {
    const path = pathOf(config, source)
    const pad = (column: string, depth: string) =>
      `rpad(${column}, greatest(length(${column}), ${caseOf(pack, depth, (level) => level.officialLength)})::INTEGER, '0')`
    const level = source.level === undefined ? 'level' : quote(source.level)
    const depth = caseOf(
      pack,
      level,
      (_, index) => index,
      (entry) => quote(entry.id),
    )
    const parent = source.parent === undefined ? quote(pack.root.officialCode) : name(source.parent)
    steps.push({
      name: `place: ${source.file}`,
      sql: `INSERT INTO place
            SELECT ${pad('code', 'depth')}, name, level, depth,
              CASE WHEN depth = 1 THEN ${quote(pack.root.officialCode)} ELSE ${pad('parent', 'depth - 1')} END
            FROM (SELECT ${name(source.code)} AS code, ${name(source.name)} AS name, ${level} AS level,
                    ${depth} AS depth, ${parent} AS parent
                  FROM read_csv(${quote(path)}, header = true, all_varchar = true, delim = ',', quote = '"'))`,
    })
  }
  try {
    await runSteps(connection, steps)
  } catch (error) {
    throw new Problem('nation.no-places', {
      file: 'nation/nation.yaml',
      detail: error instanceof Error ? error.message : String(error),
    })
  }
  await refuseUnknownLevels(connection, pack)
  await runSteps(connection, tagSteps(pack, config))
}

async function refuseUnknownLevels(connection: DuckDBConnection, pack: Pack): Promise<void> {
  const [row] = await allRows<{ name: string }>(connection, 'SELECT name FROM place WHERE depth IS NULL LIMIT 1')
  if (!row) return
  const known = pack.levels.map((level) => level.id).join(', ')
  throw new Problem('nation.faulty', { file: 'nation.yaml', detail: `“${row.name}” has no level out of ${known}` })
}

function caseOf(
  pack: Pack,
  sql: string,
  value: (level: Pack['levels'][number], index: number) => number,
  key: (level: Pack['levels'][number], index: number) => string = (_, index) => String(index),
): string {
  return `CASE ${sql} ${pack.levels.map((level, index) => `WHEN ${key(level, index)} THEN ${value(level, index)}`).join(' ')} END`
}

function pathOf(config: PlacesConfig, source: PlacesConfig['nation']['places'][number]): string {
  if (source.package === undefined) return inFolder(config, source.file)
  try {
    const manifest = createRequire(import.meta.url).resolve(`${source.package}/package.json`)
    return join(dirname(manifest), source.file)
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new Problem('nation.no-places', { file: `${source.package}/${source.file}`, detail })
  }
}

function inFolder(config: PlacesConfig, file: string): string {
  const path = join(config.folder, file)
  if (!existsSync(path)) throw new Problem('nation.faulty', { file, detail: 'there is no such file' })
  return path
}
