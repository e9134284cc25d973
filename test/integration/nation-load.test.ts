import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateNation, type NationResult } from '../../nation/generate.ts'
import { loadNation } from '../../nation/load.ts'
import { importSheet } from '../../src/app/import-sheet.ts'
import { openHouse } from '../../src/app/open.ts'
import { operatorCaller } from '../../src/app/operator.ts'
import { foldTallies, verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { type RawBuilder, sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'
import { pack } from '../support/packs.ts'

/** The invented nation is as it was at the end of 2031; some of its people were born in that December. */
const NEW_YEAR = new Date('2032-01-10T04:00:00Z')

const temp = mkdtempSync(join(tmpdir(), 'fourbeams-nation-'))
const folder = join(temp, 'nation')
let nation: NationResult
let loaded: TestHouse

beforeAll(async () => {
  nation = await generateNation({
    pack: pack('riverland'),
    scale: 0.1,
    seed: 7,
    folder,
    formats: ['parquet', 'csv'],
  })
  loaded = await openTestHouse()
  loaded.setClock(NEW_YEAR)
  await interruptedLoad(loaded)
  await loadNation(loaded, folder)
}, 120_000)

afterAll(async () => {
  await loaded?.close()
  rmSync(temp, { recursive: true, force: true })
})

/** A load that ends in the middle of its households, and one that ends among its indexes, as if it had been killed. */
async function interruptedLoad(house: TestHouse): Promise<void> {
  for (const last of ['households', 'member_by_name']) {
    const broken = loadNation(house, folder, (step) => {
      if (step === last) throw new Error('killed here')
    })
    await expect(broken).rejects.toThrow('killed here')
    await expect(openHouse({ ...house.settings, databaseUrl: house.databaseUrl })).rejects.toMatchObject({
      code: 'register.half-loaded',
    })
  }
}

const rows = (house: TestHouse, query: RawBuilder<unknown>) =>
  house.db.transaction(subtree(ROOT), (tx) => tx.all(query as RawBuilder<Record<string, unknown>>), { readOnly: true })

describe('a loaded nation, after a load that was interrupted twice', () => {
  it('holds the households and persons that were generated, and the tally is a fresh count', async () => {
    const [counts] = await rows(
      loaded,
      sql`select (select count(*)::int from household) as households, (select count(*)::int from member) as persons`,
    )
    expect(counts).toEqual({ households: nation.households, persons: nation.members })
    const differing = await rows(
      loaded,
      sql`(select place_code, status, cause, households, persons from village_tally
           except all select place_code, status, cause, count(*)::int, sum(size)::int from household group by 1, 2, 3)
          union all
          (select place_code, status, cause, count(*)::int, sum(size)::int from household group by 1, 2, 3
           except all select place_code, status, cause, households, persons from village_tally)`,
    )
    expect(differing).toEqual([])
  })

  it('has an audit that can be followed from the first link to the last, and every action in it', async () => {
    const report = await loaded.db.transaction(subtree(ROOT), (tx) => verifyAudit(tx, []))
    expect(report.faults).toEqual([])
    expect(report.entries).toBeGreaterThan(nation.households)
    expect(await loaded.db.transaction(subtree(ROOT), verifyActions)).toEqual([])
  })

  it('has the fence, keys and indexes of a register that was never bare', async () => {
    const fresh = await openTestHouse({ places: false })
    try {
      const shape = sql`
        select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as sql, indisvalid::text as state from pg_index
        where indrelid::regclass::text !~ '^pg_'
        union all select conrelid::regclass || '.' || conname, pg_get_constraintdef(oid), convalidated::text from pg_constraint
        where connamespace = 'public'::regnamespace
        union all select oid::regclass::text, relrowsecurity::text, relforcerowsecurity::text from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1, 2`
      expect(await rows(loaded, shape)).toEqual(await rows(fresh, shape))
    } finally {
      await fresh.close()
    }
  })

  it('is row for row what an import of the same nation leaves', async () => {
    const house = await openTestHouse()
    house.setClock(NEW_YEAR)
    try {
      const file = { path: join(folder, 'households.csv'), name: 'households.csv' }
      const { run } = await importSheet(
        house,
        operatorCaller('en'),
        file,
        { why: 'comparison', language: 'en' },
        { carryOut: (job) => house.jobs.runHere(job) },
      )
      expect(run.counts).toMatchObject({ registered: nation.households })
      await foldTallies(house.db)
      for (const [name, query] of Object.entries(compared)) {
        const [here, there] = [await rows(loaded, query), await rows(house, query)]
        expect(here.length, name).toBeGreaterThan(0)
        expect(here, name).toEqual(there)
      }
      expect(await secrets(loaded)).toEqual(await secrets(house))
    } finally {
      await house.close()
    }
  })

  it('finds a person by the identity number and by its end, a household by the beginning of its number', async () => {
    const { document, village, number } = (await secrets(loaded))[0]!
    const officer = await loaded.person('steward', loaded.register.chainOf(village))
    const found = async (text: string) =>
      ((await officer.get(`/api/households?limit=200&text=${text}`)).body.households as { number: string }[]).map(
        (household) => household.number,
      )
    expect(await found(document!)).toEqual([number])
    const tail = document!.slice(-4)
    const alike = await rows(
      loaded,
      sql`select h.number from household h
          where h.place_code >= ${subtree(loaded.register.chainOf(village)).lo}
            and h.place_code < ${subtree(loaded.register.chainOf(village)).hi}
            and (h.number like ${`${tail}%`} or exists (select from member m where m.household_id = h.household_id
                 and m.document_tail = ${tail}))
          order by h.place_code, h.household_id limit 200`,
    )
    expect(alike.length).toBeGreaterThan(0)
    expect(await found(tail)).toEqual(alike.map((row) => row.number))
    const begin = number.slice(0, -4)
    expect((await found(begin)).every((one) => one.startsWith(begin))).toBe(true)
    expect(await found(begin)).toContain(number)
  })
})

/** What must be the same, without ids, times and sealed bytes. */
const compared: Record<string, RawBuilder<unknown>> = {
  households: sql`
    select h.place_code, h.number, h.status, h.cause, h.size, h.head_name, h.head_key, h.income, h.period, h.registered_on,
           h.version, h.since_valid, h.since_known, f.period as of, f.facts, f.action_no, f.place_code as fenced
    from household h join household_facts f using (household_id) order by 1, 2`,
  members: sql`
    select h.number, m.line, m.place_code, m.joined_on, m.left_on, m.name, m.name_key, m.initials, m.relation, m.sex, m.born_on,
           m.document_tail, m.document_mask, m.disputed, m.action_no, f.period, f.facts, f.place_code as fenced,
           i.household_id = m.household_id as claimed
    from member m join household h using (household_id) join member_facts f using (household_id, person_id)
    left join identity i using (person_id) order by m.place_code, h.number, m.line`,
  actions: sql`
    select a.place_code, h.number, a.action_no, a.kind, a.effective_on, a.account_id, a.post_id, a.detail -> 'size' as size
    from household_action a join household h using (household_id) order by 1, 2`,
  entries: sql`
    select e.chain, e.kind, e.place_code, e.subject, h.number, e.detail ->> 'action' as action
    from audit_entry e join household h on h.household_id::text = e.subject_id and e.subject = 'household' order by 1, 3, 5`,
  tally: sql`select * from village_tally order by 1, 2, 3`,
  'tally above': sql`select * from place_tally order by 1, 2, 3`,
}

/** The sealed values of members, opened, with those of their households. */
async function secrets(house: TestHouse) {
  const sealed = (await rows(
    house,
    sql`select h.place_code as village, h.number, m.sealed as member, h.sealed as household
        from member m join household h using (household_id) order by m.place_code, h.number, m.line`,
  )) as { village: string; number: string; member: Buffer | null; household: Buffer | null }[]
  const open = (bytes: Buffer | null) =>
    bytes ? (JSON.parse(house.vault.open(bytes, 'register')) as Record<string, string>) : {}
  return sealed.map(({ village, number, member, household }) => {
    const { paper: document, ...others } = open(member)
    return { village, number, document, others, household: open(household) }
  })
}

describe('a load is refused', () => {
  it('into a register that holds households', async () => {
    await expect(loadNation(loaded, folder)).rejects.toMatchObject({ code: 'register.not-empty' })
  })

  it('while another program works with the register', async () => {
    const house = await openTestHouse()
    const other = await openHouse({ ...house.settings, databaseUrl: house.databaseUrl })
    const { Client } = (await import('pg')).default
    const guest = new Client({ connectionString: house.databaseUrl, application_name: 'fourbeams 0' })
    await guest.connect()
    try {
      await expect(loadNation(house, folder)).rejects.toMatchObject({ code: 'register.in-use' })
    } finally {
      await guest.end()
      await other.close()
      await house.close()
    }
  })

  it('without places of its villages, of changed files, of no files, of another pack', async () => {
    const house = await openTestHouse()
    try {
      const changed = join(temp, 'changed')
      mkdirSync(changed)
      await expect(loadNation(house, changed)).rejects.toMatchObject({ code: 'nation.no-files' })
      for (const name of ['nation.json', 'households.parquet', 'members.parquet', 'households.csv'])
        copyFileSync(join(folder, name), join(changed, name))
      const bytes = readFileSync(join(changed, 'members.parquet'))
      bytes[bytes.length >> 1]! ^= 1
      writeFileSync(join(changed, 'members.parquet'), bytes)
      await expect(loadNation(house, changed)).rejects.toMatchObject({ code: 'nation.damaged' })
      copyFileSync(join(folder, 'members.parquet'), join(changed, 'members.parquet'))
      const manifest = JSON.parse(readFileSync(join(changed, 'nation.json'), 'utf8'))
      writeFileSync(join(changed, 'nation.json'), JSON.stringify({ ...manifest, pack: 'elsewhere' }))
      await expect(loadNation(house, changed)).rejects.toMatchObject({ code: 'pack.other' })
      // The tree has some place, but not these villages.
      await house.db.transaction(subtree(ROOT), async (tx) => {
        await tx.run(sql`delete from place_tag`)
        await tx.run(sql`delete from place where level > 1`)
      })
      await expect(loadNation(house, folder)).rejects.toMatchObject({ code: 'nation.unknown-village' })
    } finally {
      await house.close()
    }
  })
})
