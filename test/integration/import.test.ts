import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs, paper } from '../support/households.ts'

let house: TestHouse
let officer: Person
let hamlets: { code: string; official_code: string }[]
let codes: ReturnType<typeof codesOf>

beforeAll(async () => {
  house = await openTestHouse()
  codes = codesOf(house)
  hamlets = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all(sql`select code, official_code from place where level = ${house.pack.levels.length - 1} order by code`),
  )
  const ford = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ code: string }>(sql`
    select parent as code from place where level = ${house.pack.levels.length - 1} group by 1 having count(*) > 2 order by 1 limit 1`),
  )
  hamlets = hamlets.filter((hamlet) => hamlet.code.startsWith(ford!.code))
  officer = await house.person('warden', ford!.code)
})

afterAll(() => house?.close())

test('good households enter the register, and read = good + bad + skipped', async () => {
  const rows = households(hamlets[0]!.official_code, 1, 10, codes)
  const run = await importAs(house, officer, csv(rows))
  expect(run.state).toBe('done')
  expect(run.counts).toMatchObject({ read: 20, good: 20, bad: 0, skipped: 0, households: 10, registered: 10 })
  const list = (await officer.get('/api/households?limit=50')).body
  expect(list.households).toHaveLength(10)
  const card = (await officer.get(`/api/households/${list.households[0].id}`)).body
  expect(card.members).toHaveLength(2)
  expect(card.members[0].document).toMatch(/\*/)
})

test('a history leads to its import only where the import can be opened', async () => {
  const { households: listed } = (await officer.get('/api/households?limit=1')).body
  const [action] = (await officer.get(`/api/households/${listed[0].id}/history`)).body.actions
  expect([action.kind, action.importInReach]).toEqual(['register', true])
  const neighbour = await house.person('clerk', hamlets[0]!.code)
  const [seen] = (await neighbour.get(`/api/households/${listed[0].id}/history`)).body.actions
  expect(seen).toEqual({ ...action, importInReach: false })
})

test('the same file again changes nothing', async () => {
  const run = await importAs(house, officer, csv(households(hamlets[0]!.official_code, 1, 10, codes)))
  expect(run.counts).toMatchObject({ read: 20, good: 0, bad: 0, skipped: 20, unchanged: 20 })
  expect(run.state).toBe('done')
})

test('somebody who is registered elsewhere is held, not registered twice', async () => {
  const rows = households(hamlets[1]!.official_code, 100, 1, codes)
  rows[1]!.paper = paper(10)
  const run = await importAs(house, officer, csv(rows))
  expect(run.counts).toMatchObject({ read: 2, good: 0, held: 2, skipped: 2, heldHouseholds: 1 })
  const held = (await officer.get(`/api/imports/${run.id}/held`)).body.held
  expect(held[0]).toMatchObject({ reason: 'same-identity', number: 'H100' })
  const decided = await officer.send('POST', `/api/imports/${run.id}/held`, {
    place: hamlets[1]!.code,
    number: 'H100',
    decision: 'register',
  })
  expect(decided.body.decision).toBe('register')
  const list = (await officer.get(`/api/households?place=${hamlets[1]!.code}`)).body.households
  const card = (await officer.get(`/api/households/${list[0].id}`)).body
  expect(card.members.map((member: { disputed: boolean }) => member.disputed)).toEqual([false, true])
})

test('a whole import can be undone until something builds on it', async () => {
  const run = await importAs(house, officer, csv(households(hamlets[2]!.official_code, 200, 3, codes)))
  const undone = await officer.send('POST', `/api/imports/${run.id}/undo`, { why: 'wrong file' })
  expect(undone.status).toBe(200)
  await house.jobs.runHere(undone.body.job)
  expect((await officer.get(`/api/imports/${run.id}`)).body.state).toBe('undone')
  expect((await officer.get(`/api/households?place=${hamlets[2]!.code}`)).body.households).toEqual([])
})
