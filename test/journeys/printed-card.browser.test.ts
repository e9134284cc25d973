import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { cardOf } from '../support/access/targets.ts'
import { axeFindings } from '../support/axe.ts'
import { type Look, openStage, type Stage } from '../support/browser.ts'
import { county, openChinaHouse } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import type { Person, TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { said } from '../support/screen-texts.ts'

/** A card is printed, scanned by a stranger, revoked, and scanned again. */
let house: TestHouse
let stage: Stage
let officer: Person
let household: number

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county, 'clerk')
  await importAs(house, officer, lines([HEADINGS, ...countySheet(6)]))
  const rows = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ household_id: number }>(sql`select household_id from household order by 1 limit 1`),
  )
  household = rows[0]!.household_id
  stage = await openStage(house)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

describe('the page behind the code of a card', () => {
  const looks: Look[] = [
    { language: 'zh-CN', scheme: 'light', width: 360, height: 740 },
    { language: 'en', scheme: 'dark', width: 360, height: 740 },
    { language: 'zh-CN', scheme: 'dark', width: 1440 },
    { language: 'en', scheme: 'light', width: 1440 },
  ]

  it.for(looks)('in $language, $scheme, $width wide: axe finds nothing, nothing scrolls sideways', async (look) => {
    const valid = await cardOf(house, household, county)
    const { page, context, troubles } = await stage.open(look, undefined, { javaScriptEnabled: true })
    try {
      for (const token of [valid, `${valid.slice(0, -2)}xx`]) {
        await page.goto(`/v/${token}`)
        expect(await page.locator('h1').count()).toBe(1)
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
        expect(await page.locator('a[href^="tel:"]').textContent()).toBe(house.pack.paper.hotline)
        expect(await axeFindings(page)).toEqual([])
      }
      await page.goto(`/v/${valid}`)
      const before = await page.locator('h1').textContent()
      await page.locator('footer a:not([aria-current])').click()
      expect(await page.locator('h1').textContent()).not.toBe(before)
      expect(troubles).toEqual([])
    } finally {
      await context.close()
    }
  })
})

describe('printing on screen', () => {
  it('makes the file, lists the card, and revokes it with a reason', { timeout: 60_000 }, async () => {
    const language = 'en'
    const { page, context, go, troubles } = await stage.open({ language, scheme: 'light', width: 1440 }, officer)
    try {
      await go(`/register/${household}`)
      await page.getByRole('button', { name: said(language, 'print.button') }).click()
      const dialog = page.getByRole('dialog')
      const arriving = page.waitForEvent('download', { timeout: 45_000 })
      await dialog.getByRole('button', { name: said(language, 'print.go') }).click()
      expect((await arriving).suggestedFilename()).toBe(`card-${household}.pdf`)
      await dialog.getByText(said(language, 'cards.valid'), { exact: true }).waitFor()
      expect(await axeFindings(page)).toEqual([])
      const { cards } = (await officer.get(`/api/households/${household}/cards`)).body
      await dialog.getByRole('button', { name: said(language, 'cards.revoke-title', { no: cards[0].no }) }).click()
      const asking = page.getByRole('dialog').last()
      await asking.getByRole('textbox').fill('lost at the market')
      await asking.getByRole('button', { name: said(language, 'cards.revoke-go', { no: cards[0].no }) }).click()
      await dialog.getByText(said(language, 'cards.revoked'), { exact: true }).waitFor()
      expect((await officer.get(`/api/households/${household}/cards`)).body.cards[0]).toMatchObject({
        ending: 'revoked',
        why: 'lost at the market',
      })
      expect(troubles).toEqual([])
    } finally {
      await context.close()
    }
  })
})
