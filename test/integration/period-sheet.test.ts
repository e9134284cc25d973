import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, signIn, type TestHouse } from '../support/house.ts'
import { codesOf, csv, HEADINGS, households, importAs } from '../support/households.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

/** The due ones leave as a spreadsheet, come back filled in, and only what changed is written. */
let house: TestHouse
let warden: Person
let period: number
const BOATS = ['boats', 'catch', 'craft', 'nets']

beforeAll(async () => {
  house = await openTestHouse()
  const hamlet = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ parent: string; official_code: string }>(
      sql`select parent, official_code from place where level = 3 order by code limit 1`,
    ),
  )
  warden = await house.person('warden', hamlet!.parent)
  const rows = households(hamlet!.official_code, 1, 6, codesOf(house), 2).map((row) => ({
    ...row,
    ...(row.standing ? { catch: '900', craft: '300', nets: '100', boats: '1' } : {}),
  }))
  const run = await importAs(house, warden, csv(rows, [...HEADINGS, ...BOATS]))
  expect(run.counts.registered).toBe(6)
  house.setClock(new Date('2032-02-01T04:00:00Z'))
  warden = await signIn(house.http, warden.login)
  const opened = await warden.send('POST', '/api/periods', { form: 'hearth', period: '2032', why: 'the round' })
  period = opened.body.id
})

afterAll(() => house?.close())

const listed = async (): Promise<Any[]> => (await warden.get('/api/households?limit=50')).body.households
const cardOf = async (id: number): Promise<Any> => (await warden.get(`/api/households/${id}`)).body
const sheet = async (): Promise<string[]> =>
  String((await warden.get(`/api/periods/${period}/due-sheet?format=csv`)).body)
    .trim()
    .split('\n')
const counts = async (): Promise<Any> => (await warden.get(`/api/periods/${period}`)).body

/** The sheet with the row of one head changed. */
function filled(lines: readonly string[], number: string, change: (line: string) => string): string[] {
  let first = true
  return lines.map((line) => {
    if (!first || !line.includes(`,${number},`)) return line
    first = false
    const next = change(line)
    expect(next).not.toBe(line)
    return next
  })
}

test('what comes back as it left says that nothing changed: each household gets the facts of the year', async () => {
  const lines = await sheet()
  const [one] = await listed()
  const only = [lines[0]!, ...lines.filter((line) => line.includes(`,${one.number},`))]
  const before = await cardOf(one.id)
  const run = await importAs(house, warden, only.join('\n'), { why: 'the round', period: '2032' })
  expect(run).toMatchObject({ state: 'done', counts: { good: 2, registered: 0, updated: 1, held: 0 }, undoable: false })
  const after = await cardOf(one.id)
  expect([after.period, after.periods, after.version]).toEqual(['2032', ['2032', '2031'], before.version + 1])
  expect(after.facts).toEqual(before.facts)
  expect(await counts()).toMatchObject({ done: 1, due: 5 })
})

test('only what differs is written; what left the year before far behind waits until somebody confirms it', async () => {
  const [, small, large, renamed] = await listed()
  let lines = await sheet()
  lines = filled(lines, small.number, (line) => line.replace('900.000', '950.000'))
  lines = filled(lines, large.number, (line) => line.replace('900.000', '9000.000'))
  lines = filled(lines, renamed.number, (line) => line.replace(/Family/, 'Otherfamily'))
  const kept = [small, large, renamed].map((one) => `,${one.number},`)
  const run = await importAs(
    house,
    warden,
    [lines[0]!, ...lines.filter((line) => kept.some((number) => line.includes(number)))].join('\n'),
    { period: '2032' },
  )
  expect(run.counts).toMatchObject({ read: 6, good: 2, held: 4, updated: 1, heldHouseholds: 2 })
  const [action] = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ detail: Any }>(
      sql`select detail from household_action where household_id = ${small.id} order by action_no desc`,
    ),
  )
  expect(action!.detail).toMatchObject({
    import: run.id,
    change: { kind: 'update-facts', period: '2032', household: { catch: 950_000 }, members: {}, confirmed: [] },
  })
  expect((await cardOf(small.id)).facts).toMatchObject({ catch: 950_000, craft: 300_000, left_each: 575_000 })
  expect((await cardOf(large.id)).period).toBe('2031')
  const { held } = (await warden.get(`/api/imports/${run.id}/held`)).body
  expect(held.map((one: Any) => one.reason).sort()).toEqual(['asks', 'other-content'])
  const asks = held.find((one: Any) => one.reason === 'asks')
  expect(asks.differences).toMatchObject([{ field: 'left_each', register: '550000', file: '4600000' }])
  const key = { place: asks.village.code, number: asks.number }
  const taken = await warden.send('POST', `/api/imports/${run.id}/held`, { ...key, decision: 'register' })
  expect(taken.body).toMatchObject({ decision: 'register' })
  expect((await cardOf(large.id)).facts.catch).toBe(9_000_000)
  const other = held.find((one: Any) => one.reason === 'other-content')
  const refused = await warden.send('POST', `/api/imports/${run.id}/held`, {
    place: other.village.code,
    number: other.number,
    decision: 'register',
  })
  expect(refused.body.code).toBe('import.change-by-hand')
  expect((await warden.get(`/api/imports/${run.id}`)).body.counts).toMatchObject({
    read: 6,
    good: 4,
    held: 2,
    updated: 2,
  })
  expect((await warden.send('POST', `/api/imports/${run.id}/undo`, { why: 'a test' })).body.code).toBe(
    'import.has-updated',
  )
})

test('the past stays as it was, the audit knows each update, and what was changed meanwhile is left alone', async () => {
  const all = await listed()
  const [done] = all
  const past = (await warden.get(`/api/households/${done.id}/past?asOf=2032-01-31`)).body
  expect([past.period, Object.keys(past.facts)]).toEqual(['2031', ['2031']])
  const then = (await warden.get(`/api/households/${done.id}/past?knownAt=2031-12-31T00:00:00Z`)).body
  expect(then.period).toBe('2031')
  const now = (await warden.get(`/api/households/${done.id}/past`)).body
  expect([now.period, now.facts['2032']]).toEqual(['2032', (await cardOf(done.id)).facts])
  expect(await house.db.transaction(subtree(ROOT), verifyActions)).toEqual([])

  const lines = await sheet()
  const run = await importAs(house, warden, lines.join('\n'), { start: false, period: '2032' })
  const late = (await listed()).find((one) => one.period === '2031' && one.id === all[4].id)
  const card = await cardOf(late.id)
  const change = { kind: 'correct-facts', period: '2031', household: { boats: 4 } }
  const body = {
    version: card.version,
    key: '00000000-0000-4000-8000-000000000001',
    effectiveOn: '2032-01-31',
    why: 'a slip',
  }
  expect((await warden.send('POST', `/api/households/${late.id}/changes`, { ...body, change })).body.saved).toBe(true)
  const started = await warden.send('POST', `/api/imports/${run.id}/start`)
  await house.jobs.runHere(started.body.job)
  const end = (await warden.get(`/api/imports/${run.id}`)).body
  expect(end.counts.read).toBe(end.counts.good + end.counts.bad + end.counts.skipped)
  expect(end.counts.heldHouseholds).toBeGreaterThan(0)
  expect((await cardOf(late.id)).period).toBe('2031')
})

test('a closed period takes nothing from a file', async () => {
  const before = await counts()
  await warden.send('POST', `/api/periods/${period}/close`, { why: 'all visited' })
  const run = await importAs(house, warden, (await sheet()).join('\n'), { period: '2032' })
  expect(run.counts.updated).toBe(0)
  expect(await counts()).toMatchObject({ due: before.due, done: before.done })
})
