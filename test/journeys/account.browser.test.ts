import { afterAll, beforeAll, expect, it } from 'vitest'
import { shownAt } from '../support/authenticator.ts'
import { axeFindings } from '../support/axe.ts'
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

it('sets up a second factor, and signs in with the device and with a recovery code', { timeout: 60_000 }, async () => {
  const guard = await house.person('county_officer', county, 'guard')
  const { page, go, troubles } = await stage.open({ language: 'zh-CN', scheme: 'dark', width: 360, height: 740 }, guard)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const sound = async (what: string) => {
    await settled(page)
    expect(await axeFindings(page), what).toEqual([])
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(wide, what).toBeLessThanOrEqual(360)
  }
  await go('/account')
  await button(say('factorBegin')).click()
  await page.getByLabel(say('passwordPresent'), { exact: true }).fill(PASSWORD)
  await sound('proof')
  await button(say('factorGoOn')).click()
  await page.getByRole('img', { name: say('factorSquare') }).waitFor()
  await sound('square')
  const secret = (await page.locator('form code').first().textContent())!.replaceAll(' ', '')
  const at = house.settings.now()
  await page.getByLabel(say('factorDigits'), { exact: true }).fill(shownAt(secret, at))
  await button(say('factorConfirm')).click()
  const codes = page.getByRole('list', { name: say('factorRecoveryList') }).getByRole('listitem')
  await codes.first().waitFor()
  await sound('recovery codes')
  expect(await codes.count()).toBe(10)
  const recovery = (await codes.first().textContent())!
  await button(say('factorKept')).click()
  await page.getByText(say('factorLeft', { n: 10 })).waitFor()

  const later = new Date(at.getTime() + 60_000)
  house.setClock(later)
  for (const code of [shownAt(secret, later), recovery]) {
    await button(say('devicesEndAll')).click()
    await page.getByRole('heading', { name: say('signInTitle') }).waitFor()
    await page.getByLabel(say('signInName'), { exact: true }).fill('guard')
    await page.getByLabel(say('signInPassword'), { exact: true }).fill(PASSWORD)
    await button(say('signIn')).click()
    await page.getByLabel(say('codeLabel'), { exact: true }).fill('000000000')
    await button(say('signIn')).click()
    await page.getByRole('alert').waitFor()
    await sound('wrong code')
    await page.getByLabel(say('codeLabel'), { exact: true }).fill(code)
    await button(say('signIn')).click()
    await page.getByRole('heading', { level: 1, name: say('signInTitle') }).waitFor({ state: 'detached' })
    await go('/account')
  }
  await page.getByText(say('factorLeft', { n: 9 })).waitFor()
  expect(troubles).toEqual([])
})
