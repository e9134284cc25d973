import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyPlaceActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, signIn, type TestHouse } from '../support/house.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

let house: TestHouse
let warden: Person
let clerk: Person
let ford: string
let hamlet: string
let other: string

beforeAll(async () => {
  house = await openTestHouse()
  const all = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string; parent: string }>(sql`select code, parent from place where level = 3 order by code`),
  )
  ford = all[0]!.parent
  ;[hamlet, other] = all.filter((one) => one.parent === ford).map((one) => one.code) as [string, string]
  warden = await house.person('warden', ford)
  clerk = await house.person('clerk', hamlet)
})

afterAll(() => house?.close())

const at = (place: string, form: string) => `/api/places/${place}/cards/${form}`
const show = async (place = hamlet, form = 'hamlet_card', query = ''): Promise<Any> =>
  (await warden.get(`${at(place, form)}${query}`)).body

function write(who: Person, change: Any, over: Any = {}) {
  const { place = hamlet, form = 'hamlet_card', ...rest } = over
  const body = { version: 0, key: randomUUID(), effectiveOn: '2031-11-20', why: 'counted by hand', change, ...rest }
  return who.send('POST', `${at(place, form)}/changes`, body)
}

const open = (form: string, period: string) => warden.send('POST', '/api/periods', { form, period, why: 'the round' })

test('a place has the cards of its level, empty until somebody writes', async () => {
  const cards = async (place: string) => (await warden.get(`/api/places/${place}/cards`)).body.cards
  expect(await cards(hamlet)).toEqual([{ form: 'hamlet_card', period: null, version: 0 }])
  expect(await cards(ford)).toEqual([{ form: 'ford_card', period: null, version: 0 }])
  expect(await show()).toMatchObject({ version: 0, period: null, periods: [], facts: {}, before: null, open: [] })
  expect((await warden.get(at(ford, 'hamlet_card'))).status).toBe(404)
  expect((await warden.get(at(hamlet, 'hearth'))).status).toBe(404)
})

test('the first year is written while its period is open, with its difference shown first', async () => {
  const update = {
    kind: 'update-facts',
    period: '2031',
    facts: { hearths: 12, hearths_poor: 3, toll: 5_000, ferry: true },
  }
  expect((await write(clerk, update)).body.code).toBe('period.not-open')
  expect((await open('hamlet_card', '2031')).status).toBe(200)
  const shown = (await write(clerk, update, { preview: true })).body
  expect(shown).toMatchObject({ saved: false, version: 0 })
  expect(shown.differences).toContainEqual({ period: '2031', field: 'hearths', from: null, to: 12 })
  expect((await show()).version).toBe(0)
  const key = randomUUID()
  const answers = await Promise.all([write(clerk, update, { key }), write(clerk, update, { key })])
  expect(answers.map(({ body }) => [body.saved, body.version])).toEqual([
    [true, 1],
    [true, 1],
  ])
  expect(await show()).toMatchObject({ version: 1, period: '2031', facts: { hearths: 12, toll: 5_000, purse: 5_000 } })
})

test('what cannot be is refused: a part above its whole, an unknown field, a stale version, another place', async () => {
  const code = async (facts: Any, over: Any = {}) =>
    (await write(clerk, { kind: 'correct-facts', period: '2031', facts }, { version: 1, ...over })).body.code
  expect(await code({ hearths_poor: 13 })).toBe('card.more-than-whole')
  expect(await code({ purse: 9 })).toBe('change.unknown-fact')
  expect(await code({ hearths: -1 })).toBe('change.bad-fact')
  expect(await code({ hearths: 12 })).toBe('change.nothing')
  expect(await code({ hearths: 13 }, { version: 0 })).toBe('request.conflict')
  expect(await code({ hearths: 13 }, { effectiveOn: '2031-11-22' })).toBe('change.in-future')
  expect((await write(clerk, { kind: 'correct-facts', period: '2030', facts: {} }, { version: 1 })).body.code).toBe(
    'change.no-facts',
  )
  expect((await write(clerk, { kind: 'update-facts', period: '2031', facts: {} }, { place: other })).status).toBe(404)
  expect((await show()).version).toBe(1)
})

test('the next year begins with the answers of the last, asks about what doubled, and keeps both', async () => {
  house.setClock(new Date('2032-02-01T04:00:00Z'))
  warden = await signIn(house.http, warden.login)
  clerk = await signIn(house.http, clerk.login)
  expect((await open('hamlet_card', '2032')).status).toBe(200)
  const update = { kind: 'update-facts', period: '2032', facts: { hearths: 24 } }
  const over = { version: 1, effectiveOn: '2032-01-31' }
  const refused = (await write(clerk, update, over)).body
  expect([refused.code, refused.values.asks]).toEqual(['period.asks', 'hearths_doubled'])
  const saved = await write(clerk, { ...update, confirmed: ['hearths_doubled'] }, over)
  expect(saved.body).toMatchObject({ saved: true, version: 2 })
  expect(await show()).toMatchObject({
    period: '2032',
    periods: ['2032', '2031'],
    facts: { hearths: 24, hearths_poor: 3, ferry: true },
    before: { period: '2031', facts: { hearths: 12 } },
  })
})

test('as of a day and as known then; the history says who, when, why and what', async () => {
  expect(await show(hamlet, 'hamlet_card', '?asOf=2031-12-31')).toMatchObject({
    period: '2031',
    facts: { hearths: 12 },
  })
  const late = { kind: 'correct-facts', period: '2031', facts: { hearths: 11 } }
  const saved = await write(clerk, late, { version: 2, effectiveOn: '2031-11-25' })
  expect(saved.body.differences).toContainEqual({ period: '2031', field: 'hearths', from: 12, to: 11 })
  const day = '?asOf=2031-12-31'
  expect((await show(hamlet, 'hamlet_card', day)).facts.hearths).toBe(11)
  expect((await show(hamlet, 'hamlet_card', `${day}&knownAt=2032-01-15T00:00:00Z`)).facts.hearths).toBe(12)
  const { actions } = (await warden.get(`${at(hamlet, 'hamlet_card')}/history`)).body
  expect(actions.map((one: Any) => [one.no, one.kind, one.by])).toEqual([
    [3, 'correct-facts', clerk.login],
    [2, 'update-facts', clerk.login],
    [1, 'update-facts', clerk.login],
  ])
})

test('the due list of a form of places names the places without facts of the year', async () => {
  const { body: opened } = await open('ford_card', '2032')
  const due = async (id: number) => (await warden.get(`/api/periods/${id}/due`)).body.due
  expect(await due(opened.id)).toMatchObject([{ household: null, place: { code: ford }, last: null }])
  const { periods } = (await warden.get('/api/periods?form=hamlet_card')).body
  const hamlets = periods.find((one: Any) => one.period === '2032')
  const before = (await warden.get(`/api/periods/${hamlets.id}`)).body
  expect((await due(hamlets.id)).map((one: Any) => one.place.code)).not.toContain(hamlet)
  expect([before.done, before.due]).toEqual([1, (await due(hamlets.id)).length])
  const { children } = (await warden.get(`/api/periods/${hamlets.id}/progress`)).body
  expect(children.find((one: Any) => one.code === hamlet)).toMatchObject({ due: 0, done: 1 })
  const page = (await warden.get(`/api/periods/${hamlets.id}/due?limit=1`)).body
  const next = (await warden.get(`/api/periods/${hamlets.id}/due?limit=1&after=${page.next}`)).body
  expect(next.due[0].place.code > page.due[0].place.code).toBe(true)
})

test('random changes: what is stored equals the replay of the actions, and the audit knows each', async () => {
  const wish = fc.record({
    kind: fc.constantFrom('correct-facts', 'update-facts'),
    period: fc.constantFrom('2031', '2032'),
    facts: fc.record(
      { hearths: fc.integer({ min: 20, max: 39 }), hearths_poor: fc.integer({ min: 0, max: 22 }), gifts: fc.nat(999) },
      { requiredKeys: [] },
    ),
    effectiveOn: fc.constantFrom('2031-11-28', '2032-01-02', '2032-02-01'),
    confirmed: fc.constant(['hearths_doubled', 'purse_halved']),
  })
  let saved = 0
  await fc.assert(
    fc.asyncProperty(wish, async ({ effectiveOn, ...change }) => {
      const { version } = await show()
      const answer = await write(clerk, change, { version, effectiveOn })
      expect([200, 422]).toContain(answer.status)
      if (answer.status === 200) saved++
      const now = await show()
      const replayed = await show(hamlet, 'hamlet_card', '?asOf=2032-02-02')
      expect([replayed.period, replayed.facts, replayed.before]).toEqual([now.period, now.facts, now.before])
    }),
    { seed: 7, numRuns: 60 },
  )
  expect(saved).toBeGreaterThan(15)
  const scope = subtree(ROOT)
  expect(await house.db.transaction(scope, verifyPlaceActions)).toEqual([])
  await house.db.transaction(scope, async (tx) => {
    await tx.run(sql`alter table place_action no force row level security`)
    await tx.run(sql`update place_action set why = 'another reason' where action_no = 2`)
  })
  expect(await house.db.transaction(scope, verifyPlaceActions)).toMatchObject([
    { place: hamlet, actionNo: 2, what: 'action-changed' },
  ])
})
