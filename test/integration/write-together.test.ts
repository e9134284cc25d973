import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOWHERE, ROOT, subtree } from '../../src/kernel/place-code.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { chainsByLength, writeEntries } from '../../src/platform/audit/write.ts'
import { type Call, often, sql, type Tx } from '../../src/platform/db/database.ts'
import { openTestHouse, type TestHouse, TODAY } from '../support/house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await openTestHouse({ places: false })
})

afterAll(() => house?.close())

const scope = subtree(ROOT)

const put = (key: string, value: string): Call =>
  often(sql`insert into setting (name, value) values (${key}, to_jsonb(${value}::text))`)

const kept = (tx: Tx) =>
  tx.all<{ key: string; value: string }>(sql`
  select name as key, value #>> '{}' as value from setting where name like 'test.%' order by name`)

const everywhere = () => house.db.transaction(scope, kept, { readOnly: true })

/** Leaves nothing of one test to the next. */
async function clear(): Promise<void> {
  await house.db.transaction(scope, (tx) => tx.run(sql`delete from setting where name like 'test.%'`))
}

test('what nobody waits for is there when something is asked, and is kept', async () => {
  await clear()
  const seen = await house.db.transaction(scope, async (tx) => {
    tx.later([put('test.a', `it's`), put('test.b', `\\'; rollback; --`)])
    tx.later([often(sql`update setting set value = to_jsonb(${'second'}::text) where name = ${'test.a'}`)])
    const before = await kept(tx)
    tx.later([put('test.c', '貧困 \n "$1"')])
    return before
  })
  expect(seen).toEqual([
    { key: 'test.a', value: 'second' },
    { key: 'test.b', value: `\\'; rollback; --` },
  ])
  expect(await everywhere()).toEqual([...seen, { key: 'test.c', value: '貧困 \n "$1"' }])
})

test('every kind of value arrives as it is', async () => {
  const [nothing, yes, number, text] = [null, true, 12.5, `it's "x" \\`]
  const [at, bytes] = [new Date('2031-11-20T04:00:00.123Z'), Buffer.from([0, 39, 92, 255])]
  const [words, numbers] = [
    ['a', 'NULL', '', '"b", {c} \\ \'d\''],
    [1, 2],
  ]
  const call = often(sql`
    select ${nothing}::text as nothing, ${yes}::boolean as yes, ${number}::float8 as number, ${text}::text as text,
           ${at}::timestamptz as at, ${bytes}::bytea as bytes, ${words}::text[] as words, ${numbers}::int[] as numbers`)
  const [[row]] = (await house.db.transaction(NOWHERE, (tx) => tx.together([call]))) as [unknown[]]
  expect(row).toEqual({ nothing, yes, number, text, at, bytes, words, numbers })
  for (const value of [{ a: 1 }, [[1]]]) {
    const wrong = often(sql`select ${value}::text`)
    await expect(house.db.transaction(NOWHERE, (tx) => tx.together([wrong]))).rejects.toThrow(TypeError)
  }
})

test('a refusal of what nobody waits for undoes the whole transaction', async () => {
  await clear()
  const work = [
    async (tx: Tx) => tx.later([put('test.a', '1'), put('test.a', '2')]),
    async (tx: Tx) => {
      tx.later([put('test.a', '1'), put('test.a', '2')])
      await kept(tx)
    },
    async (tx: Tx) => {
      tx.later([put('test.a', '1')])
      await tx.together([put('test.a', '2')])
    },
  ]
  for (const one of work) {
    await expect(house.db.transaction(scope, one)).rejects.toMatchObject({ code: '23505' })
    expect(await everywhere()).toEqual([])
  }
  // Also when somebody catches the refusal and goes on as if nothing had happened.
  const passedOver = house.db.transaction(scope, async (tx) => {
    tx.later([put('test.a', '1')])
    await tx.together([put('test.a', '2')]).catch(() => undefined)
  })
  await expect(passedOver).rejects.toThrow('nothing was written')
  expect(await everywhere()).toEqual([])
  // The connections are none the worse for it.
  await house.db.transaction(scope, async (tx) => tx.later([put('test.a', '3')]))
  expect(await everywhere()).toEqual([{ key: 'test.a', value: '3' }])
})

test('a statement that cannot be prepared is told, every time, and nothing else suffers', async () => {
  await clear()
  const wrong = () => often(sql`select no_such_column from setting where name = ${'x'}`)
  for (let time = 0; time < 2; time++) {
    const asked = house.db.transaction(scope, async (tx) => {
      tx.later([put('test.a', '1')])
      await tx.together([wrong()])
    })
    await expect(asked).rejects.toMatchObject({ code: '42703' })
  }
  expect(await everywhere()).toEqual([])
})

test('links that many write at once into the same chains stand in one row', async () => {
  const chainOf = chainsByLength(3)
  const actor = { accountId: null, postId: null, at: TODAY }
  const write = (at: number) =>
    house.db.transaction(scope, async (tx) => {
      const places = at % 2 === 0 ? ['001', '002001', ROOT] : [ROOT, '002', '001001']
      const entries = places.map((place, nth) => ({
        kind: 'test.note',
        place,
        subject: 'test',
        subjectId: at,
        detail: { at },
        ...(nth === 1 ? { proof: sql`jsonb_build_object('proven', ${at}::int)` } : {}),
      }))
      writeEntries(tx, { ...actor, requestId: randomUUID() }, [...entries, entries[0]!], chainOf)
    })
  await Promise.all(Array.from({ length: 30 }, (_, at) => write(at)))
  const report = await house.db.transaction(scope, (tx) => verifyAudit(tx, []), { readOnly: true })
  expect(report.faults).toEqual([])
  const rows = await house.db.transaction(scope, (tx) =>
    tx.all<{ chain: string; links: number; entries: number; proven: number }>(sql`
      select chain, count(distinct link_no)::int as links, count(*)::int as entries, count(detail -> 'proven')::int as proven
      from audit_entry where kind = 'test.note' group by 1 order by 1`),
  )
  expect(rows).toEqual([
    { chain: ROOT, links: 30, entries: 45, proven: 0 },
    { chain: '001', links: 30, entries: 45, proven: 0 },
    { chain: '002', links: 30, entries: 30, proven: 30 },
  ])
})
