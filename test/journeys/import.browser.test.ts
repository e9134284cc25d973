import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStage, type Stage, settled, type Window } from '../support/browser.ts'
import { county, openChinaHouse, outside } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import { PASSWORD, type Person, type TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { keyboardOf } from '../support/keyboard.ts'
import { said } from '../support/screen-texts.ts'
import { readSheet } from '../support/spreadsheets.ts'

/**
 * The main job from signing in to undoing, by keyboard alone, in the officer's language: a workbook with good rows,
 * bad ones, rows that are known already and one whose number somebody else has.
 */
let house: TestHouse
let stage: Stage
let officer: Person
let window: Window
const folder = mkdtempSync(join(tmpdir(), 'fourbeams-journey-'))
const zh = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county, 'officer')
  await importAs(house, officer, lines([HEADINGS, ...countySheet(4)]))
  await house.jobs.startWorker()
  stage = await openStage(house)
  window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, undefined, { acceptDownloads: true })
})

afterAll(async () => {
  await stage?.close()
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The sheet of the journey: 4 households known already, 20 new ones of which two are spoilt, one with a known number. */
function sheet() {
  const known = countySheet(4)
  const all = countySheet(24)
  const fresh = all.slice(known.length)
  const heads = fresh.flatMap((row, at) => (row[3] === '户主' ? [at] : []))
  const sizeOf = (number: string) => fresh.filter((row) => row[1] === number).length
  const checksum = fresh[heads[2]!]!
  checksum[4] = `${checksum[4]!.slice(0, 17)}${checksum[4]!.endsWith('1') ? '2' : '1'}`
  const foreign = fresh[heads[5]!]!
  for (const row of fresh) if (row[1] === foreign[1]) row[0] = outside
  const twin = fresh[heads[7]!]!
  twin[4] = known[0]![4]!
  const bad = sizeOf(checksum[1]!) + sizeOf(foreign[1]!)
  const held = sizeOf(twin[1]!)
  return {
    rows: [...known, ...fresh],
    numberOfGood: fresh[heads[0]!]![1]!,
    nameOfGood: fresh[heads[0]!]![2]!,
    sizeOfGood: sizeOf(fresh[heads[0]!]![1]!),
    expected: { read: all.length, bad, skipped: known.length + held, good: fresh.length - bad - held },
    households: { good: 24 - 4 - 3, registered: 4 },
    spoilt: [checksum[4]!, foreign[1]!],
  }
}

async function workbook(rows: readonly string[][]): Promise<string> {
  const book = new ExcelJS.Workbook()
  const page = book.addWorksheet('贫困户')
  page.addRow(HEADINGS)
  for (const row of rows) page.addRow(row)
  const path = join(folder, '贫困户信息.xlsx')
  await book.xlsx.writeFile(path)
  return path
}

it('a clerk brings a workbook in and takes it back, without a mouse', async () => {
  const { rows, numberOfGood, nameOfGood, sizeOfGood, expected, households, spoilt } = sheet()
  const path = await workbook(rows)
  const { page, troubles, go } = window
  const hands = keyboardOf(page)
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  await go('/sign-in')
  await hands.type(page.getByLabel(zh('signInName')), officer.login)
  await hands.type(page.locator('input[name=password]'), PASSWORD)
  await hands.press('Enter')
  await page.waitForURL('/')
  await settled(page)

  await hands.enter(
    page
      .getByRole('navigation')
      .getByRole('link', { name: zh('imports') })
      .first(),
  )
  await page.waitForURL('/imports')
  await settled(page)
  await hands.tabTo(page.locator('input[type=file]'))
  const choosing = page.waitForEvent('filechooser')
  await hands.press('Space')
  await (await choosing).setFiles(path)
  await page.waitForURL(/\/imports\/\d+$/)
  await settled(page)

  // Every heading of the form was recognised: nothing is left to choose, only the reason to give.
  expect(await page.getByText(zh('mapping.summary', { all: 12, used: 12, left: 0 })).count()).toBe(1)
  await hands.type(page.getByLabel(zh('mapping.why'), { exact: true }), '二〇三一年入户调查')
  await hands.enter(button(zh('mapping.check', { n: 12 })))

  const start = button(zh('result.start', { n: households.good }))
  await start.waitFor()
  await settled(page)
  const counts = zh('result.bar', expected)
  expect(expected.read).toBe(expected.good + expected.bad + expected.skipped)
  expect(await page.getByRole('img', { name: counts }).count()).toBe(1)
  expect(await page.getByRole('heading', { name: zh('held.title') }).count()).toBe(1)
  await hands.enter(start)

  await page.getByRole('heading', { name: zh('done.title', { n: households.good }) }).waitFor()
  await settled(page)
  const downloading = page.waitForEvent('download')
  await hands.enter(page.getByRole('link', { name: zh('faults.sheet'), exact: true }))
  const errors = join(folder, 'errors.xlsx')
  await (await downloading).saveAs(errors)
  const back = await readSheet(errors)
  const cells = back.rows.map((row) => row.join('\t'))
  for (const own of spoilt) expect(cells.some((row) => row.includes(own))).toBe(true)
  expect(cells.some((row) => row.includes(numberOfGood))).toBe(false)
  expect(back.rows.filter((row) => row.some((cell) => /^X\d{4}$/.test(cell)))).toHaveLength(expected.bad)

  await hands.enter(page.getByRole('link', { name: zh('done.see'), exact: true }))
  await page.waitForURL(/\/register/)
  await settled(page)
  const total = households.registered + households.good
  expect(await page.getByText(zh('count.households', { n: total }), { exact: true }).count()).toBeGreaterThan(0)
  await hands.press('/')
  await page.keyboard.insertText(numberOfGood)
  await page.waitForURL(/text=/)
  await settled(page)
  await hands.enter(page.getByRole('link', { name: nameOfGood }))
  await page.waitForURL(/\/register\/\d+/)
  await settled(page)
  // Between two loads a page is still for a moment: the card is there when its name is.
  await page.locator('h1').filter({ hasText: nameOfGood }).waitFor()
  expect(await page.locator('h1').textContent()).toContain(nameOfGood)
  const members = page.getByRole('table', { name: zh('card.members-now') })
  expect(await members.getByRole('row').filter({ hasText: /\d{4}/ }).count()).toBeGreaterThanOrEqual(sizeOfGood)
  expect(await page.getByText('二〇三一年入户调查').count()).toBe(1)

  await page.goBack()
  await settled(page)
  await hands.enter(
    page
      .getByRole('navigation')
      .getByRole('link', { name: zh('imports') })
      .first(),
  )
  await page.waitForURL('/imports')
  await settled(page)
  await hands.enter(page.getByRole('link', { name: '贫困户信息.xlsx' }).first())
  await page.waitForURL(/\/imports\/\d+$/)
  await settled(page)
  await hands.enter(button(zh('undo.button')))
  const dialog = page.getByRole('dialog')
  await hands.type(dialog.getByLabel(zh('reason')), '文件发错')
  await hands.enter(dialog.getByRole('button', { name: zh('undo.go', { n: households.good }) }))
  await page.getByRole('heading', { name: zh('undone.title') }).waitFor()
  await settled(page)

  const left = (await officer.get('/api/households/count')).body
  expect(left.count).toBe(households.registered)
  expect(troubles).toEqual([])
  expect(hands.pressed()).toBeLessThan(500)
  console.log(`import by keyboard: ${hands.pressed()} presses`)
}, 90_000)
