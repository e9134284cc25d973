import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../src/kernel/problem.ts'
import { allRows, quote, type Step } from '../src/platform/analysis/duckdb.ts'
import type { Pack } from '../src/policy/pack.ts'
import type { NationConfig } from './config.ts'
import { checkPartOfText, type DocumentShape } from './document.ts'
import { betweenSql, drawSql, purpose } from './draw.ts'
import { type MixedPlace, mixtures } from './people.ts'
import { quotaSql, taggedSql, villagesSql } from './tags.ts'

/** The smallest group of rows that DuckDB writes: some two hundred thousand households. */
const VILLAGES_AT_ONCE = 2048

/**
 * The steps that choose whole villages and say how many poor households each has: the table `village`, by code.
 * Each area gets its share of the households; villages are taken in the order of the tags named first, then by lot.
 * An area too small for its share at the usual size of a village gets larger villages; an area whose share is smaller
 * than one village gets one village.
 */
export function sampleSteps(
  pack: Pack,
  config: NationConfig,
  options: { readonly scale: number; readonly seed: number; readonly document: DocumentShape },
): Step[] {
  const [least, most] = config.nation.village.households
  const { document } = options
  const first = config.nation.village.first.map(
    (tag, index) => `WHEN ${taggedSql(config, pack, tag, 'v')} THEN ${index}`,
  )
  const rank = first.length > 0 ? `CASE ${first.join(' ')} ELSE ${first.length} END` : '0'
  const key = `hash(xor(v.place_key, ${purpose(`seed.${options.seed}`)}))`
  // The scale as a fraction of integers, so that a share is rounded the same way everywhere.
  const parts = BigInt(Math.round(options.scale * 1e9))
  return [
    {
      name: 'villages: all where the poor can live',
      sql: `CREATE TABLE pool AS
            SELECT v.*, q.poor, ${rank} AS priority, ${key} AS key,
              ${betweenSql(drawSql(key, 'village.households'), least, most - least + 1)} AS size
            FROM (${villagesSql(pack, config)}) v JOIN (${quotaSql(pack, config)}) q ON q.area = v.area`,
    },
    {
      name: 'villages: shares of the areas',
      sql: `CREATE TABLE share AS
            SELECT area, there, share,
              least(there, greatest(1, (share * 2 + ${least + most} // 2) // ${least + most})) AS wanted
            FROM (SELECT area, count(*) AS there,
                    (${BigInt(config.nation.households) * parts}::HUGEINT * any_value(poor) * 100
                      // (sum(any_value(poor)) OVER () * 100) // 1000000000)::BIGINT AS share
                  FROM pool GROUP BY area)`,
    },
    {
      name: 'villages: chosen',
      sql: `CREATE TABLE village AS
            WITH drawn AS (
              SELECT p.*, s.share, s.wanted, s.there,
                sum(size) OVER (PARTITION BY p.area) AS sizes
              FROM (SELECT *, row_number() OVER (PARTITION BY area ORDER BY priority, hash(xor(key, ${purpose('village.order')})), code) AS place_rank
                    FROM pool) p
              JOIN share s ON s.area = p.area AND p.place_rank <= s.wanted
            ), sized AS (
              SELECT *, CASE WHEN share > wanted * ${most} AND wanted = there THEN size * share // sizes
                             ELSE least(greatest(size * share // sizes, ${least}), ${most}) END::INTEGER AS households
              FROM drawn
            )
            SELECT (row_number() OVER (ORDER BY code) - 1)::INTEGER AS v, code, key, area, households,
              prefix_place, left(prefix_place, ${document.prefixLength}) AS prefix, prefix_name, prefix_above,
              md5_number_lower(prefix_place || '.${options.seed}') AS prefix_key,
              (sum(households) OVER (PARTITION BY prefix_place ORDER BY code) - households)::BIGINT AS first,
              sum(households) OVER (PARTITION BY prefix_place)::BIGINT AS in_prefix
            FROM sized ORDER BY code`,
    },
    {
      name: 'villages: document numbers',
      sql: `CREATE OR REPLACE TABLE village AS
            SELECT *, ((in_prefix * ${document.width} + ${document.capacity - 1}) // ${document.capacity})::INTEGER AS laps,
              ${checkPartOfText(pack, document, 'prefix', 0, document.prefixLength)}::INTEGER AS prefix_part
            FROM village ORDER BY v`,
    },
  ]
}

/** Says where the numbers of documents would not suffice: more than a few laps would age people beyond belief. */
export async function refuseCrowd(connection: DuckDBConnection, document: DocumentShape): Promise<void> {
  const most = document.birth ? 8 : 1
  const [row] = await allRows<{ name: string; n: number }>(
    connection,
    `SELECT coalesce(nullif(prefix_name, ''), code) AS name, (in_prefix * ${document.width})::DOUBLE AS n
     FROM village WHERE laps > ${most} LIMIT 1`,
  )
  if (row) {
    const capacity = Math.floor((document.capacity * most) / document.width)
    throw new Problem('nation.too-crowded', { place: row.name, persons: row.n, capacity })
  }
}

/** The chosen villages as a file: its path, and the width of a slot in the column `mix`. */
export type VillageFile = { readonly path: string; readonly mixWidth: number }

/**
 * Writes the villages with all that their households need to know of them, in the order of their codes. Households are
 * spread from this file while they are computed: a join would lose the order of rows, and a table of all households
 * would only repeat their villages. Its small groups of rows are the portions that threads take.
 */
export async function writeVillages(
  connection: DuckDBConnection,
  config: NationConfig,
  path: string,
): Promise<VillageFile> {
  const places = await allRows<MixedPlace>(
    connection,
    `SELECT prefix_place AS code, any_value(prefix_name) AS name, any_value(prefix_above) AS above
     FROM village GROUP BY prefix_place ORDER BY prefix_place`,
  )
  const { of, width } = mixtures(config, places)
  const rows = places.map((place, index) => `(${quote(place.code)}, ${quote(of[index]!)})`)
  await connection.run(`CREATE TABLE mixture AS FROM (VALUES ${rows.join(', ')}) m (prefix_place, mix)`)
  await connection.run(`COPY (
      SELECT code, key, area, prefix, prefix_key, prefix_part, laps, mix, households, first
      FROM village JOIN mixture USING (prefix_place) ORDER BY v
    ) TO ${quote(path)} (FORMAT parquet, ROW_GROUP_SIZE ${VILLAGES_AT_ONCE})`)
  return { path, mixWidth: width }
}
