import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

let house: TestHouse
let keeper: Person

/** A small tree of a country whose official codes nest: two prefectures, three counties, five townships. */
const rows: [string, string | null, number, string][] = [
  ['52', ROOT, 1, 'Province'],
  ['5201', '52', 2, 'First'],
  ['5202', '52', 2, 'Second'],
  ['520101', '5201', 3, 'Alpha'],
  ['520102', '5201', 3, 'Beta'],
  ['520201', '5202', 3, 'Gamma'],
  ['520101001', '520101', 4, 'Alpha One'],
  ['520101002', '520101', 4, 'Alpha Two'],
  ['520201001', '520201', 4, 'Gamma One'],
  ['520101001001', '520101001', 5, 'Village A'],
  ['520201001001', '520201001', 5, 'Village G'],
]

beforeAll(async () => {
  house = await openTestHouse({ pack: 'china-2016', places: false })
  await house.db.transaction(subtree(ROOT), async (tx) => {
    await tx.run(sql`insert into place (code, parent, level, name, name_key, official_code, valid_from)
                     values (${ROOT}, null, 0, 'All', 'all', '000000000000', '1900-01-01') on conflict do nothing`)
    for (const [code, parent, level, name] of rows) {
      await tx.run(sql`insert into place (code, parent, level, name, name_key, official_code, valid_from)
        values (${code}, ${parent}, ${level}, ${name}, ${name.toLowerCase()}, ${code.padEnd(12, '0')}, '1900-01-01')`)
    }
  })
  keeper = await house.person('national_administrator', ROOT)
})

afterAll(() => house?.close())

const change = (code: string, what: Any, over: Any = {}) =>
  keeper.send('POST', `/api/places/${code}/changes`, {
    effectiveOn: '2015-12-01',
    why: 'by decree',
    change: what,
    ...over,
  })
const find = async (text: string) => (await keeper.get(`/api/places?text=${encodeURIComponent(text)}`)).body.places

test('a county becomes a district of another prefecture: everything below gets the new code, the old ones find it', async () => {
  const upgraded = (await change('520201', { kind: 'upgrade', officialCode: '520103', name: 'Gamma District' })).body
  expect(upgraded).toMatchObject({ saved: true, place: '520103', places: 3 })
  expect(upgraded.codes.at(-1)).toMatchObject({
    from: '520201001001',
    to: '520103001001',
    officialCode: '520103001001',
  })
  for (const old of ['520201001001', '520201001', '520201']) {
    const [first] = await find(old)
    expect(first.code).toBe(old.replace('520201', '520103'))
    expect(first.former).toContain(old)
  }
  expect((await find('Gamma')).map((one: Any) => one.name)).toContain('Gamma District')
  const then = (await keeper.get('/api/places/5202?asOf=2015-11-30')).body.children
  const now = (await keeper.get('/api/places/5202')).body.children
  expect([then.map((one: Any) => one.name), now]).toEqual([['Gamma'], []])
})

test('a merger keeps the last digits where they are free and gives the next where they are taken', async () => {
  const merged = (await change('520101', { kind: 'merge', into: '520103' })).body
  expect(merged.codes.map((one: Any) => [one.from, one.to])).toEqual([
    ['520101001', '520103003'],
    ['520101001001', '520103003001'],
    ['520101002', '520103002'],
  ])
  expect((await find('Village A'))[0]).toMatchObject({ code: '520103003001', officialCode: '520103003001' })
})

test('codes of the wrong length, below another place or used before are refused', async () => {
  for (const [officialCode, problem] of [
    ['52010', 'place.no-such-code'],
    ['5201020001', 'place.no-such-code'],
    ['999901', 'place.code-elsewhere'],
    ['520201', 'place.code-taken'],
    ['520103', 'place.code-taken'],
  ]) {
    expect([officialCode, (await change('520102', { kind: 'recode', officialCode })).body.code]).toEqual([
      officialCode,
      problem,
    ])
  }
})
