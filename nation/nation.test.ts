import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '../src/kernel/problem.ts'
import { allRows, withDuckDB } from '../src/platform/analysis/duckdb.ts'
import { householdForm } from '../src/policy/ask.ts'
import { compileReader } from '../src/policy/form/reader.ts'
import { CellFault } from '../src/policy/form/value.ts'
import { checkIdentity } from '../src/policy/identity.ts'
import type { Pack } from '../src/policy/pack.ts'
import { pack, policies } from '../test/support/packs.ts'
import { generateNation, type NationResult } from './generate.ts'
import { placesFile, placeTagsFile } from './places.ts'

const home = mkdtempSync(join(tmpdir(), 'nation-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let number = 0
const folder = () => join(home, String(number++))

/** A query over the files of a run, as tables `households`, `members` and `csv`. */
async function ask(run: string, sql: string): Promise<Record<string, unknown>[]> {
  return withDuckDB((connection) =>
    allRows(
      connection,
      `WITH households AS (FROM read_parquet('${run}/households.parquet')),
        members AS (FROM read_parquet('${run}/members.parquet')),
        csv AS (FROM read_csv('${run}/households.csv', header = true, all_varchar = true)) ${sql}`,
    ),
  )
}

async function count(run: string, sql: string): Promise<number> {
  const [row] = await ask(run, `SELECT (${sql})::INTEGER AS n`)
  return row!.n as number
}

/** Faults that the importer's own readers find in the CSV file, cell by cell. */
async function faultsOf(of: Pack, run: string): Promise<string[]> {
  const read = compileReader(of, householdForm(of), { today: '2040-01-01' }).filter((column) => !column.derived)
  const rows = await ask(run, 'FROM csv')
  const faults: string[] = []
  for (const row of rows) {
    const cells = Object.values(row).map((cell) => (cell === null ? '' : String(cell)))
    expect(cells.length).toBe(read.length)
    const head = cells[read.findIndex((column) => column.field.binds === 'household.status')] !== ''
    read.forEach((column, index) => {
      // Household fields stand on the head's row only.
      if (column.of === 'household' && !head && cells[index] === '') return
      const fact = column.read(cells[index]!)
      if (fact instanceof CellFault) faults.push(`${column.field.id}: ${fact.code}: ${cells[index]}`)
    })
  }
  return faults
}

describe('an invented nation', () => {
  const run = folder()
  let result: NationResult
  beforeAll(async () => {
    result = await generateNation({
      pack: pack('riverland'),
      scale: 0.1,
      seed: 7,
      folder: run,
      formats: ['parquet', 'csv'],
    })
  })

  it('has about as many households as the scale says, in whole villages of the size that the pack gives', async () => {
    expect(result.households).toBeGreaterThan(150)
    expect(result.households).toBeLessThan(250)
    expect(await count(run, 'SELECT count(*) FROM households')).toBe(result.households)
    expect(await count(run, 'SELECT count(*) FROM members')).toBe(result.members)
    expect(await count(run, 'SELECT count(*) FROM csv')).toBe(result.members)
    const sizes = await ask(run, 'SELECT count(*)::INTEGER AS n FROM households GROUP BY hamlet')
    expect(sizes.length).toBe(result.villages)
    for (const { n } of sizes) expect([(n as number) >= 8, (n as number) <= 24]).toEqual([true, true])
  })

  it('is read by the importer without a fault', async () => {
    expect(await faultsOf(pack('riverland'), run)).toEqual([])
  })

  it('has the same bytes for the same seed, and others for another seed', async () => {
    const order = { pack: pack('riverland'), scale: 0.1, formats: ['parquet', 'csv'] as const }
    const again = await generateNation({ ...order, seed: 7, folder: folder() })
    const other = await generateNation({ ...order, seed: 8, folder: folder() })
    expect(again.digest).toBe(result.digest)
    expect(other.digest).not.toBe(result.digest)
  })

  it('keeps documents of all persons apart where they hold neither birth date nor sex', async () => {
    const rows = await ask(run, 'SELECT paper FROM members')
    expect(new Set(rows.map((row) => row.paper)).size).toBe(result.members)
    for (const { paper } of rows) expect(checkIdentity(pack('riverland').identity, paper as string).ok).toBe(true)
  })
})

describe('the reference nation, small', () => {
  const run = folder()
  const reference = pack('china-2016')
  let result: NationResult
  beforeAll(async () => {
    result = await generateNation({
      pack: reference,
      scale: 0.0001,
      seed: 42,
      folder: run,
      formats: ['parquet', 'csv'],
    })
  })

  it('shows every province that has poor people, each by whole villages of 60 to 150 households', async () => {
    expect(await count(run, 'SELECT count(DISTINCT left(village, 2)) FROM households')).toBe(28)
    expect(
      await count(
        run,
        `SELECT count(*) FROM (SELECT count(*) AS n FROM households GROUP BY village) WHERE n NOT BETWEEN 60 AND 150`,
      ),
    ).toBe(0)
    // The largest share has the most villages, and no province more than its share asks for.
    const [most] = await ask(
      run,
      `SELECT left(village, 2) AS province FROM households GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
    )
    expect(['52', '53', '43', '41', '45', '51']).toContain(most!.province)
  })

  it('lives in poor counties, where its province has some', async () => {
    const places = folder()
    mkdirSync(places)
    const tags = await placeTagsFile(reference, places)
    const poor = `SELECT left(official_code, 6) FROM read_csv('${tags}', all_varchar = true) WHERE tag = 'poor_county'`
    const without = `'21', '32', '33', '35', '37', '44'`
    expect(
      await count(
        run,
        `SELECT count(*) FROM households WHERE left(village, 6) NOT IN (${poor}) AND left(village, 2) NOT IN (${without})`,
      ),
    ).toBe(0)
  })

  it('is read by the importer without a fault', async () => {
    expect(await faultsOf(reference, run)).toEqual([])
  })

  it('has documents that are unique, valid and agree with birth date, sex and county', async () => {
    const rows = await ask(run, 'SELECT document_no, birth::VARCHAR AS birth, sex, village FROM members')
    expect(new Set(rows.map((row) => row.document_no)).size).toBe(rows.length)
    for (const row of rows) {
      const document = row.document_no as string
      const facts = checkIdentity(reference.identity, document, '2016-12-31')
      expect(facts).toEqual({ ok: true, normal: document, birth: row.birth, sexCode: row.sex })
      expect(document.slice(0, 6)).toBe((row.village as string).slice(0, 6))
    }
  })

  it.each([
    [
      'one head in each household',
      `SELECT abs(count(*) - (SELECT count(*) FROM households)) + abs(count(DISTINCT household_no) - count(*)) FROM members WHERE relation = '01'`,
    ],
    [
      'at most one spouse, of the other sex',
      `SELECT count(*) FROM members a JOIN members b USING (household_no) WHERE a.relation = '01' AND b.relation = '02' AND a.sex = b.sex`,
    ],
    [
      'illness as the cause has a sick member',
      `SELECT count(*) FROM households h WHERE main_cause = '01' AND NOT EXISTS (FROM members m WHERE m.household_no = h.household_no AND m.health IN ('02', '03'))`,
    ],
    [
      'disability as the cause has a disabled member',
      `SELECT count(*) FROM households h WHERE main_cause = '02' AND NOT EXISTS (FROM members m WHERE m.household_no = h.household_no AND m.health = '04')`,
    ],
    [
      'schooling as the cause has a pupil',
      `SELECT count(*) FROM households h WHERE main_cause = '03' AND NOT EXISTS (FROM members m WHERE m.household_no = h.household_no AND m.schooling > '02')`,
    ],
    [
      'no other cause equals the main one',
      `SELECT count(*) FROM households WHERE list_contains(other_causes, main_cause) OR len(other_causes) > 2`,
    ],
    [
      'wages have a worker and the reverse',
      `SELECT count(*) FROM households h WHERE (income_wage > 0) <> EXISTS (FROM members m WHERE m.household_no = h.household_no AND m.work_months > 0)`,
    ],
    [
      'a place of work has months and the reverse',
      `SELECT count(*) FROM members WHERE (work_place IS NULL) <> (work_months = 0)`,
    ],
    [
      'workers are able and of age',
      `SELECT count(*) FROM members WHERE work_months > 0 AND (labour NOT IN ('01', '02') OR date_diff('year', birth, DATE '2016-12-31') NOT BETWEEN 16 AND 64)`,
    ],
    [
      'no healthy adult has lost the ability to work',
      `SELECT count(*) FROM members WHERE health = '01' AND labour = '03'`,
    ],
    [
      'business income has expenses',
      `SELECT count(*) FROM households WHERE income_business > 0 AND business_expenses = 0`,
    ],
    [
      'the allowance goes with the class',
      `SELECT count(*) FROM households h WHERE (class = '02') <> (income_transfer_dibao > 0) OR (class = '02') <> EXISTS (FROM members m WHERE m.household_no = h.household_no AND m.dibao)`,
    ],
    [
      'destitute households have no worker',
      `SELECT count(*) FROM households h WHERE class = '03' AND EXISTS (FROM members m WHERE m.household_no = h.household_no AND m.labour IN ('01', '02') AND date_diff('year', birth, DATE '2016-12-31') < 60)`,
    ],
    [
      'no pupil of 20 in primary school, none under 15 in senior school',
      `SELECT count(*) FROM members WHERE (schooling = '03' AND date_diff('year', birth, DATE '2016-12-31') >= 20) OR (schooling BETWEEN '07' AND '16' AND date_diff('year', birth, DATE '2016-12-31') < 15)`,
    ],
    [
      'parents are older than children',
      `SELECT count(*) FROM members a JOIN members b USING (household_no) WHERE a.relation = '01' AND ((b.relation IN ('03', '04') AND b.birth < a.birth + INTERVAL 16 YEAR) OR (b.relation IN ('11', '12') AND b.birth > a.birth - INTERVAL 16 YEAR))`,
    ],
    [
      'a card goes with a disability',
      `SELECT count(*) FROM members WHERE (health = '04') <> (disability_card IS NOT NULL)`,
    ],
    [
      'an exit year goes with an exit',
      `SELECT count(*) FROM households WHERE status IN ('exited', 'exited_stable') AND exit_year IS NULL`,
    ],
    [
      'who has exited has more than the line of 2016',
      `SELECT count(*) FROM households WHERE status IN ('exited', 'exited_stable') AND income_per_head < 2855`,
    ],
    [
      'net income is the sum of its parts',
      `SELECT count(*) FROM households WHERE income_net <> income_wage + income_business + income_property + income_transfer_family_planning + income_transfer_dibao + income_transfer_destitute + income_transfer_pension + income_transfer_ecology + income_transfer_other - business_expenses`,
    ],
  ])('%s', async (_rule, sql) => {
    expect(await count(run, sql)).toBe(0)
  })

  it('looks like the programme on the whole', async () => {
    const [row] = await ask(
      run,
      `SELECT ${result.members}::DOUBLE / count(*) AS size, avg((main_cause = '01')::INTEGER) AS ill,
         avg((class = '02')::INTEGER) AS allowance, median(income_per_head)::DOUBLE AS median FROM households`,
    )
    expect(row!.size as number).toBeGreaterThan(2.8)
    expect(row!.size as number).toBeLessThan(3.2)
    expect(row!.ill as number).toBeGreaterThan(0.38)
    expect(row!.ill as number).toBeLessThan(0.46)
    expect(row!.allowance as number).toBeGreaterThan(0.15)
    expect(row!.allowance as number).toBeLessThan(0.45)
    expect(row!.median as number).toBeGreaterThan(2000)
    expect(row!.median as number).toBeLessThan(4500)
  })

  it('names people in several ways', async () => {
    expect(await count(run, `SELECT count(*) FROM members WHERE contains(name, '·')`)).toBeGreaterThan(0)
    expect(await count(run, `SELECT count(DISTINCT ethnicity) FROM members`)).toBeGreaterThan(8)
  })
})

describe('the reference nation, large enough that threads share its work', () => {
  it('has the same bytes whatever the threads', { timeout: 400_000 }, async () => {
    const order = { pack: pack('china-2016'), scale: 0.008, seed: 42, formats: ['parquet'] as const }
    const [one, four] = [folder(), folder()]
    const first = await generateNation({ ...order, folder: one, threads: 1 })
    const second = await generateNation({ ...order, folder: four, threads: 4 })
    expect(second.digest).toBe(first.digest)
    // What threads take is 2,048 villages, and what they could put in another order is a group of rows.
    expect(first.villages).toBeGreaterThan(2048)
    for (const file of ['households', 'members']) {
      const [row] = await withDuckDB((connection) =>
        allRows<{ groups: number }>(
          connection,
          `SELECT count(DISTINCT row_group_id)::INTEGER AS groups FROM parquet_metadata('${four}/${file}.parquet')`,
        ),
      )
      expect(row!.groups, file).toBeGreaterThan(1)
    }
  })
})

describe('places', () => {
  it('are written with parents that exist, one row for each code and level, in seconds', async () => {
    const to = folder()
    mkdirSync(to)
    const begun = performance.now()
    const path = await placesFile(pack('china-2016'), to)
    expect(performance.now() - begun).toBeLessThan(15_000)
    const [row] = await withDuckDB((connection) =>
      allRows(
        connection,
        `WITH p AS (FROM read_csv('${path}', all_varchar = true))
         SELECT count(*)::INTEGER AS n, count(DISTINCT (official_code, level))::INTEGER AS keys,
           count(*) FILTER (WHERE parent_official_code NOT IN (SELECT official_code FROM p) AND level <> 'province')::INTEGER AS lost,
           count(*) FILTER (WHERE length(official_code) <> 12)::INTEGER AS short FROM p`,
      ),
    )
    expect(row).toEqual({ n: 665_276, keys: 665_276, lost: 0, short: 0 })
  })

  it('carry tags, with values where a tag has some', async () => {
    const to = folder()
    mkdirSync(to)
    const lines = readFileSync(await placeTagsFile(pack('riverland'), to), 'utf8')
      .trim()
      .split('\n')
    expect(lines[0]).toBe('official_code,level,tag,value,from_on')
    expect(lines).toContain('R001,reach,bank,L,2001-01-01')
    expect(lines.filter((line) => line.includes(',hamlet,flooded,')).length).toBeGreaterThan(10)
  })
})

describe('refusals', () => {
  const order = (of: Pack) => ({ pack: of, scale: 0.1, seed: 1, folder: folder(), formats: ['csv'] as const })
  const refused = async (work: Promise<unknown>) => {
    const problem = await work.then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(problem).toBeInstanceOf(Problem)
    return problem as Problem
  }

  /** Riverland with one of its nation files changed. */
  const changed = (file: string, change: (text: string) => string): Pack => {
    const of = join(folder(), 'nation')
    mkdirSync(of, { recursive: true })
    for (const name of ['nation.yaml', 'model.yaml', 'people.yaml', 'fields.yaml', 'places.csv', 'banks.csv']) {
      copyFileSync(join(policies, 'riverland/nation', name), join(of, name))
    }
    writeFileSync(join(of, file), change(readFileSync(join(of, file), 'utf8')))
    return { ...pack('riverland'), folder: join(of, '..') }
  }

  it('of a pack without a nation', async () => {
    const problem = await refused(generateNation(order({ ...pack('riverland'), folder: folder() })))
    expect(problem.code).toBe('nation.missing')
  })

  it('of a seed that is no whole number', async () => {
    expect((await refused(generateNation({ ...order(pack('riverland')), seed: Number.NaN }))).code).toBe(
      'nation.bad-seed',
    )
  })

  it.each([0, -1, 1.5, Number.NaN])('of the scale %s', async (scale) => {
    const problem = await refused(generateNation({ ...order(pack('riverland')), scale }))
    expect(problem.code).toBe('nation.bad-scale')
  })

  it.each([
    ['fields.yaml', 'boats:', 'ships:', 'no such field'],
    ['fields.yaml', 'pick: { in: 8', 'pick: { inside: 8', 'inside'],
    ['fields.yaml', 'var: cause', 'var: reasons', 'reasons'],
    ['fields.yaml', 'nets: { part: { of: _water', 'nets: { part: { of: catch', 'depends on itself'],
    ['model.yaml', 'weight: 50', 'weight: -50', 'weight'],
    ['people.yaml', 'families]', 'clans]', 'clans'],
    ['nation.yaml', 'level: reach', 'level: canton', 'canton'],
    ['nation.yaml', 'tag: flooded', 'tag: drowned', 'drowned'],
  ])('of %s with “%s” as “%s”', async (file, from, to, told) => {
    const problem = await refused(generateNation(order(changed(file, (text) => text.replace(from, to)))))
    expect(problem.code).toBe('nation.faulty')
    expect(problem.message).toContain(told)
    expect(problem.message).toContain(file)
  })

  it('of more people than there are document numbers', async () => {
    const few = changed('nation.yaml', (text) => text.replace('serial: 9', 'serial: 2'))
    expect((await refused(generateNation(order(few)))).code).toBe('nation.too-crowded')
  })
})
