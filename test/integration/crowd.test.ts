import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOWHERE } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, PASSWORD, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

// More than there are connections of either kind: whoever holds one and waits for another would wait for ever.
const CROWD = 30

let house: TestHouse
let warden: Person
let hamlet: { code: string; ford: string; official_code: string }

beforeAll(async () => {
  house = await openTestHouse()
  hamlet = (await house.db.transaction(NOWHERE, (tx) =>
    tx.first(sql`select code, parent as ford, official_code from place where level = 3 order by code limit 1`),
  ))!
  warden = await house.person('warden', hamlet.ford, 'warden')
})

afterAll(() => house?.close())

test('a crowd signs in at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: CROWD }, () =>
      house.http.inject({ method: 'POST', url: '/api/session', payload: { login: 'warden', password: PASSWORD } }),
    ),
  )
  expect(answers.map((answer) => answer.statusCode)).toEqual(answers.map(() => 200))
})

test('a crowd uploads and watches the jobs at once', async () => {
  const sheet = csv(households(hamlet.official_code, 1, 1, codesOf(house)))
  const answers = await Promise.all(
    Array.from({ length: CROWD }, (_, at) =>
      at % 2 ? warden.get('/api/jobs') : warden.upload('/api/imports', 'households.csv', sheet),
    ),
  )
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
})

test('a crowd decides held households at once', async () => {
  const codes = codesOf(house)
  await importAs(house, warden, csv(households(hamlet.official_code, 100, CROWD, codes)))
  const again = households(hamlet.official_code, 100, CROWD, codes).map((row) => ({ ...row, hearth: `X${row.hearth}` }))
  const run = await importAs(house, warden, csv(again))
  expect(run.counts.heldHouseholds).toBe(CROWD)
  const { held } = (await warden.get(`/api/imports/${run.id}/held?limit=200`)).body
  const answers = await Promise.all(
    held.map((one: { number: string }) =>
      warden.send('POST', `/api/imports/${run.id}/held`, {
        place: hamlet.code,
        number: one.number,
        decision: 'register',
      }),
    ),
  )
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
  expect((await warden.get('/api/households/count')).body.count).toBe(2 * CROWD)
  // Each decision read the counts that the one before wrote.
  const { counts } = (await warden.get(`/api/imports/${run.id}`)).body
  expect(counts).toMatchObject({ registered: CROWD, heldHouseholds: 0, held: 0, good: 2 * CROWD })
})
