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
  await importAs(house, officer, lines([HEADINGS, ...countySheet(18)]), { why: '入户调查' })
  households = (await officer.get('/api/households?limit=18')).body.households.filter(
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

it.for([1440, 360])(
  'two officers at once, %i px: the second decides field by field, and what was his alone stays',
  async (width) => {
    const { id } = households[2]
    const { body: card } = await officer.get(`/api/households/${id}`)
    const name = width === 360 ? 'county_officer-narrow' : 'county_officer-wide'
    const second = await house.person('county_officer', county, name)
    const windows = await Promise.all(
      [officer, second].map((person) => stage.open({ language: 'zh-CN', scheme: 'light', width }, person)),
    )
    const draft = async (at: number, group: string, distance: string) => {
      const { page, go } = windows[at]!
      await page.clock.setFixedTime(house.settings.now())
      await go(`/register/${id}`)
      await page.getByRole('button', { name: zh('change.button'), exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(zh('change.what'), { exact: true }).selectOption('correct-facts')
      await dialog.getByRole('textbox', { name: /村民组/ }).fill(group)
      if (distance)
        await dialog.getByLabel(zh('change.section', { period: card.period })).selectOption({ label: distance })
      await dialog.getByRole('textbox', { name: zh('change.why'), exact: true }).fill(REASON)
      await dialog.getByRole('button', { name: zh('change.check'), exact: true }).click()
      await dialog.getByText(zh('change.title-check'), { exact: true }).waitFor()
      return { page, dialog }
    }
    const [theirs, mine] = [`老桥组${width}`, `新桥组${width}`]
    const first = await draft(0, theirs, '')
    const late = await draft(1, mine, '')
    await first.dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
    await first.dialog.waitFor({ state: 'detached' })
    const { page, dialog } = late
    await dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
    const conflict = dialog.getByRole('region', { name: zh('change.conflict-title') })
    await conflict.getByText(zh('change.conflict-decide')).waitFor()
    const goOn = conflict.getByRole('button', { name: zh('change.conflict-go'), exact: true })
    expect(await goOn.isDisabled()).toBe(true)
    expect(await conflict.textContent()).toContain(zh('change.conflict-theirs', { value: theirs }))
    await conflict.getByLabel(zh('change.conflict-yours', { value: mine })).check()
    expect(await axeFindings(page)).toEqual([])
    expect(await untranslated(page, 'zh-CN')).toEqual([])
    if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/conflict-${width}.png`, await page.screenshot())
    await goOn.click()
    await dialog.getByRole('button', { name: zh('change.check'), exact: true }).click()
    await dialog.getByText(theirs).waitFor()
    await dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    const { body: after } = await officer.get(`/api/households/${id}`)
    expect([after.version, after.facts.group_name]).toEqual([card.version + 2, mine])
    for (const { context } of windows) await context.close()
  },
)

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

it.for([1440, 360])('a household splits, is merged again and the merge is undone, %i px', async (width) => {
  const [mother, sister] = width === 1440 ? [households[4], households[5]] : [households[6], households[7]]
  const { body: card } = await officer.get(`/api/households/${mother.id}`)
  const { body: other } = await officer.get(`/api/households/${sister.id}`)
  const window = await stage.open({ language: 'zh-CN', scheme: 'light', width }, officer)
  const { page, go, troubles } = window
  await page.clock.setFixedTime(house.settings.now())
  const dialog = page.getByRole('dialog')
  const shot = async (name: string) => {
    if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/${name}-${width}.png`, await page.screenshot())
  }
  const begin = async (id: number, kind: string) => {
    await go(`/register/${id}`)
    await page.getByRole('button', { name: zh('change.button'), exact: true }).click()
    await dialog.getByLabel(zh('change.what'), { exact: true }).selectOption(kind)
  }
  const finish = async (name: string) => {
    await dialog.getByRole('textbox', { name: zh('change.why'), exact: true }).fill(REASON)
    await shot(`${name}-ask`)
    expect(await axeFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: zh('change.check'), exact: true }).click()
    await dialog.getByText(zh('change.title-check'), { exact: true }).waitFor()
    expect(await untranslated(page, 'zh-CN')).toEqual([])
    await shot(`${name}-check`)
    const told = await dialog.textContent()
    await dialog.getByRole('button', { name: zh('change.save'), exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await settled(page)
    return told
  }
  await begin(mother.id, 'split')
  const [, leaver] = card.members
  await dialog.getByLabel(zh('change.split-head'), { exact: true }).selectOption(String(leaver.person))
  await dialog.getByLabel(zh('change.split-number'), { exact: true }).fill(`分-${width}`)
  expect(await finish('split')).toContain(zh('change.other-begins', { number: `分-${width}` }))
  expect((await officer.get(`/api/households/${mother.id}`)).body.size).toBe(card.size - 1)

  await begin(mother.id, 'merge')
  await dialog.getByLabel(zh('change.merge-which'), { exact: true }).first().fill(other.number)
  await dialog.getByRole('button', { name: new RegExp(other.number) }).click()
  const relations = dialog.getByLabel(zh('change.relation-to', { name: '', head: card.members[0].name }))
  await relations.nth(other.members.length - 1).waitFor()
  for (let at = 0; at < other.members.length; at++) await relations.nth(at).selectOption({ index: 2 })
  expect(await finish('merge')).toContain(zh('change.other-ends', { number: other.number }))
  expect((await officer.get(`/api/households/${mother.id}`)).body.size).toBe(card.size - 1 + other.size)

  await go(`/register/${sister.id}`)
  await page.getByRole('heading', { name: zh('ended.title') }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await shot('ended')
  await go(`/register/${sister.id}?asOf=${other.registeredOn}`)
  await page.getByText(other.members[1].name).first().waitFor()
  await go(`/register?text=${other.number}`)
  await page
    .getByText(zh('ended.found', { number: other.number, name: other.members[0].name, date: '' }).slice(0, 12))
    .waitFor()
  await shot('ended-found')
  await page
    .getByRole('link', { name: zh('ended.go') })
    .first()
    .click()
  await settled(page)

  if (width < 720) await go(`/register/${mother.id}?tab=history`)
  await shot('history')
  await page.getByRole('button', { name: zh('history.undo'), exact: true }).click()
  expect(await finish('undo')).toContain(zh('change.other-goes-on', { number: other.number }))
  expect((await officer.get(`/api/households/${sister.id}`)).body.size).toBe(other.size)
  expect(troubles.filter((one) => !/410/.test(one))).toEqual([])
  await window.context.close()
})
