import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStage, type Stage, settled, type Window } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { PASSWORD, type Person, signIn, type TestHouse } from '../support/house.ts'
import { said } from '../support/screen-texts.ts'

const FRESH = '山路上有三只羊和一盏灯'

let house: TestHouse
let stage: Stage
let officer: Person
let window: Window
const say = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)

beforeAll(async () => {
  house = await openChinaHouse()
  officer = await house.person('county_officer', county, 'clerk')
  stage = await openStage(house)
  window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, officer)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

it('a clerk signs out an unknown device, changes the password, and leaves everywhere', {
  timeout: 60_000,
}, async () => {
  const { page, go } = window
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const alive = async (person: Person) => (await person.get('/api/session')).status
  const [lost, second] = [await signIn(house.http, 'clerk'), await signIn(house.http, 'clerk')]
  await go('/account')
  const devices = page.getByRole('region', { name: say('devices') }).getByRole('listitem')
  expect(await devices.count()).toBe(3)
  expect(await devices.filter({ hasText: say('deviceThis') }).count()).toBe(1)
  await devices.getByRole('button').first().click()
  await devices.nth(2).waitFor({ state: 'detached' })
  expect((await Promise.all([lost, second, officer].map(alive))).sort()).toEqual([200, 200, 401])

  await button(say('passwordChange')).click()
  const field = (key: string) => page.getByLabel(say(key), { exact: true })
  await field('passwordPresent').fill(PASSWORD)
  await field('passwordNew').fill(FRESH)
  await field('passwordAgain').fill(`${FRESH}。`)
  await button(say('passwordSave')).click()
  await page.getByText(say('passwordDiffers')).waitFor()
  await field('passwordAgain').fill(FRESH)
  await button(say('passwordSave')).click()
  await page.getByText(say('passwordChangedEnded', { n: 1 })).waitFor()
  await settled(page)
  expect(await devices.count()).toBe(1)
  expect((await Promise.all([lost, second, officer].map(alive))).sort()).toEqual([200, 401, 401])

  const elsewhere = await signIn(house.http, 'clerk', FRESH)
  await button(say('devicesEndAll')).click()
  await page.getByRole('heading', { name: say('signInTitle') }).waitFor()
  expect(await Promise.all([elsewhere, officer].map(alive))).toEqual([401, 401])
  expect(window.troubles).toEqual([])
})
