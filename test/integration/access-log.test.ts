import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { hamletsOf, plantTarget, type Target } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse, TODAY } from '../support/house.ts'
import { type Holder, holderOf } from '../support/posts.ts'

const MINUTE = 60_000

let house: TestHouse
let target: Target
let keeper: Holder
let warden: Holder
let clerk: Holder
let stranger: Holder

beforeAll(async () => {
  house = await openTestHouse()
  const hamlets = await hamletsOf(house)
  target = await plantTarget(house, hamlets[0]!, 0)
  keeper = await holderOf(house, 'keeper', target.ford)
  warden = await holderOf(house, 'warden', target.ford, 'looker')
  clerk = await holderOf(house, 'clerk', target.hamlet, 'glancer')
  stranger = await holderOf(house, 'warden', hamlets.find((one) => one.ford !== target.ford)!.ford)
})

beforeEach(async () => {
  house.setClock(TODAY)
  await house.register.accessLog.flush()
  await house.db.transaction(subtree(ROOT), (tx) => tx.run(sql`delete from access_log`))
})

afterAll(() => house?.close())

const card = () => `/api/households/${target.household}`
const look = async (who: Person, times = 1) => {
  for (let count = 0; count < times; count++) expect((await who.get(card())).status).toBe(200)
}
const report = async (who: Person, query = '') => (await who.get(`${card()}/access${query}`)).body
const lines = async () =>
  house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ minute: Date; times: number; account_id: number; place_code: string }>(sql`
      select minute, times, account_id, place_code from access_log order by minute, account_id`),
  )

test('who looked at a card stands in the report, each minute of each person in one line', async () => {
  await look(warden, 3)
  await look(clerk)
  house.setClock(new Date(TODAY.getTime() + MINUTE))
  await look(warden, 2)
  const { looks, next } = await report(keeper)
  expect(next).toBeNull()
  expect(looks.map((one: Record<string, unknown>) => [one.login, one.times, one.role, one.kind, one.at])).toEqual([
    ['looker', 2, 'warden', 'card', '2031-11-20T04:01:00.000Z'],
    ['looker', 3, 'warden', 'card', '2031-11-20T04:00:00.000Z'],
    ['glancer', 1, 'clerk', 'card', '2031-11-20T04:00:00.000Z'],
  ])
  // Later looks of the same minute are added to the line that is there.
  await look(warden)
  expect((await report(keeper)).looks[0].times).toBe(3)
  expect((await lines()).every((line) => line.place_code === target.hamlet)).toBe(true)
})

test('the past of a card is looked at too, and identity numbers in full stand there at once with the reason', async () => {
  expect((await warden.get(`${card()}/past?asOf=2031-11-20`)).status).toBe(200)
  await warden.send('POST', `${card()}/reveal`, { why: 'a visit to the bank' })
  const { looks } = await report(keeper)
  expect(looks.slice(0, 2)).toMatchObject([
    { kind: 'card', login: 'looker', times: 1 },
    { kind: 'reveal', login: 'looker', times: 1, why: 'a visit to the bank', role: 'warden' },
  ])
})

test('what was refused is no look, and nobody reads the report of a household out of reach', async () => {
  expect((await stranger.get(card())).status).toBe(404)
  expect((await clerk.get('/api/households/987654321')).status).toBe(404)
  await house.register.accessLog.flush()
  expect(await lines()).toEqual([])
  expect((await clerk.get(`${card()}/access`)).body.code).toBe('access.no-right')
  const elsewhere = await holderOf(house, 'keeper', stranger.login ? (await hamletsOf(house)).at(-1)!.ford : '')
  const refused = await elsewhere.get(`${card()}/access`)
  expect([refused.status, refused.body]).toEqual([404, (await elsewhere.get('/api/households/987654321/access')).body])
  const fenced = await house.db.transaction(subtree((await hamletsOf(house)).at(-1)!.ford), (tx) =>
    tx.all(sql`select from access_log`),
  )
  expect(fenced).toEqual([])
})

test('the report is read page by page', async () => {
  const others = await Promise.all(Array.from({ length: 4 }, () => holderOf(house, 'clerk', target.hamlet)))
  for (let minute = 0; minute < 3; minute++) {
    house.setClock(new Date(TODAY.getTime() + minute * MINUTE))
    for (const one of others) await look(one)
  }
  await warden.send('POST', `${card()}/reveal`, { why: 'in between' })
  const whole = (await report(keeper, '?limit=100')).looks
  expect(whole.length).toBeGreaterThanOrEqual(13)
  const pages: unknown[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { looks: unknown[]; next: string | null } = await report(keeper, `?limit=3${next && `&after=${next}`}`)
    expect(page.looks.length).toBeLessThanOrEqual(3)
    pages.push(...page.looks)
    next = page.next
  }
  expect(pages).toEqual(whole)
  for (const after of ['x', '2031-99-20T04:00:00.000Z.card.1.1', '2031-11-20T04:00:00.000Z.list.1.1'])
    expect((await keeper.get(`${card()}/access?after=${after}`)).status, after).toBe(400)
})

test('a hundred readers at once are counted to the look, over several writings', async () => {
  const rounds = 5
  for (let round = 0; round < rounds; round++) {
    await Promise.all(Array.from({ length: 40 }, (_, at) => look(at % 2 ? warden : clerk)))
    // Two writings under way at once write nothing twice.
    await Promise.all([house.register.accessLog.flush(), house.register.accessLog.flush()])
  }
  expect((await lines()).map((line) => line.times)).toEqual([rounds * 20, rounds * 20])
})
