import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { beginAttempt } from '../../src/platform/jobs/queries.ts'
import { openTestHouse, type Person, type TestHouse, TODAY } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'
import { placeKey } from '../support/imports.ts'

/** Imports that somebody stops, begins twice, or whose worker dies each time. */
let house: TestHouse
let warden: Person
let next = 1

beforeAll(async () => {
  house = await openTestHouse()
  warden = await house.person('warden', await placeKey(house, 'F000037'))
})

afterAll(() => house?.close())

function fresh(count: number): string {
  next += count
  return csv(households('H000000101', next - count, count, codesOf(house)))
}

const show = async (id: number) => (await warden.get(`/api/imports/${id}`)).body

it('cancelled in the middle, it keeps what it has and goes on from there', { timeout: 120_000 }, async () => {
  const count = 21_000
  const run = await importAs(house, warden, fresh(count), { start: false })
  const started = await warden.send('POST', `/api/imports/${run.id}/start`)
  const { job } = started.body
  let asked = false
  let time = TODAY.getTime()
  const working = house.jobs.runHere(job)
  // The work looks for a cancel when its clock has moved on.
  while (!asked) {
    const now = await show(run.id)
    if (now.counts.registered > 0) {
      const answer = await warden.send('POST', `/api/jobs/${job}/cancel`)
      expect(answer.body).toEqual({ cancelling: true })
      asked = true
    }
    expect(now.state).toBe('applying')
    time += 1000
    house.setClock(new Date(time))
  }
  expect((await working).state).toBe('cancelled')
  const stopped = await show(run.id)
  expect(stopped.state).toBe('cancelled')
  expect(stopped.counts.registered).toBeGreaterThan(0)
  expect(stopped.counts.registered).toBeLessThan(count)
  expect(stopped.undoable).toBe(true)

  // What is half in the register can neither be checked anew nor thrown away.
  const wish = { mapping: stopped.mapping, period: stopped.period, why: 'again' }
  expect(await warden.send('PUT', `/api/imports/${run.id}/mapping`, wish)).toMatchObject({ status: 409 })
  expect(await warden.send('DELETE', `/api/imports/${run.id}`)).toMatchObject({ status: 409 })

  const again = await warden.send('POST', `/api/imports/${run.id}/start`)
  await house.jobs.runHere(again.body.job)
  expect(await show(run.id)).toMatchObject({ state: 'done', counts: { registered: count, good: 2 * count } })
  const kept = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first(sql`select count(*)::int as all, count(distinct number)::int as different from household`),
  )
  expect(kept).toEqual({ all: count, different: count })
})

it('of two clicks at once one begins, the other is told', async () => {
  const run = await importAs(house, warden, fresh(3), { start: false })
  const answers = await Promise.all([1, 2, 3].map(() => warden.send('POST', `/api/imports/${run.id}/start`)))
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409])
  const refused = answers.find((answer) => answer.status === 409)!
  expect(refused.body.code).toBe('import.not-now')
  const won = answers.find((answer) => answer.status === 200)!
  await Promise.all([house.jobs.runHere(won.body.job), house.jobs.runHere(won.body.job)])
  expect(await show(run.id)).toMatchObject({ state: 'done', counts: { registered: 3 } })
})

it('work that kills its worker is set aside after three tries, and other work goes on', async () => {
  const upload = async () => {
    const { body } = await warden.upload('/api/imports', 'x.csv', fresh(2))
    const wish = { mapping: body.mapping, period: body.period, why: 'a test' }
    return (await warden.send('PUT', `/api/imports/${body.id}/mapping`, wish)).body
  }
  const deadly = await upload()
  const other = await upload()
  // Three workers begin it and are never heard of again.
  for (let time = 0; time < 3; time++) {
    await house.db.transaction(subtree(ROOT), (tx) => beginAttempt(tx, deadly.job, TODAY))
  }
  const ended = await house.jobs.runHere(deadly.job)
  expect(ended).toMatchObject({ state: 'failed', problem: { code: 'job.given-up' } })
  expect(ended.input).toMatchObject({ import: deadly.id })
  expect(await show(deadly.id)).toMatchObject({ state: 'refused', problem: { code: 'job.given-up' } })
  await house.jobs.runHere(other.job)
  expect(await show(other.id)).toMatchObject({ state: 'checked', counts: { good: 4 } })
  const open = (await warden.get('/api/jobs?open=yes')).body.jobs
  expect(open).toEqual([])
  // A person may try again; each try has its own three.
  const wish = { mapping: deadly.mapping, period: deadly.period, why: 'a test' }
  const again = (await warden.send('PUT', `/api/imports/${deadly.id}/mapping`, wish)).body
  await house.jobs.runHere(again.job)
  expect(await show(deadly.id)).toMatchObject({ state: 'checked', problem: null })
})
