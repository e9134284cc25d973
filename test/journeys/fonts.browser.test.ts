import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStage, type Stage, type Window } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import type { Person, TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'

/** The font of both scripts: a first page brings little of it, and no character of any page lacks it. */
const MOST = 300 * 1024
/** A name of characters that stand in no text of the app: 喆 and 堃 are common in names, 燊 and 昉 are not. */
const RARE = '喆堃燊昉'

let house: TestHouse
let stage: Stage
let officer: Person
let card: string

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county, 'clerk')
  const sheet = countySheet(3).map((row, index) =>
    index === 0 ? row.map((cell, at) => (HEADINGS[at] === '姓名' ? RARE : cell)) : row,
  )
  const done = await importAs(house, officer, lines([HEADINGS, ...sheet]))
  expect(done.state).toBe('done')
  const { households } = (await officer.get('/api/households?limit=10')).body
  card = `/register/${households[0].id}`
  stage = await openStage(house)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

/** A fresh window, and the bytes of fonts that it has asked for until now, by name of file. */
async function fresh(as?: Person): Promise<{ window: Window; fonts: () => Promise<Map<string, number>> }> {
  const window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, as)
  const reading: Promise<[string, number]>[] = []
  window.page.on('response', (response) => {
    if (response.request().resourceType() !== 'font') return
    const name = new URL(response.url()).pathname.split('/').at(-1)!
    reading.push(response.body().then((body) => [name, body.length]))
  })
  return { window, fonts: async () => new Map(await Promise.all(reading)) }
}

/** Texts of the page that are drawn, wholly or in part, in a font of the machine instead of ours. */
async function inOtherFonts(page: Page): Promise<string[]> {
  const browser = await page.context().newCDPSession(page)
  await browser.send('DOM.enable')
  await browser.send('CSS.enable')
  const { root } = await browser.send('DOM.getDocument', { depth: 1 })
  const { nodeIds } = await browser.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'body *' })
  const found: string[] = []
  let ours = 0
  for (const nodeId of nodeIds) {
    const { fonts } = await browser.send('CSS.getPlatformFontsForNode', { nodeId })
    ours += fonts.filter((font) => font.isCustomFont).length
    const others = fonts.filter((font) => !font.isCustomFont)
    if (others.length === 0) continue
    const { outerHTML } = await browser.send('DOM.getOuterHTML', { nodeId })
    found.push(`${others.map((font) => font.familyName).join(', ')}: ${outerHTML.slice(0, 300)}`)
  }
  expect(ours).toBeGreaterThan(5)
  return found
}

it.each([
  ['the sign-in page', '/sign-in', false],
  ['the first page after it', '/', true],
] as const)('%s loads at most 300 KB of fonts in Chinese', async (_what, path, signedIn) => {
  const { window, fonts } = await fresh(signedIn ? officer : undefined)
  await window.go(path)
  const loaded = await fonts()
  const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0)
  console.log(`${path}: ${loaded.size} fonts, ${(bytes / 1024).toFixed(1)} KB: ${[...loaded.keys()].join(' ')}`)
  expect([...loaded.keys()].filter((name) => name.startsWith('first-')).length).toBe(2)
  expect(bytes).toBeLessThanOrEqual(MOST)
  expect(await inOtherFonts(window.page)).toEqual([])
  await window.context.close()
})

it('draws a name of rare characters in the same font, from the pieces that hold them', async () => {
  const { window, fonts } = await fresh(officer)
  await window.go(card)
  await expect.poll(() => window.page.getByText(RARE).count()).toBeGreaterThan(0)
  expect([...(await fonts()).keys()].filter((name) => name.startsWith('noto-sans-sc-')).length).toBeGreaterThan(2)
  expect(await inOtherFonts(window.page)).toEqual([])
  await window.context.close()
})
