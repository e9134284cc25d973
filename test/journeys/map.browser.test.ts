import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage, settled, type Window } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import type { Person, TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said } from '../support/screen-texts.ts'

/** The map and its table: the same numbers, deeper by pressing, back by the browser, and the table alone where no map can be drawn. */
let house: TestHouse
let stage: Stage
let officer: Person
const zh = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)
const look = { language: 'zh-CN', scheme: 'light', width: 1440 } as const

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county)
  await importAs(house, officer, lines([HEADINGS, ...countySheet(90)]))
  stage = await openStage(house)
})

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

const names = ({ page }: Window) => page.locator('tbody th').allTextContents()

/** The colours in the middle of the map: none where nothing was drawn. */
const drawn = ({ page }: Window) =>
  page.evaluate<number>(`(() => {
    const from = document.querySelector('canvas')
    const to = document.createElement('canvas')
    to.width = to.height = 64
    const pen = to.getContext('2d')
    return new Promise((resolve) => requestAnimationFrame(() => {
      pen.drawImage(from, 0, 0, 64, 64)
      resolve(new Set(new Uint32Array(pen.getImageData(0, 0, 64, 64).data.buffer)).size)
    }))
  })()`)

describe('the map', () => {
  it('begins at the own place and says what the API counts', async () => {
    const window = await stage.open(look, officer)
    await window.go('/map')
    const { body } = await officer.get('/api/map')
    expect(body.place.households).toBe(90)
    expect(await names(window)).toEqual(body.children.map(({ name }: { name: string }) => name))
    const values = await window.page.locator('tbody td:nth-child(2)').allTextContents()
    expect(values).toEqual(body.children.map(({ households }: { households: number }) => String(households)))
    await expect.poll(() => window.page.locator('canvas').count()).toBe(1)
    expect(await drawn(window)).toBeGreaterThanOrEqual(1)
    expect(window.troubles).toEqual([])
    await window.context.close()
  })

  it('goes deeper when a place is pressed, on the map and in the table, and back with the browser', async () => {
    const window = await stage.open(look, officer)
    const { page } = window
    await window.go('/map?measure=share&status=poor')
    const top = await names(window)
    const canvas = (await page.locator('canvas').boundingBox())!
    await page.mouse.move(canvas.x + canvas.width / 2 - 60, canvas.y + canvas.height / 2)
    await page.mouse.click(canvas.x + canvas.width / 2 - 60, canvas.y + canvas.height / 2)
    await page.waitForURL(/place=\d{9}/)
    expect(page.url()).toContain('measure=share')
    await settled(page)
    const below = await names(window)
    expect(below).not.toEqual(top)
    await page.goBack()
    await expect.poll(() => names(window)).toEqual(top)
    await page.locator('tbody th a').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/place=\d{9}/)
    await settled(page)
    await page
      .getByRole('link', { name: zh('map.list') })
      .first()
      .click()
    await page.waitForURL(/\/register\?place=\d{12}/)
    expect(page.url()).toContain('status=poor')
    expect(window.troubles).toEqual([])
    await window.context.close()
  })

  it('sorts by what is pressed, largest first, and keeps it in the address', async () => {
    const window = await stage.open(look, officer)
    const { page } = window
    await window.go('/map?place=520123101')
    await page.getByRole('button', { name: zh('map.measure.households') }).click()
    await page.waitForURL(/sort=-value/)
    const values = (await page.locator('tbody td:nth-child(2)').allTextContents()).map(Number)
    expect(values.length).toBeGreaterThan(2)
    expect(values).toEqual([...values].sort((a, b) => b - a))
    expect(await page.locator('th[aria-sort="descending"]').count()).toBe(1)
    await window.context.close()
  })

  it('is saved as a picture', async () => {
    const window = await stage.open(look, officer)
    await window.go('/map')
    const coming = window.page.waitForEvent('download')
    await window.page.getByRole('button', { name: zh('map.picture') }).click()
    const download = await coming
    expect(download.suggestedFilename()).toMatch(/^修文县.*\.png$/)
    const picture = readFileSync(await download.path())
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1600, 1200])
    expect(picture.length).toBeGreaterThan(20_000)
    await window.context.close()
  })

  it('is the table alone where the browser cannot draw it', async () => {
    const window = await stage.open(look, officer)
    await window.context.addInitScript(`
      const before = HTMLCanvasElement.prototype.getContext
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return /^webgl/.test(kind) ? null : before.call(this, kind, ...more)
      }`)
    const scripts: string[] = []
    window.page.on('request', (request) => scripts.push(request.url()))
    await window.go('/map')
    await window.page.getByText(zh('map.no-webgl')).waitFor()
    expect(await window.page.locator('canvas').count()).toBe(0)
    expect((await names(window)).length).toBeGreaterThan(1)
    expect(scripts.filter((url) => /maplibre/.test(url))).toEqual([])
    expect(window.troubles).toEqual([])
    await window.context.close()
  })
})
