import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../src/kernel/problem.ts'
import { name, quote, type Step } from '../src/platform/analysis/duckdb.ts'
import type { Pack } from '../src/policy/pack.ts'
import { depthOf, type PlacesConfig } from './config.ts'
import { purpose } from './draw.ts'

type TagRule = PlacesConfig['nation']['tags'][number]

/**
 * The steps that make the table `place_tag` (official_code, level, depth, tag, value, from_on) from the table `place`.
 * Tags are the same for every seed: they say where policy looks, not whom the dice met.
 */
export function tagSteps(pack: Pack, config: PlacesConfig): Step[] {
  const steps: Step[] = [
    {
      name: 'tag: empty',
      sql: `CREATE TABLE place_tag (official_code VARCHAR, level VARCHAR, depth INTEGER, tag VARCHAR, value VARCHAR,
              from_on DATE)`,
    },
  ]
  for (const rule of config.nation.tags) {
    const known = pack.tags.find((tag) => tag.id === rule.tag)
    if (!known?.levels.includes(rule.level)) {
      const detail = `there is no tag “${rule.tag}” for the level “${rule.level}”`
      throw new Problem('nation.faulty', { file: 'nation.yaml', detail })
    }
    const [places, value] = rule.chosen
      ? [chosenSql(pack, config, rule, rule.chosen), 'NULL']
      : placesSql(pack, config, rule)
    steps.push({
      name: `tag: ${rule.tag}`,
      // A place that two rules give the same tag carries it once.
      sql: `INSERT INTO place_tag
            SELECT DISTINCT p.official_code, p.level, p.depth, ${quote(rule.tag)}, ${value}, DATE ${quote(rule.from)}
            FROM ${places}
            WHERE NOT EXISTS (FROM place_tag t WHERE t.official_code = p.official_code AND t.depth = p.depth
                              AND t.tag = ${quote(rule.tag)})`,
    })
  }
  return steps
}

function placesSql(pack: Pack, config: PlacesConfig, rule: TagRule): [from: string, value: string] {
  const depth = depthOf(pack, rule.level)
  const length = pack.levels[depth]!.officialLength
  const padded = (sql: string) => `rpad(${sql}, greatest(length(${sql}), ${length})::INTEGER, '0')`
  let source = 'place'
  let value = 'NULL'
  const tests = [`depth = ${depth}`]
  if (rule.file !== undefined) {
    const path = join(config.folder, rule.file)
    if (!existsSync(path)) throw new Problem('nation.faulty', { file: rule.file, detail: 'there is no such file' })
    const chosen = Object.entries(rule.where ?? {}).map(
      ([column, values]) => `${name(column)} IN (${values.map(quote).join(', ')})`,
    )
    if (rule.value !== undefined) chosen.push(`${name(rule.value)} <> ''`)
    source = `(SELECT place.*, ${rule.value === undefined ? 'NULL' : `listed.${name(rule.value)}`} AS tag_value
               FROM place JOIN read_csv(${quote(path)}, header = true, all_varchar = true, comment = '#', delim = ',',
                                        nullstr = []::VARCHAR[]) listed
                 ON place.official_code = ${padded('listed.code')} AND depth = ${depth}
               ${chosen.length > 0 ? `WHERE ${chosen.map((sql) => sql.replace(/^"/, 'listed."')).join(' AND ')}` : ''})`
    if (rule.value !== undefined) value = 'p.tag_value'
  }
  const some: string[] = []
  if (rule.codes) some.push(`official_code IN (${rule.codes.map((code) => padded(quote(code))).join(', ')})`)
  for (const prefix of rule.prefixes ?? []) some.push(`starts_with(official_code, ${quote(prefix)})`)
  if (rule.named !== undefined) some.push(`regexp_matches(name, ${quote(rule.named)})`)
  if (some.length > 0) tests.push(`(${some.join(' OR ')})`)
  return [`(SELECT * FROM ${source} WHERE ${tests.join(' AND ')}) p`, value]
}

/** Villages drawn in the places that carry another tag, as many in each area as the poor there are a share of all. */
function chosenSql(pack: Pack, config: PlacesConfig, rule: TagRule, chosen: NonNullable<TagRule['chosen']>): string {
  const order = `hash(xor(v.place_key, ${purpose(`tag.${rule.tag}`)})), v.code`
  return `(
    WITH inside AS (
      SELECT p.*, v.area, q.poor, row_number() OVER (PARTITION BY v.area ORDER BY ${order}) AS rank
      FROM (${villagesSql(pack, config)}) v
      JOIN place p ON p.official_code = v.code AND p.depth = ${depthOf(pack, rule.level)}
      JOIN (${quotaSql(pack, config)}) q ON q.area = v.area
      WHERE ${taggedSql(config, pack, chosen.inside, 'v')}
    ), areas AS (SELECT area, any_value(poor) AS poor FROM inside GROUP BY area)
    SELECT inside.* FROM inside
    WHERE rank <= ${chosen.count} * poor / (SELECT sum(poor) FROM areas)
  ) p`
}

/** Whether a village, or the place above it at the level of the tag's rules, carries a tag. */
export function taggedSql(config: PlacesConfig, pack: Pack, tag: string, village: string): string {
  const levels = new Set(config.nation.tags.filter((rule) => rule.tag === tag).map((rule) => depthOf(pack, rule.level)))
  if (levels.size === 0)
    throw new Problem('nation.faulty', { file: 'nation.yaml', detail: `no rule gives the tag “${tag}”` })
  const tests = [...levels].map(
    (depth) =>
      `${village}.c${depth} IN (SELECT official_code FROM place_tag WHERE tag = ${quote(tag)} AND depth = ${depth})`,
  )
  return `(${tests.join(' OR ')})`
}

/** The poor by area, as a table of `area` (padded official code) and `poor`. */
export function quotaSql(pack: Pack, config: PlacesConfig): string {
  const { level, counts } = config.nation.quota
  const length = pack.levels[depthOf(pack, level)]!.officialLength
  const rows = Object.entries(counts).map(([code, poor]) => `(${quote(code.padEnd(length, '0'))}, ${poor})`)
  return `SELECT area, poor::DECIMAL(12,2) AS poor FROM (VALUES ${rows.join(', ')}) quota (area, poor)`
}

/**
 * The villages where poor households can live: `code`, `place_key` (64 bits, the same in every run), `area` (the place
 * that has a quota), `prefix_place` (whose code begins document numbers) with its name and the name above, and the
 * official codes of all places above and of itself by depth (`c1`, `c2` …).
 */
export function villagesSql(pack: Pack, config: PlacesConfig): string {
  const lowest = pack.levels.length - 1
  const { village, quota, document } = config.nation
  const named = village.named === undefined ? '' : `AND regexp_matches(v.name, ${quote(village.named)})`
  const columns = [`v.official_code AS c${lowest}`]
  const joins: string[] = []
  for (let depth = lowest - 1; depth > 0; depth--) {
    const below = depth + 1 === lowest ? 'v' : `p${depth + 1}`
    joins.push(
      `JOIN place p${depth} ON p${depth}.official_code = ${below}.parent_official_code AND p${depth}.depth = ${depth}`,
    )
    columns.push(`p${depth}.official_code AS c${depth}`)
  }
  const at = (depth: number) => (depth === lowest ? 'v' : `p${depth}`)
  const prefix = document.level === undefined ? 0 : depthOf(pack, document.level)
  const told = (depth: number, column: string) => (depth > 0 ? `${at(depth)}.${column}` : "''")
  return `SELECT v.official_code AS code, md5_number_lower(v.official_code) AS place_key,
            ${at(depthOf(pack, quota.level))}.official_code AS area,
            ${told(prefix, 'official_code')} AS prefix_place, ${told(prefix, 'name')} AS prefix_name,
            ${told(prefix - 1, 'name')} AS prefix_above,
            ${columns.join(', ')}
          FROM place v ${joins.join(' ')}
          WHERE v.depth = ${lowest} ${named}`
}
