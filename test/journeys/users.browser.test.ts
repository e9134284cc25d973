import { afterAll, beforeAll, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { openStage, type Stage, settled } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { countySheet, HEADINGS } from '../support/county.ts'
import { PASSWORD, type Person, type TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said } from '../support/screen-texts.ts'

const FRESH = '山路上有三只羊和一盏灯'
const MINUTE = 60_000

let house: TestHouse
let stage: Stage
let administrator: Person
const say = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)

beforeAll(async () => {
  house = await openChinaHouse()
  administrator = await house.person('county_administrator', county, 'administrator')
  stage = await openStage(house)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

it('an administrator proves who sits there, makes an account, and its holder chooses a password before all else', {
  timeout: 120_000,
}, async () => {
  const { page, go, troubles } = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, administrator)
  const dialog = page.getByRole('dialog', { name: say('userAdd') })
  const proof = page.getByRole('dialog', { name: say('proofTitle') })
  await go('/users')
  house.setClock(new Date(house.settings.now().getTime() + 20 * MINUTE))
  await page.getByRole('button', { name: say('userAdd'), exact: true }).click()
  await dialog.getByLabel(say('userName'), { exact: true }).fill('杨秀兰')
  await dialog.getByLabel(say('signInName'), { exact: true }).fill('yangxiulan01')
  await dialog.getByLabel(say('userRole'), { exact: true }).selectOption('county_officer')
  await dialog.getByRole('button', { name: say('userAddGo'), exact: true }).click()
  await proof.getByLabel(say('passwordPresent'), { exact: true }).fill('wrong')
  await proof.getByRole('button', { name: say('proofGoOn'), exact: true }).click()
  await proof.getByRole('alert').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await proof.getByLabel(say('passwordPresent'), { exact: true }).fill(PASSWORD)
  await proof.getByRole('button', { name: say('proofGoOn'), exact: true }).click()
  const password = (await dialog.locator('code').textContent())!
  expect(password).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
  await dialog.getByRole('button', { name: say('userPasswordDone'), exact: true }).click()
  const row = page.getByRole('row').filter({ hasText: '杨秀兰' })
  await row.getByText(say('userTemporary')).waitFor()
  expect(troubles.splice(0)).toEqual([expect.stringContaining('403'), expect.stringContaining('422')])

  const fresh = await stage.open({ language: 'zh-CN', scheme: 'dark', width: 360, height: 740 })
  await fresh.go('/sign-in')
  await fresh.page.getByLabel(say('signInName'), { exact: true }).fill('yangxiulan01')
  await fresh.page.getByLabel(say('signInPassword'), { exact: true }).fill(password)
  await fresh.page.getByRole('button', { name: say('signIn'), exact: true }).click()
  await fresh.page.getByLabel(say('passwordHanded'), { exact: true }).waitFor()
  expect(new URL(fresh.page.url()).pathname).toBe('/account')
  await settled(fresh.page)
  expect(await axeFindings(fresh.page)).toEqual([])
  fresh.troubles.length = 0
  await fresh.page.getByLabel(say('passwordHanded'), { exact: true }).fill(password)
  await fresh.page.getByLabel(say('passwordNew'), { exact: true }).fill(FRESH)
  await fresh.page.getByLabel(say('passwordAgain'), { exact: true }).fill(FRESH)
  await fresh.page.getByRole('button', { name: say('passwordSave'), exact: true }).click()
  await fresh.page.getByText(say('passwordWanted')).waitFor({ state: 'detached' })
  await fresh.go('/register')
  expect(fresh.troubles).toEqual([])

  await row.click()
  await page.getByRole('heading', { level: 1, name: say('userNamed', { name: '杨秀兰' }) }).waitFor()
  await page.getByRole('button', { name: say('userDisable'), exact: true }).click()
  await page.getByText(say('userClosed'), { exact: true }).waitFor()
  await settled(page)
  expect((await fresh.page.request.get('/api/session')).status()).toBe(401)
  await page
    .getByRole('region', { name: say('userActs') })
    .getByRole('button', { name: say('userEnable'), exact: true })
    .click()
  await page.getByText(say('userOpen'), { exact: true }).waitFor()
  await page.getByRole('button', { name: say('userResetPassword'), exact: true }).click()
  const reset = page.getByRole('dialog', { name: say('userResetPassword') })
  await reset.getByRole('button', { name: say('userResetPassword'), exact: true }).click()
  expect(await reset.locator('code').textContent()).not.toBe(password)
  await reset.getByRole('button', { name: say('userPasswordDone'), exact: true }).click()
  await page.getByText(say('userTemporary'), { exact: true }).waitFor()
  await page.getByRole('button', { name: /今天结束/ }).click()
  await page.getByRole('button', { name: say('userPostBack'), exact: true }).click()
  await page.getByRole('button', { name: /今天结束/ }).waitFor()
  expect(troubles).toEqual([])
})

it('who may read the audit sees on the card who looked at the household', { timeout: 60_000 }, async () => {
  const officer = await house.person('county_officer', county, 'clerk')
  await importAs(house, officer, lines([HEADINGS, ...countySheet(3)]))
  const [{ id }] = (await officer.get('/api/households?limit=1')).body.households
  await officer.get(`/api/households/${id}`)
  await officer.send('POST', `/api/households/${id}/reveal`, { why: '核对银行账户' })
  const auditor = await house.person('auditor', '0', 'auditor')
  for (const look of [
    { language: 'zh-CN', scheme: 'light', width: 1440 },
    { language: 'zh-CN', scheme: 'dark', width: 360, height: 740 },
  ] as const) {
    const { page, go, troubles } = await stage.open(look, auditor)
    await go(`/register/${id}${look.width < 720 ? '?tab=access' : ''}`)
    const section = page.getByRole('region', { name: say('access.title') })
    await section.getByText('核对银行账户').waitFor()
    expect(await section.getByRole('listitem').count()).toBeGreaterThanOrEqual(3)
    expect(await axeFindings(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width)
    expect(troubles).toEqual([])
  }
  const { page, go } = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, officer)
  await go(`/register/${id}`)
  expect(await page.getByRole('region', { name: say('access.title') }).count()).toBe(0)
})
