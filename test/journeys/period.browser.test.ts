import { writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { openStage, type Stage, settled } from '../support/browser.ts'
import { county, openChinaHouse, village } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import { type Person, signIn, type TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said, untranslated } from '../support/screen-texts.ts'

/** A round of the yearly update on the screen: opened, seen by place, done for one household, closed. */
let house: TestHouse
let stage: Stage
let officer: Person
const zh = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county)
  const cadre = await house.person('village_cadre', village, 'cadre')
  expect(cadre.login).toBe('cadre')
  await importAs(house, officer, lines([HEADINGS, ...countySheet(24)]), { why: '入户调查' })
  house.setClock(new Date('2032-10-08T02:00:00Z'))
  officer = await signIn(house.http, officer.login)
  stage = await openStage(house)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

const shots = async (page: Page, name: string) => {
  if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/${name}.png`, await page.screenshot({ fullPage: true }))
}
const sound = async (page: Page) => {
  expect(await axeFindings(page)).toEqual([])
  expect(await untranslated(page, 'zh-CN')).toEqual([])
}
const button = (page: Page, key: string, values: Record<string, string> = {}) =>
  page.getByRole('button', { name: zh(key, values), exact: true })

it('a county opens the year, and the progress of each place stands beside its name', async () => {
  const { page, go, troubles, context } = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, officer)
  await page.clock.setFixedTime(house.settings.now())
  await go('/periods')
  await page.getByText(zh('periods.none'), { exact: true }).waitFor()
  await button(page, 'periods.open-button').click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByLabel(zh('periods.period')).inputValue()).toBe('2032')
  await dialog.getByRole('textbox', { name: zh('period.why'), exact: true }).fill('2032年度动态管理')
  await shots(page, 'open-1440')
  await dialog.getByRole('button', { name: zh('periods.open-button'), exact: true }).click()
  await page.getByText(zh('period.opened'), { exact: true }).waitFor()
  await settled(page)
  await sound(page)
  await shots(page, 'progress-1440')
  expect(await page.getByRole('row').count()).toBeGreaterThan(2)
  await page.getByRole('table').getByRole('link').first().click()
  await settled(page)
  expect(new URL(page.url()).searchParams.get('place')).not.toBeNull()
  expect(troubles).toEqual([])
  await context.close()
})

it.for([1440, 360])(
  'a household is brought up to date beside last year’s values, asked about what tripled, %i px',
  async (width) => {
    const { body: opened } = await officer.get('/api/periods')
    const id = opened.periods[0].id
    const { body: before } = await officer.get(`/api/periods/${id}`)
    const { page, go, troubles, context } = await stage.open({ language: 'zh-CN', scheme: 'light', width }, officer)
    await page.clock.setFixedTime(house.settings.now())
    await go(`/periods/${id}?tab=due`)
    await shots(page, `due-${width}`)
    await sound(page)
    await page.locator('[data-row-link]').first().click()
    await page.waitForURL(/\/update\/2032$/)
    await settled(page)
    await shots(page, `update-${width}`)
    await sound(page)
    const household = Number(/register\/(\d+)\//.exec(page.url())![1])
    const { body: card } = await officer.get(`/api/households/${household}`)
    const wage = page.getByRole('textbox', { name: /工资性收入/ })
    await wage.fill('98765.4')
    await page.getByText(zh('update.changed'), { exact: true }).waitFor()
    await button(page, 'update.check').click()
    await page.getByText(zh('update.asks'), { exact: true }).waitFor()
    await shots(page, `check-${width}`)
    await sound(page)
    const save = button(page, 'update.save', { period: '2032' })
    expect(await save.isDisabled()).toBe(true)
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await save.click()
    await settled(page)
    await shots(page, `saved-${width}`)
    await page.waitForURL(/tab=due/)
    await settled(page)
    const { body: after } = await officer.get(`/api/households/${household}`)
    expect([after.period, after.facts.income_wage]).toEqual(['2032', 9_876_540])
    expect({ ...after.facts, income_wage: 0, income_net: 0, income_per_head: 0 }).toEqual({
      ...card.facts,
      income_wage: 0,
      income_net: 0,
      income_per_head: 0,
    })
    const { body: now } = await officer.get(`/api/periods/${id}`)
    expect([now.done, now.due]).toEqual([before.done + 1, before.due - 1])
    expect(troubles).toEqual([])
    await context.close()
  },
)

it('who does it; and the card of a village, filled for the first time and shown with its history', async () => {
  const opening = { form: 'village', period: '2032', why: '村表采集' }
  expect((await officer.send('POST', '/api/periods', opening)).status).toBe(200)
  const { body } = await officer.get('/api/periods?form=household')
  const { page, go, troubles, context } = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, officer)
  await page.clock.setFixedTime(house.settings.now())
  await go(`/periods/${body.periods[0].id}?tab=workers`)
  await page.getByRole('link', { name: 'cadre', exact: true }).waitFor()
  await shots(page, 'workers-1440')
  await sound(page)
  await go(`/places/${village}/card/village`)
  await sound(page)
  await page.getByRole('link', { name: zh('place-card.fill', { period: '2032' }), exact: true }).click()
  await page.waitForURL(/\/update\/2032$/)
  await settled(page)
  await page.getByRole('textbox', { name: /总户数/ }).fill('210')
  await page.getByRole('textbox', { name: /^A4 贫困户数/ }).fill('211')
  await shots(page, 'village-fill-1440')
  await button(page, 'update.check').click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('textbox', { name: /^A4 贫困户数/ }).fill('61')
  await button(page, 'update.check').click()
  await button(page, 'update.save', { period: '2032' }).click()
  await page.waitForURL(/card\/village$/)
  await settled(page)
  await page.getByText(zh('place-card.first'), { exact: false }).waitFor()
  await shots(page, 'village-1440')
  await sound(page)
  expect(troubles.filter((one) => !one.includes(' 422 '))).toEqual([])
  await context.close()
})

it('closing says how many are left, and then nothing is taken any more', async () => {
  const { body } = await officer.get('/api/periods?form=household')
  const { page, go, context } = await stage.open({ language: 'zh-CN', scheme: 'dark', width: 360 }, officer)
  await page.clock.setFixedTime(house.settings.now())
  await go(`/periods/${body.periods[0].id}`)
  await shots(page, 'progress-360')
  await button(page, 'period.close').click()
  await page.getByRole('dialog').getByRole('textbox').fill('本年度工作结束')
  await shots(page, 'close-360')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: zh('period.close'), exact: true })
    .click()
  await page.getByText(zh('period.closed-toast'), { exact: true }).waitFor()
  await settled(page)
  await sound(page)
  expect((await officer.get(`/api/periods/${body.periods[0].id}`)).body.state).toBe('closed')
  await context.close()
})
