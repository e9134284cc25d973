import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOWHERE, ROOT, subtree } from '../../src/kernel/place-code.ts'
import { openDatabase, sql, type Tx } from '../../src/platform/db/database.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'
import { holderOf } from '../support/posts.ts'

/** Everything that holds what belongs to people at a place. */
const tables = [
  'household',
  'member',
  'household_facts',
  'member_facts',
  'household_action',
  'import_run',
  'import_held',
] as const

let house: TestHouse
let here: { ford: string; hamlet: string }
let there: { ford: string; hamlet: string }

beforeAll(async () => {
  house = await openTestHouse()
  const hamlets = await house.db.transaction(NOWHERE, (tx) =>
    tx.all<{ code: string; ford: string; official_code: string }>(
      sql`select code, parent as ford, official_code from place where level = 3 order by code`,
    ),
  )
  const first = hamlets[0]!
  const last = hamlets.at(-1)!
  for (const [hamlet, number] of [
    [first, 1],
    [last, 100],
  ] as const) {
    const warden = await holderOf(house, 'warden', hamlet.ford)
    const rows = households(hamlet.official_code, number, 3, codesOf(house))
    await importAs(house, warden, csv(rows))
    // The same people under another household number are held for a person to look at.
    const held = await importAs(house, warden, csv(rows.slice(0, 2).map((row) => ({ ...row, hearth: `X${number}` }))))
    expect(held.counts.heldHouseholds).toBe(1)
  }
  here = { ford: first.ford, hamlet: first.code }
  there = { ford: last.ford, hamlet: last.code }
})

afterAll(() => house?.close())

async function count(tx: Tx, table: string): Promise<number> {
  return (await tx.first<{ count: number }>(sql`select count(*) as count from ${sql.table(table)}`))!.count
}

const counted = (tx: Tx, names: readonly string[] = tables) =>
  names.reduce<Promise<number[]>>(
    async (before, table) => [...(await before), await count(tx, table)],
    Promise.resolve([]),
  )

test('the role of the application can neither walk around the fence nor become somebody who can', async () => {
  const client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
  const { rows } = await client.query(`
    select r.rolsuper, r.rolbypassrls, r.rolcreaterole,
           exists (select from pg_roles s where (s.rolsuper or s.rolbypassrls) and pg_has_role(r.oid, s.oid, 'member')) as becomes
    from pg_roles r where r.rolname = current_user`)
  await client.end()
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, becomes: false }])
})

test('without a scope nothing is there, and nothing can be written', async () => {
  const client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
  for (const table of tables) {
    const { rows } = await client.query(`select count(*)::int as count from ${table}`)
    expect(rows, table).toEqual([{ count: 0 }])
  }
  await expect(
    client.query(`insert into household_facts values (1, '2031', '${here.hamlet}', '{}', 1)`),
  ).rejects.toMatchObject({ code: '42501' })
  await client.end()
  expect(await house.db.transaction(NOWHERE, (tx) => counted(tx))).toEqual(tables.map(() => 0))
})

test('a connection that goes back to the pool forgets its scope', async () => {
  // One connection, so that the next statement surely meets it.
  const db = openDatabase(house.databaseUrl, { connections: 1 })
  try {
    const statement = {
      name: 'leak',
      text: `select pg_backend_pid() as pid, (select count(*) from household) as seen, current_setting('app.lo', true) as lo`,
    }
    const [fresh] = await db.once<{ pid: number; seen: number; lo: string | null }>(statement, [])
    expect(fresh).toMatchObject({ seen: 0, lo: null })
    for (const readOnly of [true, false]) {
      const inside = await db.transaction(subtree(ROOT), (tx) => count(tx, 'household'), { readOnly })
      expect(inside).toBe(6)
      const [after] = await db.once<{ pid: number; seen: number; lo: string }>(statement, [])
      // The setting is an empty text now, not null: the form of policy that compares with `like` would show all.
      expect(after).toEqual({ pid: fresh!.pid, seen: 0, lo: '' })
    }
    await expect(
      db.transaction(subtree(ROOT), async () => {
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect((await db.once<{ seen: number }>(statement, []))[0]!.seen).toBe(0)
  } finally {
    await db.close()
  }
})

test('a transaction sees its place and below, nothing else', async () => {
  const seen = (place: string) => house.db.transaction(subtree(place), (tx) => counted(tx))
  const one = [3, 6, 3, 6, 3, 2, 1]
  expect(await seen(ROOT)).toEqual(one.map((number) => number * 2))
  expect(await seen(here.ford)).toEqual(one)
  expect(await seen(here.ford.slice(0, 3))).toEqual(one)
  expect(await seen(there.ford)).toEqual(one)
  // The imports stand at the ford, so the hamlet does not see them; what they brought it does.
  expect(await seen(here.hamlet)).toEqual([3, 6, 3, 6, 3, 0, 1])
  expect(await seen(`${here.hamlet}0`)).toEqual(tables.map(() => 0))
})

test('a transaction can neither change, move, remove nor add anything outside its place', async () => {
  const before = await house.db.transaction(subtree(there.ford), (tx) =>
    tx.all(sql`select * from household order by 1`),
  )
  await house.db.transaction(subtree(here.ford), async (tx) => {
    expect(await tx.run(sql`update household set status = 'gone' where place_code = ${there.hamlet}`)).toBe(0)
    expect(await tx.run(sql`delete from member where place_code = ${there.hamlet}`)).toBe(0)
    expect(await tx.run(sql`delete from import_held where place_code = ${there.hamlet}`)).toBe(0)
  })
  const refused = (work: (tx: Tx) => Promise<unknown>) =>
    expect(house.db.transaction(subtree(here.ford), work)).rejects.toMatchObject({ code: '42501' })
  await refused((tx) => tx.run(sql`update household set place_code = ${there.hamlet}`))
  await refused((tx) => tx.run(sql`update import_run set place_code = ${there.ford}`))
  await refused((tx) =>
    tx.run(sql`insert into household_facts (household_id, period, place_code, facts, action_no)
               select household_id, '2030', ${there.hamlet}, '{}', 1 from household limit 1`),
  )
  await refused((tx) =>
    tx.run(sql`insert into household_action select household_id, 9, kind, ${there.hamlet}, effective_on, recorded_at, account_id,
               post_id, why, detail from household_action limit 1`),
  )
  const after = await house.db.transaction(subtree(there.ford), (tx) => tx.all(sql`select * from household order by 1`))
  expect(after).toEqual(before)
})

test('actions and audit can be read and added to, never changed or removed, even under the widest scope', async () => {
  await house.db.transaction(subtree(ROOT), async (tx) => {
    for (const table of ['household_action', 'audit_link', 'audit_entry']) {
      expect(await count(tx, table), table).toBeGreaterThan(0)
      const column = table === 'household_action' ? 'why' : table === 'audit_link' ? 'entries' : 'kind'
      expect(await tx.run(sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)}`), table).toBe(0)
      expect(await tx.run(sql`delete from ${sql.table(table)}`), table).toBe(0)
    }
  })
})
