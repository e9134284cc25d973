import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { openStage, type Stage, settled } from '../support/browser.ts'
import { county, idNumber, openChinaHouse } from '../support/china.ts'
import { countySheet, furtherPlaces, HEADINGS } from '../support/county.ts'
import { type Person, signIn, type TestHouse } from '../support/house.ts'
import { importAs } from '../support/households.ts'
import { lines } from '../support/imports.ts'
import { keyboardOf } from '../support/keyboard.ts'
import { said, untranslated } from '../support/screen-texts.ts'

/** A change of a household as somebody without a mouse records it, on a narrow and on a wide screen. */
let house: TestHouse
let stage: Stage
let officer: Person
// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
let households: any[]
const zh = (key: string, values: Record<string, string | number> = {}) => said('zh-CN', key, values)
const REASON = '村委会证明，已外迁'

beforeAll(async () => {
  house = await openChinaHouse(furtherPlaces)
  officer = await house.person('county_officer', county)
  await importAs(house, officer, lines([HEADINGS, ...countySheet(12)]), { why: '入户调查' })
  households = (await officer.get('/api/households?limit=12')).body.households.filter(
    (one: { size: number }) => one.size > 1,
  )
  // Days later: what was so at the registration is the past.
  house.setClock(new Date(house.settings.now().getTime() + 4 * 86_400_000))
  officer = await signIn(house.http, officer.login)
  stage = await openStage(house)
}, 120_000)

afterAll(async () => {
  await stage?.close()
  await house?.close()
})

it.for([
  { width: 1440, at: 0 },
  { width: 360, at: 1 },
])(
  'a member leaves by keyboard, $width px: shown first, saved, in the history, and still there in the past',
  async ({ width, at }) => {
    const { id } = households[at]
    const { body: card } = await officer.get(`/api/households/${id}`)
    const member = card.members[1]
    const window = await stage.open({ language: 'zh-CN', scheme: 'light', width }, officer)
    const { page, go, troubles } = window
    await page.clock.setFixedTime(house.settings.now())
    await go(`/register/${id}`)
    const hands = keyboardOf(page)
    await hands.enter(page.getByRole('button', { name: zh('change.button'), exact: true }))
    const dialog = page.getByRole('dialog')
    const who = dialog.getByLabel(zh('change.who-leaves'))
    await hands.tabTo(who)
    await who.selectOption(String(member.person))
    await dialog.getByLabel('自然减少原因').selectOption('03')
    if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/ask-${width}.png`, await page.screenshot())
    await hands.type(dialog.getByRole('textbox', { name: zh('change.why'), exact: true }), REASON)
    await hands.enter(dialog.getByRole('button', { name: zh('change.check'), exact: true }))
    await dialog.getByText(zh('change.title-check'), { exact: true }).waitFor()
    const told = await dialog.getByRole('region').or(dialog.locator('section')).allTextContents()
    expect(told.join()).toContain(member.name)
    expect(told.join()).toContain('户籍迁出')
    expect(await axeFindings(page)).toEqual([])
    expect(await untranslated(page, 'zh-CN')).toEqual([])
    if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/check-${width}.png`, await page.screenshot())
    expect((await officer.get(`/api/households/${id}`)).body.version).toBe(card.version)
    await hands.enter(dialog.getByRole('button', { name: zh('change.save'), exact: true }))
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(zh('change.saved')).waitFor()
    await settled(page)
    if (width < 720) await go(`/register/${id}?tab=history`)
    const entry = page.getByRole('listitem').filter({ hasText: REASON })
    expect(await entry.textContent()).toContain(zh('history.kind.remove-member'))
    const { body: after } = await officer.get(`/api/households/${id}`)
    expect([after.version, after.size]).toEqual([card.version + 1, card.size - 1])
    expect(card.registeredOn < house.settings.now().toISOString().slice(0, 10)).toBe(true)
    await go(`/register/${id}`)
    await hands.enter(page.getByRole('button', { name: zh('past.button'), exact: true }))
    await page.getByLabel(zh('past.day'), { exact: true }).fill(card.registeredOn)
    await hands.enter(page.getByRole('button', { name: zh('past.go'), exact: true }))
    await page.getByText('仅供查看').waitFor()
    await page
      .getByText(
        zh('card.sentence', { since: '', members: zh('count.members', { n: card.size }), cause: '' }).slice(1, -1),
      )
      .waitFor()
    await settled(page)
    if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/past-${width}.png`, await page.screenshot())
    expect(await page.getByRole('button', { name: zh('change.button'), exact: true }).count()).toBe(0)
    await hands.enter(page.getByRole('button', { name: zh('past.back'), exact: true }))
    await page.getByRole('button', { name: zh('change.button'), exact: true }).waitFor()
    expect(troubles).toEqual([])
    await window.context.close()
  },
)

it('somebody else was faster: it is said, the card is loaded again, what was typed stays', async () => {
  const { id } = households[2]
  const { body: card } = await officer.get(`/api/households/${id}`)
  const window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, officer)
  const { page, go } = window
  await page.clock.setFixedTime(house.settings.now())
  await go(`/register/${id}`)
  await page.getByRole('button', { name: zh('change.button'), exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(zh('change.what'), { exact: true }).selectOption('correct-facts')
  const group = dialog.getByRole('textbox', { name: /村民组/ })
  await group.fill('新桥组')
  await dialog.getByRole('textbox', { name: zh('change.why'), exact: true }).fill(REASON)
  await dialog.getByRole('button', { name: zh('change.check'), exact: true }).click()
  await dialog.getByText('新桥组').waitFor()
  const change = { kind: 'correct-facts', period: card.period, household: { group_name: '老桥组' } }
  const body = { version: card.version, key: crypto.randomUUID(), effectiveOn: card.registeredOn, why: REASON, change }
  expect((await officer.send('POST', `/api/households/${id}/changes`, body)).body.saved).toBe(true)
  await dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
  await dialog.getByText(zh('change.conflict')).waitFor()
  await dialog.getByRole('button', { name: zh('change.load-anew'), exact: true }).click()
  await group.waitFor()
  expect(await group.inputValue()).toBe('新桥组')
  await dialog.getByRole('button', { name: zh('change.check'), exact: true }).click()
  await dialog.getByText('老桥组').waitFor()
  await dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  expect((await officer.get(`/api/households/${id}`)).body.facts.group_name).toBe('新桥组')
  await window.context.close()
})

it('a daughter joins by her identity number alone, and another person becomes the head', async () => {
  const { id } = households[3]
  const { body: card } = await officer.get(`/api/households/${id}`)
  const window = await stage.open({ language: 'zh-CN', scheme: 'light', width: 1440 }, officer)
  const { page, go, troubles } = window
  await page.clock.setFixedTime(house.settings.now())
  await go(`/register/${id}`)
  const dialog = page.getByRole('dialog')
  const begin = async (kind: string) => {
    await page.getByRole('button', { name: zh('change.button'), exact: true }).click()
    await dialog.getByLabel(zh('change.what'), { exact: true }).selectOption(kind)
    await dialog.getByRole('textbox', { name: zh('change.why'), exact: true }).fill(REASON)
  }
  const finish = async () => {
    await dialog.getByRole('button', { name: zh('change.check'), exact: true }).click()
    await dialog.getByText(zh('change.title-check'), { exact: true }).waitFor()
    const told = await dialog.textContent()
    expect(await untranslated(page, 'zh-CN')).toEqual([])
    await dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await settled(page)
    return told
  }
  await begin('add-member')
  await dialog.getByLabel(zh('member.name'), { exact: true }).fill('马小燕')
  const relation = dialog.getByLabel(zh('member.relation'), { exact: true })
  await relation.selectOption({ index: 2 })
  const code = await relation.inputValue()
  const numberName = house.pack.identity.name['zh-CN']!
  await dialog.getByLabel(numberName, { exact: true }).fill(idNumber('2016-03-04', 902))
  expect(await finish()).toContain('马小燕')
  const grown = (await officer.get(`/api/households/${id}`)).body
  expect(grown.members.find((one: { name: string }) => one.name === '马小燕')).toMatchObject({
    bornOn: '2016-03-04',
    relation: code,
  })
  const [head, second] = card.members
  await begin('change-head')
  await dialog.getByLabel(zh('change.new-head'), { exact: true }).selectOption(String(second.person))
  await dialog
    .getByLabel(zh('change.relation-to', { name: head.name, head: second.name }), { exact: true })
    .selectOption({ index: 1 })
  expect(await finish()).toContain(head.name)
  const { members, version } = (await officer.get(`/api/households/${id}`)).body
  const relationOf = (person: number) => members.find((one: { person: number }) => one.person === person).relation
  expect([version, relationOf(second.person)]).toEqual([card.version + 2, head.relation])
  expect(relationOf(head.person)).not.toBe(head.relation)
  expect(troubles).toEqual([])
  await window.context.close()
})
