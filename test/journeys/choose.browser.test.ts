import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStage, type Stage, settled, type Window } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import type { TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said } from '../support/screen-texts.ts'

/** Households ticked in a list, a view that is kept and opened again, and the palette. */
let house: TestHouse
let stage: Stage
let window: Window
const say = (key: string, values: Record<string, string | number> = {}) => said('en', key, values)

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  const officer = await house.person('county_officer', county)
  await importAs(house, officer, lines([HEADINGS, ...countySheet(40)]))
  stage = await openStage(house)
  window = await stage.open({ language: 'en', scheme: 'light', width: 1440, height: 900 }, officer)
})

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

it('keeps what is ticked while the list is cut, and exports it', { timeout: 120_000 }, async () => {
  const { page } = window
  await window.go('/register')
  await settled(page)
  const boxes = page.locator('tbody input[type=checkbox]')
  await boxes.nth(0).check()
  await boxes.nth(2).check()
  const bar = page.getByRole('status').filter({ hasText: say('select.chosen', { n: 2 }) })
  expect(await bar.count()).toBe(1)
  const href = await page.getByRole('link', { name: say('select.export-list') }).getAttribute('href')
  const ids = new URLSearchParams(href!.split('?')[1]).get('households')!.split(',')
  expect(ids).toHaveLength(2)
  const opened = page.url()
  expect(opened).toMatch(/\/register$/)
  await page.getByRole('button', { name: say('select.clear') }).click()
  expect(await bar.count()).toBe(0)
})

it('keeps a view under a name and opens it from the menu', { timeout: 120_000 }, async () => {
  const { page } = window
  await window.go('/register?sizeFrom=2')
  await settled(page)
  await page.getByRole('button', { name: say('views.title') }).click()
  await page.getByRole('menuitem', { name: say('views.save') }).click()
  await page.getByLabel(say('views.name')).fill('Two and more')
  await page.getByRole('button', { name: say('views.save-now'), exact: true }).click()
  await page
    .getByText(say('views.saved', { name: 'Two and more' }))
    .first()
    .waitFor()
  await window.go('/register')
  await settled(page)
  await page.getByRole('button', { name: say('views.title') }).click()
  await page.getByRole('menuitem', { name: 'Two and more', exact: true }).click()
  await page.waitForURL(/sizeFrom=2/)
})

it('begins an action from the palette', { timeout: 120_000 }, async () => {
  const { page } = window
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(say('actImport'))
  await page.getByRole('option', { name: say('actImport') }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/imports$/)
})
