import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, signIn, type TestHouse } from '../support/house.ts'
import { codesOf, csv, HEADINGS, households, importAs } from '../support/households.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

let house: TestHouse
let warden: Person
let clerk: Person
let keeper: Person
let ford: string
let hamlets: { code: string; official_code: string }[]
let period: number

beforeAll(async () => {
  house = await openTestHouse()
  const codes = codesOf(house)
  const all = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string; parent: string; official_code: string }>(
      sql`select code, parent, official_code from place where level = 3 order by code`,
    ),
  )
  ford = all[0]!.parent
  hamlets = all.filter((one) => one.parent === ford)
  warden = await house.person('warden', ford)
  const rows = [
    ...households(hamlets[0]!.official_code, 1, 5, codes, 2),
    ...households(hamlets[1]!.official_code, 20, 3, codes, 2),
  ].map((row) => ({ ...row, ...(row.standing ? { catch: '900', craft: '300', nets: '100', boats: '1' } : {}) }))
  const run = await importAs(house, warden, csv(rows, [...HEADINGS, 'catch', 'craft', 'nets', 'boats']))
  expect(run.counts.registered).toBe(8)
  house.setClock(new Date('2032-02-01T04:00:00Z'))
  warden = await signIn(house.http, warden.login)
  clerk = await house.person('clerk', hamlets[0]!.code)
  keeper = await house.person('steward', ford.slice(0, 3))
})

afterAll(() => house?.close())

const cardOf = async (id: number): Promise<Any> => (await warden.get(`/api/households/${id}`)).body
const dueOf = async (query = '', who = warden): Promise<Any> =>
  (await who.get(`/api/periods/${period}/due${query}`)).body
const progress = async (who = warden): Promise<Any> => (await who.get(`/api/periods/${period}/progress`)).body

async function update(id: number, facts: Any, over: Any = {}): Promise<Any> {
  const card = await cardOf(id)
  const { preview = false, ...change } = over
  const body = {
    version: card.version,
    key: randomUUID(),
    effectiveOn: '2032-01-31',
    why: 'the yearly visit',
    preview,
    change: { kind: 'update-facts', period: '2032', household: facts, members: {}, ...change },
  }
  return (await clerk.send('POST', `/api/households/${id}/changes`, body)).body
}

test('before a period is open nothing new is taken, and the refusal says so', async () => {
  const [{ id }] = (await warden.get('/api/households?limit=1')).body.households
  expect((await update(id, { boats: 2 })).code).toBe('period.not-open')
})

test('a period opens once, at a place, by whoever holds the right', async () => {
  const wish = { form: 'hearth', period: '2032', why: 'the round of 2032', until: '2032-12-01' }
  expect((await clerk.send('POST', '/api/periods', wish)).status).toBe(403)
  expect((await warden.send('POST', '/api/periods', { ...wish, form: 'barn' })).body.code).toBe('period.unknown-form')
  expect((await warden.send('POST', '/api/periods', { ...wish, period: '2033' })).body.code).toBe('period.too-early')
  expect((await warden.send('POST', '/api/periods', { ...wish, until: '2032-01-01' })).body.code).toBe(
    'period.bad-days',
  )
  const opened = await warden.send('POST', '/api/periods', wish)
  expect(opened.body).toMatchObject({ state: 'open', period: '2032', inReach: true })
  period = opened.body.id
  expect((await warden.send('POST', '/api/periods', wish)).body.code).toBe('period.open-already')
  expect((await clerk.get('/api/periods')).body.periods).toMatchObject([{ id: period, inReach: false }])
})

test('everybody is due at first; lists go page by page, by village and by worker', async () => {
  expect(await progress()).toMatchObject({ place: { code: ford, due: 8, done: 0 } })
  expect((await progress()).children.filter((one: Any) => one.due > 0)).toMatchObject([{ due: 5 }, { due: 3 }])
  const first = await dueOf('?limit=5')
  const second = await dueOf(`?limit=5&after=${first.next}`)
  const ids = [...first.due, ...second.due].map((one: Any) => one.household)
  expect([ids.length, new Set(ids).size, second.next]).toEqual([8, 8, null])
  const { workers } = (await warden.get(`/api/periods/${period}/workers`)).body
  expect(workers).toMatchObject([
    { name: clerk.login, due: 5, done: 0, place: { code: hamlets[0]!.code } },
    { worker: null, name: null, due: 3, done: 0 },
  ])
  expect((await dueOf(`?worker=${workers[0].worker}`)).due).toHaveLength(5)
  expect((await dueOf('?worker=999999')).due).toEqual([])
  expect((await dueOf('', clerk)).due).toHaveLength(5)
  const page = (await warden.get(`/api/periods/${period}/workers?limit=1`)).body
  expect((await warden.get(`/api/periods/${period}/workers?after=${page.next}`)).body.workers).toEqual([workers[1]])
})

test('what left the year before far behind is asked about, and taken once it is confirmed', async () => {
  const [{ household: id }] = (await dueOf()).due
  const shown = await update(id, { catch: 4_000_000 }, { preview: true })
  expect(shown.questions).toEqual([{ id: 'left_tripled', field: 'left_each', from: 550_000, to: 2_100_000 }])
  const refused = await update(id, { catch: 4_000_000 })
  expect([refused.code, refused.values.asks]).toEqual(['period.asks', 'left_tripled'])
  expect((await update(id, { catch: 4_000_000 }, { confirmed: ['left_third'] })).code).toBe('period.asks')
  const saved = await update(id, { catch: 4_000_000 }, { confirmed: ['left_tripled'] })
  expect(saved).toMatchObject({ saved: true, questions: [] })
  const [action] = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ confirmed: string[] }>(sql`
      select detail -> 'change' -> 'confirmed' as confirmed from household_action where household_id = ${id} order by action_no desc`),
  )
  expect(action!.confirmed).toEqual(['left_tripled'])
  const [now, before] = await Promise.all(
    ['2032', '2031'].map((year) => warden.get(`/api/households/${id}?period=${year}`)),
  )
  expect([now!.body.facts.catch, before!.body.facts.catch]).toEqual([4_000_000, 900_000])
  expect(await progress()).toMatchObject({ place: { due: 7, done: 1 } })
  expect((await dueOf()).due.map((one: Any) => one.household)).not.toContain(id)
})

test('a household that has doubled is asked about too: who joined since the last year counts', async () => {
  const [, { household: id }] = (await dueOf()).due
  const codes = codesOf(house)
  for (const name of ['First Comer', 'Second Comer']) {
    const card = await cardOf(id)
    const change = { kind: 'add-member', name, relation: codes.other, sex: codes.gender, bornOn: '2001-02-03' }
    const body = { version: card.version, key: randomUUID(), effectiveOn: '2032-01-15', why: 'moved in', change }
    expect((await clerk.send('POST', `/api/households/${id}/changes`, body)).body).toMatchObject({ saved: true })
  }
  const refused = await update(id, {})
  expect([refused.code, refused.values.asks]).toEqual(['period.asks', 'folk_doubled'])
  expect(await update(id, {}, { confirmed: ['folk_doubled'] })).toMatchObject({ saved: true })
})

test('the due ones leave as a sheet with the values of the year before', async () => {
  const sheet = (await warden.get(`/api/periods/${period}/due-sheet?format=csv`)).body as string
  expect(sheet.trim().split('\n')).toHaveLength(1 + 2 * 6)
  expect(sheet).toContain('900.000')
  const noRight = await clerk.get(`/api/periods/${period}/due-sheet?format=csv`)
  expect(noRight.status).toBe(403)
})

test('a closed period refuses updates and corrections; opened again it takes them; a nearer one goes before', async () => {
  const [{ household: id }] = (await dueOf()).due
  const above = await keeper.send('POST', '/api/periods', { form: 'hearth', period: '2032', why: 'the whole reach' })
  expect(above.status).toBe(200)
  const notHere = await warden.send('POST', `/api/periods/${above.body.id}/close`, { why: 'not ours' })
  expect(notHere.body.code).toBe('period.above')
  const closed = await warden.send('POST', `/api/periods/${period}/close`, { why: 'all visited' })
  expect(closed.body).toMatchObject({ state: 'closed', closedBy: warden.login })
  expect((await warden.send('POST', `/api/periods/${period}/close`, { why: 'again' })).body.code).toBe(
    'period.closed-already',
  )
  // The reach's own period is open, but the ford closed its own.
  expect((await update(id, { boats: 2 })).code).toBe('period.closed')
  const done = (await warden.get('/api/households?period=2032&limit=1')).body.households[0].id
  const card = await cardOf(done)
  const correct = {
    version: card.version,
    key: randomUUID(),
    effectiveOn: '2032-01-31',
    why: 'a slip of the pen',
    change: { kind: 'correct-facts', period: '2032', household: { boats: 3 } },
  }
  expect((await clerk.send('POST', `/api/households/${done}/changes`, correct)).body.code).toBe('period.closed')
  const again = await warden.send('POST', '/api/periods', { form: 'hearth', period: '2032', why: 'one was missed' })
  expect(again.body).toMatchObject({ id: period, state: 'open', closedAt: null })
  expect(await update(id, { boats: 2 })).toMatchObject({ saved: true })
})

test('what is over or has not begun refuses with the day', async () => {
  const [{ household: id }] = (await dueOf()).due
  await warden.send('POST', `/api/periods/${period}/close`, { why: 'another span' })
  const wish = { form: 'hearth', period: '2032', from: '2032-02-10', until: '2032-02-20', why: 'in ten days' }
  expect((await warden.send('POST', '/api/periods', wish)).body).toMatchObject({ state: 'waiting' })
  expect(await update(id, { boats: 2 })).toMatchObject({ code: 'period.waiting', values: { day: '2032-02-10' } })
  house.setClock(new Date('2032-02-21T04:00:00Z'))
  clerk = await signIn(house.http, clerk.login)
  warden = await signIn(house.http, warden.login)
  expect(await update(id, { boats: 2 })).toMatchObject({ code: 'period.closed', values: { day: '2032-02-20' } })
})
