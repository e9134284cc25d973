import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeded } from '../../src/kernel/random.ts'
import { openStage, type Stage, settled, type Window } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { causes, countySheet, furtherPlaces, HEADINGS, statuses } from '../support/county.ts'
import type { Person, TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said } from '../support/screen-texts.ts'

/** The list of households: what its address promises, and what stays when language and colours change. */
let house: TestHouse
let stage: Stage
let officer: Person
let window: Window
const zh = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)
const STEPS = 25
const SEED = Number(process.env.FOURBEAMS_SEED ?? 20160824)
/** A township with villages of its own, whose officer sees nothing of the rest of the county. */
const ownTownship = '520123102'

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county)
  await importAs(house, officer, lines([HEADINGS, ...countySheet(90)]))
  stage = await openStage(house)
  window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440, height: 2000 }, officer)
})

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

type Seen = { url: string; count: string; rows: string[] }

/** What a person sees of the list: how many households, and which ones stand on the screen in which order. */
async function seen(page: Page): Promise<Seen> {
  await settled(page)
  const rows = await page.locator('[data-row-link]').evaluateAll((links) => links.map((a) => a.getAttribute('href')!))
  const count = await page.locator('header, main').locator('h1').first().locator('xpath=..').textContent()
  const { pathname, search } = new URL(page.url())
  return { url: pathname + search, count: count ?? '', rows }
}

/** One step somebody may take next, drawn by seed; each changes the address. */
async function step(page: Page, random: () => number): Promise<string> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const chips = page.getByRole('list', { name: zh('filters') }).getByRole('button')
  const ways = ['status', 'cause', 'place', 'size', 'text', ...((await chips.count()) > 0 ? ['drop', 'drop'] : [])]
  const way = pick(ways)
  const before = page.url()
  if (way === 'drop') {
    await chips.nth(Math.floor(random() * (await chips.count()))).click()
  } else if (way === 'place') {
    const places = page.getByRole('treeitem')
    const free: number[] = []
    for (let at = 0; at < (await places.count()); at++) {
      if ((await places.nth(at).getAttribute('aria-selected')) !== 'true') free.push(at)
    }
    await places.nth(pick(free)).click()
  } else if (way === 'text') {
    const field = page.getByRole('searchbox', { name: zh('search.label') })
    await field.fill((await field.inputValue()) === '' ? pick(['王', 'li', 'zh', 'X00', '明']) : '')
  } else {
    await page.getByRole('button', { name: zh('filter.add'), exact: true }).click()
    const menu = page.getByRole('dialog')
    if (way === 'size') {
      const from = menu.getByLabel(zh('filter.size-from'))
      const wanted = pick(['1', '2', '3', '4'].filter((size) => !before.includes(`sizeFrom=${size}`)))
      await from.fill(wanted)
      await from.press('Enter')
    } else {
      await menu
        .getByRole('group', { name: zh(`filter.${way}`), exact: true })
        .getByRole('checkbox', { name: pick(way === 'status' ? statuses : causes), exact: true })
        .click()
    }
    await page.waitForURL((url) => url.href !== before)
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
    return way
  }
  await page.waitForURL((url) => url.href !== before)
  return way
}

describe('the address of the list', () => {
  const trail: Seen[] = []

  it(`is all of the list: ${STEPS} random steps, each shown again by its address alone`, async () => {
    const random = seeded(SEED)
    const { page, go, troubles } = window
    const other = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440, height: 2000 }, officer)
    await go('/register')
    trail.push(await seen(page))
    const ways: string[] = []
    for (let at = 0; at < STEPS; at++) {
      ways.push(await step(page, random))
      const now = await seen(page)
      await other.page.goto(now.url)
      expect(await seen(other.page), `after ${ways.join(', ')} (seed ${SEED})`).toEqual(now)
      trail.push(now)
    }
    expect([...troubles, ...other.troubles]).toEqual([])
    await other.context.close()
    const different = new Set(trail.map(({ rows }) => rows.join())).size
    expect(different).toBeGreaterThan(5)
    console.log(`${STEPS} steps (${ways.join(' ')}): ${different} different lists`)
  }, 120_000)

  it('is restored step by step by Back', async () => {
    for (const before of trail.slice(0, -1).reverse()) {
      await window.page.goBack()
      expect(await seen(window.page)).toEqual(before)
    }
  }, 60_000)

  it('shows somebody else only what lies in her place', async () => {
    const colleague = await house.person('township_officer', ownTownship)
    const { households } = (await colleague.get('/api/households?limit=100')).body
    const own = new Set(households.map(({ id }: { id: number }) => `/register/${id}`))
    expect(own.size).toBeGreaterThan(10)
    const { page, context } = await stage.open(
      { language: 'zh-CN', scheme: 'light', width: 1440, height: 2000 },
      colleague,
    )
    let shown = 0
    for (const { url } of trail) {
      await page.goto(url)
      const { rows } = await seen(page)
      expect(rows.filter((row) => !own.has(row))).toEqual([])
      shown += rows.length
    }
    expect(shown).toBeGreaterThan(0)
    await context.close()
    console.log(`${trail.length} addresses of the county in a township: ${shown} rows, none of elsewhere`)
  }, 60_000)
})

describe('the screen', () => {
  it('stays where it is when language and colours change', async () => {
    const { page, go } = window
    await go('/register?status=poor&text=w')
    const before = await seen(page)
    await page
      .getByRole('banner')
      .getByRole('button', { name: /^English/ })
      .click()
    await page.getByRole('heading', { level: 1, name: said('en', 'register.title') }).waitFor()
    const english = await seen(page)
    expect([english.url, english.rows]).toEqual([before.url, before.rows])
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.getByRole('button', { name: said('en', 'display'), exact: true }).click()
    await page.getByText(said('en', 'coloursDark'), { exact: true }).click()
    const dark = page.locator('html[data-mantine-color-scheme=dark]')
    await dark.waitFor()
    const inDark = await seen(page)
    expect([inDark.url, inDark.rows]).toEqual([before.url, before.rows])
    await page.getByRole('button', { name: /^中文/ }).click()
    await page.getByRole('heading', { level: 1, name: zh('register.title') }).waitFor()
    expect(await seen(page)).toEqual(before)
  })

  it('draws every Chinese character with the font that it brings', async () => {
    const { page, go } = window
    await go('/register')
    const drawn = await page.evaluate<{
      family: string
      local: boolean
      all: number
      missing: string[]
    }>(`(async () => {
      const text = [...new Set(document.body.innerText.match(/\\p{Script=Han}/gu))].filter((sign) => sign < '\\ua000')
      const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
      const draw = (sign, family) => {
        pen.canvas.width = pen.canvas.height = 40
        pen.font = '30px ' + family
        pen.fillText(sign, 2, 32)
        return pen.getImageData(0, 0, 40, 40).data.join()
      }
      // The browser has no Chinese font of its own: without ours every character is the same empty box.
      const local = draw('贫', 'sans-serif') !== draw('困', 'sans-serif')
      const family = getComputedStyle(document.body).fontFamily
      await document.fonts.load('400 30px ' + family, text.join(''))
      const box = draw('\\ue000', 'sans-serif')
      const missing = text.filter((sign) => !document.fonts.check('400 30px ' + family, sign) || draw(sign, family) === box)
      return { family, local, all: text.length, missing }
    })()`)
    expect(drawn.family).toContain('Noto Sans SC')
    expect(drawn.all).toBeGreaterThan(100)
    expect(drawn.missing).toEqual([])
    if (!drawn.local) console.log(`${drawn.all} Chinese characters drawn by the bundled font, none by the system`)
  })
})
