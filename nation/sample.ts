import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../src/kernel/problem.ts'
import { allRows, quote, type Step } from '../src/platform/analysis/duckdb.ts'
import type { Pack } from '../src/policy/pack.ts'
import type { NationConfig } from './config.ts'
import { checkPartSql, type DocumentShape } from './document.ts'
import { betweenSql, drawSql, purpose } from './draw.ts'
import { type MixedPlace, mixtures } from './people.ts'
import { quotaSql, taggedSql, villagesSql } from './tags.ts'

/**
 * The steps that choose whole villages and say how many poor households each has: tables `village` (one row a village,
 * by code) and `household` (village number, household number: the skeleton that everything else is computed from).
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
              ${checkPartSql(pack, document, 'prefix', 0, document.prefixLength)}::INTEGER AS prefix_part
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

/**
 * Makes the table `scratch.household`, one row a household in the order of villages, with all that it needs to know of
 * its village: a join would lose the order of rows, which the files keep. In a database file such runs of equal values
 * take next to no room. Returns the width of a slot in `mix`.
 */
export async function spreadHouseholds(connection: DuckDBConnection, config: NationConfig): Promise<number> {
  const places = await allRows<MixedPlace>(
    connection,
    `SELECT prefix_place AS code, any_value(prefix_name) AS name, any_value(prefix_above) AS above
     FROM village GROUP BY prefix_place ORDER BY prefix_place`,
  )
  const { of, width } = mixtures(config, places)
  const rows = places.map((place, index) => `(${quote(place.code)}, ${quote(of[index]!)})`)
  await connection.run(`CREATE TABLE mixture AS FROM (VALUES ${rows.join(', ')}) m (prefix_place, mix)`)
  await connection.run(`CREATE OR REPLACE TABLE village AS
    SELECT village.*, mix FROM village JOIN mixture USING (prefix_place) ORDER BY v`)
  await connection.run(`CREATE TABLE scratch.household AS
    SELECT code, key, area, prefix, prefix_key, prefix_part, laps, mix, number::INTEGER AS number,
      first + number - 1 AS ordinal
    FROM (SELECT *, unnest(range(1, households + 1)) AS number FROM village)`)
  return width
}
