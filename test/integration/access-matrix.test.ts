import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allContracts } from '../../src/app/http.ts'
import { ROOT, subtree, within } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import type { Contract } from '../../src/platform/http/contract.ts'
import { type Case, matrix, rightsNeeded } from '../support/access/matrix.ts'
import { rooms, testRooms } from '../support/access/rooms.ts'
import { type Hamlet, hamletsOf, plantTarget, stateOf, type Target, type Thing } from '../support/access/targets.ts'
import { ask, type Credentials, comparable, leaks, type Reply } from '../support/access/walk.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'
import { freshSession, type Holder, holderOf } from '../support/posts.ts'

const SAFE = new Set(['GET', 'HEAD'])
const DONE_OR_NOT_NOW = [200, 409, 422]

let house: TestHouse
let contracts: Contract[]
let targets: Target[]
/** Nobody but the whole programme area may see it, so it must stand at the end as it stood at the beginning. */
let canary: Target
let canaryBefore: unknown
let holders: (Holder & { place: string; where: string })[]
let shut: { state: string; role: string; who: Credentials }[]

const tried: Record<string, number> = {}
const succeeded = new Set<string>()
const times = { outside: [] as number[], absent: [] as number[] }

function count(kind: string): void {
  tried[kind] = (tried[kind] ?? 0) + 1
}

beforeAll(async () => {
  house = await openTestHouse()
  contracts = allContracts(house)
  const hamlets = await hamletsOf(house)
  const [reachA, reachB, reachC] = [...new Set(hamlets.map((one) => one.reach))]
  const inReach = (reach: string | undefined) => hamlets.filter((one) => one.reach === reach)
  const here = inReach(reachA)[0]!
  const beside = inReach(reachA).find((one) => one.ford === here.ford && one.code !== here.code)!
  const nextFord = inReach(reachA).find((one) => one.ford !== here.ford)!
  const there = inReach(reachB)[0]!
  const far = inReach(reachC)[0]!
  targets = [await plantTarget(house, here, 0), await plantTarget(house, there, 1), await plantTarget(house, far, 2)]
  canary = targets[2]!
  // Others live beside the targets, so that no list is right merely because it is empty.
  for (const [order, hamlet] of [beside, nextFord].entries()) await fill(hamlet, 1 + order * 10)
  canaryBefore = await stateOf(house, canary)

  const places: [string, string][] = [
    ['own hamlet', here.code],
    ['sibling hamlet', beside.code],
    ['own ford', here.ford],
    ['sibling ford', nextFord.ford],
    ['own reach', here.reach],
    ['other reach', there.reach],
    ['everywhere', ROOT],
  ]
  holders = []
  shut = []
  for (const { id } of house.pack.roles) {
    for (const [where, place] of places) holders.push({ ...(await holderOf(house, id, place)), place, where })
    const expired = await holderOf(house, id, here.ford)
    const disabled = await holderOf(house, id, here.ford)
    await house.db.transaction(subtree(ROOT), async (tx) => {
      await tx.run(sql`update post set from_on = from_on - 9, to_on = from_on where post_id = ${expired.postId}`)
      await tx.run(sql`update account set disabled_at = created_at where account_id = ${disabled.accountId}`)
    })
    shut.push({ state: 'expired post', role: id, who: expired }, { state: 'disabled account', role: id, who: disabled })
  }
  shut.push({ state: 'no session', role: '–', who: {} })
  shut.push({ state: 'garbage session', role: '–', who: { cookie: 'fourbeams_session=%00%ff..', pageToken: 'x' } })
})

afterAll(async () => {
  await house?.close()
  const all = Object.values(tried).reduce((sum, number) => sum + number, 0)
  const middle = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]?.toFixed(1)
  console.log(
    `access matrix: ${contracts.length} routes × ${holders.length} posts × ${targets.length} places, ${all} combinations`,
    tried,
    `median ms: outside ${middle(times.outside)}, not existing ${middle(times.absent)}`,
  )
})

async function fill(hamlet: Hamlet, first: number): Promise<void> {
  const warden = await holderOf(house, 'warden', hamlet.ford)
  await importAs(house, warden, csv(households(hamlet.official, first, 3, codesOf(house))))
}

const rightsOf = (role: string) => new Set(house.pack.roles.find((one) => one.id === role)!.rights as readonly string[])
const maySend = (role: string, { right }: Contract) =>
  right === 'public' || right === 'signed-in' || rightsOf(role).has(right)
const problemOf = (reply: Reply) => (JSON.parse(reply.raw.toString('utf8')) as { code: string }).code

function casesOf(contract: Contract, thing: Thing): Case[] {
  const row = matrix[contract.id]
  if (!row) throw new Error(`${contract.id} has no row in the access matrix`)
  return row(thing)
}

/** A password costs a hash each time, and knows no post. */
const once = (contract: Contract) =>
  /^(session\.(open|prove)|account\.(change-password|begin-factor|renew-recovery|remove-factor))$/.test(contract.id)

/** Some routes end or change the session they come with, or all of the account: they get one, or both, of their own. */
async function sessionFor(contract: Contract, holder: Holder & { place: string }): Promise<Credentials> {
  if (/^(session\.(end-all|prove)$|account\.)/.test(contract.id)) {
    return holderOf(house, holder.role, holder.place)
  }
  return /^session\.(open|close|choose-post)$/.test(contract.id) ? freshSession(house, holder) : holder
}

test('every route has a row in the matrix, and every row a route', () => {
  expect(Object.keys(matrix).sort()).toEqual(contracts.map(({ id }) => id).sort())
})

test('every route needs the right that was meant for it', () => {
  expect(Object.fromEntries(contracts.map(({ id, right }) => [id, right]))).toEqual(rightsNeeded)
})

/** Asks about a target and, when it lies outside, about its twin, and compares. */
async function walk(contract: Contract, holder: (typeof holders)[number], target: Target, at: number): Promise<void> {
  const asked = casesOf(contract, target)[at]!
  const label = `${contract.id} #${at} ${holder.role} at ${holder.where}, ${target.name}`
  const covered = (code: string) => within(code, subtree(holder.place))
  const below = within(holder.place, subtree(target.ford))
  const inside = {
    hamlet: covered(target.hamlet),
    ford: covered(target.ford),
    across: covered(target.ford) || below,
    nowhere: false,
    absent: false,
  }[asked.at]
  // The canary is changed by nobody, not even by those who may.
  if (inside && target === canary && !SAFE.has(contract.method) && contract.id !== 'household.reveal') return
  const begun = performance.now()
  const reply = await ask(house, contract, asked, await sessionFor(contract, holder))
  const took = performance.now() - begun
  expect(leaks(reply, targets, holder.place, asked.opens ?? false), label).toEqual([])
  if (!maySend(holder.role, contract)) {
    count('right missing')
    expect([reply.status, problemOf(reply)], label).toEqual([403, 'access.no-right'])
    return
  }
  if (asked.at === 'absent') {
    count('answers without the thing')
    expect(reply.status, label).toBe(200)
  } else if (inside) {
    count('inside')
    if (asked.opens && reply.status === 403) expect(rightsOf(holder.role).has('identity.reveal'), label).toBe(false)
    else if (SAFE.has(contract.method)) expect(reply.status, label).toBe(200)
    else expect(DONE_OR_NOT_NOW, label).toContain(reply.status)
  } else {
    count('outside = not existing')
    const again = performance.now()
    const absent = await ask(house, contract, casesOf(contract, target.twin)[at]!, await sessionFor(contract, holder))
    if (SAFE.has(contract.method)) {
      times.outside.push(took)
      times.absent.push(performance.now() - again)
    }
    expect(comparable(reply, asked), label).toEqual(comparable(absent, casesOf(contract, target.twin)[at]!))
    expect(reply.status, label).toBeLessThan(500)
  }
  if (reply.status === 200) {
    succeeded.add(contract.id)
    if (!contract.transfer || contract.transfer === 'upload') {
      const body = JSON.parse(reply.raw.toString('utf8'))
      expect(contract.answer.parse(body), label).toEqual(body)
    }
  }
}

describe('every route × every role × every place', () => {
  testRooms(() => contracts)

  test.each(rooms)('%s', { timeout: 120_000 }, async (room) => {
    for (const contract of contracts.filter(({ id }) => id.startsWith(`${room}.`))) {
      for (const holder of once(contract) ? holders.slice(0, 1) : holders) {
        for (const target of targets) {
          for (const at of casesOf(contract, target).keys()) await walk(contract, holder, target, at)
        }
      }
    }
  })

  test('somebody succeeded on every route, so that no row is right merely because all was refused', () => {
    // In the matrix these name somebody else's password, post and session; the tests of sessions name one's own.
    const never = [
      'session.open',
      'session.choose-post',
      'session.prove',
      'session.end',
      'account.change-password',
      'account.begin-factor',
      'account.confirm-factor',
      'account.renew-recovery',
      'account.remove-factor',
      'view.remove',
    ]
    expect(contracts.map(({ id }) => id).filter((id) => !succeeded.has(id))).toEqual(never)
  })

  test('the canary stands as it stood', async () => {
    expect(await stateOf(house, canary)).toEqual(canaryBefore)
  })
})

test('without a living session every route but the public ones answers 401', { timeout: 60_000 }, async () => {
  for (const contract of contracts.filter(({ right }) => right !== 'public')) {
    for (const { state, role, who } of shut) {
      for (const asked of casesOf(contract, targets[0]!)) {
        const reply = await ask(house, contract, asked, who)
        const label = `${contract.id} ${role} ${state}`
        count(state)
        expect([reply.status, problemOf(reply)], label).toEqual([401, 'access.not-signed-in'])
        expect(leaks(reply, targets, undefined, false), label).toEqual([])
      }
    }
  }
})

test('a change without the page token of its own session is refused', { timeout: 60_000 }, async () => {
  for (const contract of contracts.filter(({ method, right }) => !SAFE.has(method) && right !== 'public')) {
    for (const holder of holders.filter(({ role }) => maySend(role, contract))) {
      const other = holders.find((one) => one !== holder)!
      for (const pageToken of [undefined, '', 'x', other.pageToken]) {
        const who = { cookie: holder.cookie, ...(pageToken === undefined ? {} : { pageToken }) }
        const reply = await ask(house, contract, casesOf(contract, targets[0]!)[0]!, who)
        count('wrong page token')
        expect([reply.status, problemOf(reply)], contract.id).toEqual([403, 'access.bad-token'])
      }
    }
  }
})

test('an unknown filter or field is refused, never passed over', { timeout: 60_000 }, async () => {
  for (const contract of contracts) {
    const holder = holders.find(({ role, where }) => where === 'own ford' && maySend(role, contract))!
    for (const asked of casesOf(contract, targets[0]!)) {
      for (const name of ['zzz', '__proto__', 'Place', 'place[]', 'constructor']) {
        const reply = await ask(house, contract, { ...asked, query: { ...asked.query, [name]: '1' } }, holder)
        count('unknown filter')
        expect([reply.status, problemOf(reply)], `${contract.id} ${name}`).toEqual([400, 'request.unknown-filter'])
      }
      if (SAFE.has(contract.method) || asked.upload !== undefined) continue
      const body = { ...(asked.body as object), zzz: 1 }
      const reply = await ask(house, contract, { ...asked, body }, holder)
      count('unknown field')
      expect([reply.status, problemOf(reply)], contract.id).toEqual([400, 'request.invalid'])
    }
  }
})

test('counts, groups and exports count what the place holds, to the household', { timeout: 60_000 }, async () => {
  const all = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ place_code: string; size: number }>(sql`select place_code, size from household`),
  )
  const of = (id: string) => contracts.find((contract) => contract.id === id)!
  for (const holder of holders) {
    const mine = all.filter((row) => within(row.place_code, subtree(holder.place)))
    const read = async (id: string, query: Case['query'] = {}) =>
      (await ask(house, of(id), { query, at: 'absent' }, holder)).raw.toString('utf8')
    if (rightsOf(holder.role).has('household.read')) {
      count('counts')
      expect(JSON.parse(await read('household.count')).count).toBe(mine.length)
      expect(JSON.parse(await read('household.list', { limit: 200 })).households).toHaveLength(mine.length)
      for (const by of ['status', 'cause']) {
        const { groups } = JSON.parse(await read('household.group', { by })) as { groups: { households: number }[] }
        expect(groups.reduce((sum, group) => sum + group.households, 0)).toBe(mine.length)
      }
      const place = await ask(house, of('place.show'), { params: { code: holder.place }, at: 'absent' }, holder)
      const shown = JSON.parse(place.raw.toString('utf8')) as { households: number; persons: number; above: unknown[] }
      expect([shown.households, shown.persons]).toEqual([mine.length, mine.reduce((sum, row) => sum + row.size, 0)])
      expect(shown.above).toEqual([])
    }
    if (rightsOf(holder.role).has('household.export')) {
      count('counts')
      expect((await read('household.export', { format: 'csv' })).trim().split('\n')).toHaveLength(mine.length + 1)
      const cards = (await read('household.export', { format: 'csv', shape: 'cards' })).trim().split('\n')
      expect(cards).toHaveLength(1 + mine.reduce((sum, row) => sum + row.size, 0))
    }
  }
})

test('a stranger’s household in a file of one’s own tells nothing about it', async () => {
  const [mine, , far] = [targets[0]!, targets[1]!, targets[2]!]
  const warden = await holderOf(house, 'warden', mine.ford)
  const codes = codesOf(house)
  const [own, outside, sameNumber] = [500, 501, 502].map((order) => households(mine.officialCode, order, 1, codes))
  // The identity number, the household number and the hamlet of somebody far away, all in rows of one's own place.
  own![1]!.paper = far.document
  for (const row of outside!) row.hamlet = far.officialCode
  for (const row of sameNumber!) row.hearth = far.number
  const run = await importAs(house, warden, csv([...own!, ...outside!, ...sameNumber!]), { start: false })
  const of = (id: string) => contracts.find((contract) => contract.id === id)!
  const see = async (id: string, more: Partial<Case> = {}) => {
    const reply = await ask(house, of(id), { params: { import: run.id }, at: 'absent', ...more }, warden)
    expect(reply.status, id).toBe(200)
    const known = new Set([far.number.toLowerCase(), far.document])
    expect(
      leaks(reply, targets, mine.ford, false).filter((word) => !known.has(word)),
      id,
    ).toEqual([])
    count('a stranger in one’s own file')
    return reply
  }
  const held = JSON.parse((await see('import.held')).raw.toString('utf8')).held
  expect(held).toHaveLength(1)
  expect(held[0]).toMatchObject({ reason: 'same-identity', household: null, differences: [] })
  const { faults } = JSON.parse((await see('import.faults')).raw.toString('utf8')) as { faults: { code: string }[] }
  expect(faults.length).toBeGreaterThanOrEqual(2)
  for (const format of ['csv', 'xlsx']) await see('import.error-sheet', { query: { format } })
  // The same household number in another village is no clash.
  expect(run.counts).toMatchObject({ good: 2, held: 2, bad: 2 })

  // Registering it all the same marks only the own member.
  const decided = await ask(
    house,
    of('import.decide-held'),
    { params: { import: run.id }, body: { place: mine.hamlet, number: 'H500', decision: 'register' }, at: 'absent' },
    warden,
  )
  expect(decided.status).toBe(200)
  const found = await ask(house, of('household.list'), { query: { text: far.document }, at: 'absent' }, warden)
  expect(JSON.parse(found.raw.toString('utf8')).households).toEqual([])
  expect(leaks(found, targets, mine.ford, false)).toEqual([])
})

test('a stranger’s held household cannot be reached through an import of one’s own', async () => {
  const [mine, , far] = [targets[0]!, targets[1]!, targets[2]!]
  const warden = await holderOf(house, 'warden', mine.ford)
  const decide = contracts.find(({ id }) => id === 'import.decide-held')!
  const of = (held: Thing['held']): Case => ({
    params: { import: mine.imports.checked },
    body: { ...held, decision: 'discard' },
    at: 'absent',
  })
  const reply = await ask(house, decide, of(far.held), warden)
  const absent = await ask(house, decide, of(far.twin.held), warden)
  count('nested ids')
  expect(comparable(reply, of(far.held))).toEqual(comparable(absent, of(far.twin.held)))
  expect(await stateOf(house, canary)).toEqual(canaryBefore)
})

test('an export that names a place outside leaves no trace there', async () => {
  const [mine, , far] = [targets[0]!, targets[1]!, targets[2]!]
  const warden = await holderOf(house, 'warden', mine.ford)
  for (const place of [far.hamlet, far.twin.hamlet, 'ZZZ']) {
    await ask(house, contracts.find(({ id }) => id === 'household.export')!, { query: { place }, at: 'absent' }, warden)
  }
  const rows = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ chain: string; place_code: string }>(sql`
      select distinct e.chain, e.place_code from audit_entry e join audit_link l using (chain, link_no)
      where l.account_id = ${warden.accountId}`),
  )
  expect(rows).toEqual([{ chain: mine.ford.slice(0, 3), place_code: mine.ford }])
})
