import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { HEADINGS as badHeadings, cases, household } from '../support/bad-rows.ts'
import { type Look, openStage, type Stage, settled, type Window } from '../support/browser.ts'
import { county, openChinaHouse, village } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import type { Person, TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said, untranslated } from '../support/screen-texts.ts'

/**
 * Every page, in both languages, both colour schemes and on both widths (each pair of them), held against what must be
 * so on every page: axe finds nothing, nothing scrolls sideways, everything is said in the language of the screen, and
 * nothing is refused by the content policy or fails behind the screen.
 */
let house: TestHouse
let stage: Stage
let officer: Person
let administrator: Person
const paths: Record<string, string> = {}
const counts = { views: 0, findings: 0 }

const looks: Look[] = [
  { language: 'zh-CN', scheme: 'light', width: 1440 },
  { language: 'en', scheme: 'dark', width: 1440 },
  { language: 'zh-CN', scheme: 'dark', width: 360, height: 740 },
  { language: 'en', scheme: 'light', width: 360, height: 740 },
]

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county, 'clerk')
  administrator = await house.person('county_administrator', county, 'administrator')
  const done = await importAs(house, officer, lines([HEADINGS, ...countySheet(60)]), { why: '2031年入户调查' })
  const bad = cases
    .slice(0, 12)
    .flatMap(({ head, spouse }, index) => {
      const [first, second] = household(`B${index}`)
      return [
        { ...first, ...head },
        { ...second, ...spouse },
      ]
    })
    .map((row) => badHeadings.map((heading) => (row as Record<string, string>)[heading] ?? ''))
  const held = countySheet(1).map((row) => row.map((cell, at) => (at === 1 ? 'Y0001' : cell)))
  const sheet = lines([HEADINGS, ...countySheet(62).slice(-8), ...held])
  const checked = await importAs(house, officer, sheet, {
    start: false,
    fileName: '第二批贫困户信息采集表（修文县）.csv',
  })
  const refused = await importAs(house, officer, lines([badHeadings, ...bad]))
  const uploaded = await officer.upload('/api/imports', 'third.csv', lines([HEADINGS, ...countySheet(3, 9)]))
  const { households } = (await officer.get('/api/households?limit=10')).body
  const year = '2031'
  const [opened] = await Promise.all(
    ['household', 'village'].map((form) =>
      officer.send('POST', '/api/periods', { form, period: year, why: '年度更新' }),
    ),
  )
  Object.assign(paths, {
    period: `/periods/${opened!.body.id}`,
    update: `/register/${households[3].id}/update/${year}`,
    village: `/places/${village}/card/village`,
    card: `/register/${households[3].id}`,
    user: `/users/${(await administrator.get('/api/users?text=clerk')).body.users[0].account}`,
    mapping: `/imports/${uploaded.body.id}`,
    checked: `/imports/${checked.id}`,
    refused: `/imports/${refused.id}`,
    done: `/imports/${done.id}`,
  })
  expect(done.state).toBe('done')
  expect(checked.counts.heldHouseholds).toBeGreaterThan(0)
  await house.jobs.startWorker()
  stage = await openStage(house)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

/** Something that opens on a page, and the widths on which there is one. */
type Opening = {
  what: string
  act: (page: Page, look: Look) => Promise<void>
  on?: 'wide' | 'narrow'
  /** How it is left, where Escape does not. */
  leave?: (page: Page, look: Look) => Promise<void>
}
type View = { path: () => string; open?: Opening[]; by?: 'nobody' | 'administrator' }

/** Presses the button with the text, and waits for what it opens. */
const press = (key: string, on?: 'wide' | 'narrow', values: Record<string, string> = {}): Opening => ({
  what: key,
  ...(on && { on }),
  async act(page, { language }) {
    await page.getByRole('button', { name: said(language, key, values), exact: true }).click()
    await page.getByRole('dialog').or(page.getByRole('menu')).first().waitFor()
  },
})
const pressEscape = async (page: Page) => {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').or(page.getByRole('menu')).first().waitFor({ state: 'detached' })
}

const search: Opening = {
  what: 'search',
  async act(page) {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('wang')
    await page.getByRole('option').first().waitFor()
  },
}
const keys: Opening = {
  what: 'keys',
  async act(page) {
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
  },
}

const views: Record<string, View> = {
  'sign-in': { path: () => '/sign-in', by: 'nobody' },
  home: {
    path: () => '/',
    open: [
      search,
      keys,
      press('accountOf', undefined, { name: 'clerk' }),
      press('display', 'wide'),
      press('more', 'narrow'),
    ],
  },
  register: {
    path: () => '/register?columns=water_area,house_area',
    open: [
      press('filter.add'),
      press('columns'),
      press('export.open'),
      press('print.place-button'),
      press('tree.now', 'narrow', { name: '修文县' }),
    ],
  },
  'nothing fits': { path: () => '/register?text=zzzz' },
  'half-understood address': { path: () => '/register?status=nobody&caste=3' },
  card: {
    path: () => paths.card!,
    open: [press('reveal.button'), press('change.button'), press('past.button'), press('print.button')],
  },
  'card of the past': { path: () => `${paths.card}?asOf=${house.settings.now().toISOString().slice(0, 10)}` },
  'history of a card': { path: () => `${paths.card}?tab=history` },
  places: { path: () => '/places' },
  map: { path: () => '/map' },
  'map of a share': { path: () => `/map?place=${county}101&measure=share&status=poor&sort=-value&classes=equal` },
  'map below a village': { path: () => '/map?place=520123101201' },
  periods: { path: () => '/periods', open: [press('periods.open-button')] },
  period: { path: () => paths.period!, open: [press('period.close')] },
  'who is due': { path: () => `${paths.period}?tab=due` },
  'who does it': { path: () => `${paths.period}?tab=workers` },
  'update of a household': { path: () => paths.update! },
  'card of a village': { path: () => paths.village! },
  'first facts of a village': { path: () => `${paths.village}/update/2031` },
  imports: { path: () => '/imports' },
  mapping: { path: () => paths.mapping! },
  checked: { path: () => paths.checked! },
  refused: { path: () => paths.refused! },
  done: { path: () => paths.done!, open: [press('undo.button')] },
  jobs: { path: () => '/jobs', open: [press('jobsButton')] },
  dictionary: { path: () => '/dictionary' },
  reference: { path: () => '/reference' },
  account: { path: () => '/account' },
  'another password': {
    path: () => '/account',
    open: [
      {
        what: 'form',
        async act(page, { language }) {
          await page.getByRole('button', { name: said(language, 'passwordChange'), exact: true }).click()
          await page.getByLabel(said(language, 'passwordPresent'), { exact: true }).waitFor()
        },
        leave: async (page, { language }) =>
          page.getByRole('button', { name: said(language, 'cancel'), exact: true }).click(),
      },
    ],
  },
  users: {
    path: () => '/users',
    by: 'administrator',
    open: [press('userAdd'), press('usersPlaceNow', 'narrow', { place: '修文县' })],
  },
  'nobody fits': { path: () => '/users?text=zzzz&state=ended', by: 'administrator' },
  user: { path: () => paths.user!, by: 'administrator', open: [press('userPostAdd'), press('userResetPassword')] },
  'not found': { path: () => '/nowhere' },
}

async function look(window: Window, { language, width }: Look): Promise<string[]> {
  const { page } = window
  const faults = (await axeFindings(page)).map((finding) => `axe ${finding}`)
  const [wide, inner] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]')
  if (wide > inner) faults.push(`scrolls sideways: ${wide} px on ${width}`)
  for (const text of await untranslated(page, language)) faults.push(`not in ${language}: ${text}`)
  const heading = (await page.locator('h1').first().textContent()) ?? ''
  if (language === 'zh-CN') {
    for (const title of [heading, await page.title()]) {
      if (!/\p{Script=Han}/u.test(title)) faults.push(`title without a Chinese character: ${title}`)
    }
  }
  faults.push(...window.troubles.splice(0))
  counts.views++
  counts.findings += faults.length
  return faults
}

describe.for(looks)('every page in $language, $scheme, $width px', (how) => {
  let window: Window
  let stranger: Window
  let other: Window
  beforeAll(async () => {
    window = await stage.open(how, officer)
    stranger = await stage.open(how)
    other = await stage.open(how, administrator)
  })
  afterAll(async () => {
    await window?.context.close()
    await stranger?.context.close()
    await other?.context.close()
    console.log(`${counts.views} views looked at, ${counts.findings} findings`)
  })

  it.for(Object.keys(views))('%s', async (name) => {
    const { path, open = [], by } = views[name]!
    const one = by === 'nobody' ? stranger : by === 'administrator' ? other : window
    await one.go(path())
    expect(await look(one, how), name).toEqual([])
    const here = open.filter(({ on }) => on === undefined || on === (how.width > 720 ? 'wide' : 'narrow'))
    for (const { what, act, leave = pressEscape } of here) {
      await act(one.page, how)
      await settled(one.page)
      expect(await look(one, how), `${name}, ${what}`).toEqual([])
      await leave(one.page, how)
    }
  })
})

describe('the first load', () => {
  it('is at most 250 KB of scripts, packed', async () => {
    const window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 })
    const scripts = new Map<string, number>()
    const reading: Promise<unknown>[] = []
    window.page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return
      reading.push(response.body().then((body) => scripts.set(response.url(), gzipSync(body).length)))
    })
    await window.go('/sign-in')
    await Promise.all(reading)
    const total = [...scripts.values()].reduce((sum, size) => sum + size, 0)
    console.log(`first load: ${scripts.size} scripts, ${(total / 1024).toFixed(1)} KB packed`)
    expect(scripts.size).toBeGreaterThan(0)
    expect(total).toBeLessThanOrEqual(250 * 1024)
    await window.context.close()
  })
})
