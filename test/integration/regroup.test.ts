import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs, paper } from '../support/households.ts'
import { compareLives } from '../support/lives.ts'

let house: TestHouse
let officer: Person
let clerk: Person
let hamlets: { code: string; official: string; parent: string }[]
let codes: ReturnType<typeof codesOf>
let imported = 0

beforeAll(async () => {
  house = await openTestHouse()
  codes = codesOf(house)
  hamlets = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all(sql`select code, official_code as official, parent from place where level = 3 order by code limit 2`),
  )
  officer = await house.person('warden', hamlets[0]!.parent)
  clerk = await house.person('clerk', hamlets[0]!.code)
})

afterAll(() => house?.close())

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

/** Two fresh households of three in the first hamlet and one in the second. */
let [a, b, far]: Any[] = []
beforeEach(async () => {
  const first = 1 + imported * 10
  imported++
  const rows = [
    ...households(hamlets[0]!.official, first, 2, codes, 3),
    ...households(hamlets[1]!.official, first + 2, 1, codes, 3),
  ]
  const run = await importAs(house, officer, csv(rows))
  expect(run.counts.registered).toBe(3)
  const found = await Promise.all([0, 1, 2].map((at) => officer.get(`/api/households?text=H${first + at}`)))
  const ids = found.map(({ body }, at) => body.households.find((one: Any) => one.number === `H${first + at}`).id)
  ;[a, b, far] = await Promise.all(ids.map(cardOf))
})

const cardOf = async (id: number): Promise<Any> => (await officer.get(`/api/households/${id}`)).body
const historyOf = async (id: number): Promise<Any[]> =>
  (await officer.get(`/api/households/${id}/history`)).body.actions

function send(card: Any, change: Any, over: Any = {}, person = officer) {
  const body = { version: card.version, key: randomUUID(), effectiveOn: '2031-11-20', why: 'as told', change, ...over }
  return person.send('POST', `/api/households/${card.id}/changes`, body)
}

const refused = async (...call: Parameters<typeof send>) => (await send(...call)).body.code

/** The two children of a card become a household of their own. */
function splitOf(card: Any, number: string, over: Any = {}) {
  const [, second, third] = card.members
  return {
    kind: 'split',
    number,
    relations: { [second.person]: codes.head, [third.person]: codes.other },
    facts: { boats: 2 },
    ...over,
  }
}

/** All members of the second card come to the first. */
function mergeOf(other: Any) {
  const relations = Object.fromEntries(other.members.map((one: Any) => [one.person, codes.other]))
  return { kind: 'merge', household: other.id, version: other.version, relations }
}

test('a household splits: who goes has a card of their own, each history names the other, and nobody is counted twice', async () => {
  const shown = await send(a, splitOf(a, 'NEW-1'), { preview: true })
  expect(shown.body).toMatchObject({ saved: false, other: { does: 'begins', household: null, number: 'NEW-1' } })
  expect(shown.body.other.differences).toContainEqual({
    person: null,
    period: a.period,
    field: 'boats',
    from: null,
    to: 2,
  })
  expect(await cardOf(a.id)).toEqual(a)
  const key = randomUUID()
  const saved = await send(a, splitOf(a, 'NEW-1'), { key })
  expect(saved.body).toMatchObject({ saved: true, version: 2, other: { does: 'begins' } })
  const id = saved.body.other.household
  const [rest, fresh] = [await cardOf(a.id), await cardOf(id)]
  expect([rest.size, rest.members[1].leftWhy]).toEqual([1, 'h'])
  expect(fresh).toMatchObject({
    number: 'NEW-1',
    size: 2,
    version: 1,
    status: a.status,
    cause: a.cause,
    facts: { boats: 2 },
  })
  expect(fresh.members.map((one: Any) => [one.person, one.relation, one.joinedOn])).toEqual([
    [a.members[1].person, codes.head, '2031-11-20'],
    [a.members[2].person, codes.other, '2031-11-20'],
  ])
  expect((await historyOf(a.id))[0]).toMatchObject({ kind: 'split', detail: { household: id } })
  expect(await historyOf(id)).toMatchObject([{ kind: 'split-off', detail: { household: a.id, size: 2 } }])
  expect((await send(a, splitOf(a, 'NEW-1'), { key })).body).toMatchObject({ saved: true, version: 2 })
  const sealed = await officer.send('POST', `/api/households/${id}/reveal`, { why: 'a test' })
  const { document } = sealed.body.members[0]
  const { households: found } = (await officer.get(`/api/households?text=${document}`)).body
  expect(found.map((one: Any) => one.id)).toEqual([id])
  await compareLives(house)
})

test('a split that cannot be is refused with a sentence', async () => {
  const [head, second, third] = a.members
  const all = { [head.person]: codes.other, [second.person]: codes.head, [third.person]: codes.other }
  expect(await refused(a, splitOf(a, 'X', { relations: all }))).toBe('change.split-all')
  expect(await refused(a, splitOf(a, 'X', { relations: { [head.person]: codes.head } }))).toBe('change.head-leaves')
  expect(await refused(a, splitOf(a, 'X', { relations: { [second.person]: codes.other } }))).toBe('change.new-head')
  expect(await refused(a, splitOf(a, 'X', { relations: {} }))).toBe('change.new-head')
  expect(await refused(a, splitOf(a, 'X', { relations: { 99: codes.head } }))).toBe('change.no-member')
  expect(await refused(a, splitOf(a, b.number))).toBe('change.number-taken')
  expect(await refused(a, splitOf(a, 'X', { place: 'H999' }))).toBe('change.no-village')
  expect(await refused(a, splitOf(a, 'X', { place: hamlets[1]!.code }), {}, clerk)).toBe('change.no-village')
  expect(await refused(a, splitOf(a, 'X', { facts: { boats: 99 } }))).toBe('change.bad-fact')
  expect(await refused(a, splitOf(a, 'X'), { effectiveOn: '2031-11-22' })).toBe('change.in-future')
  expect(await refused(a, splitOf(a, 'X'), { effectiveOn: '2031-11-01' })).toBe('change.before-later')
  expect(await cardOf(a.id)).toEqual(a)
})

test('who went with a split is corrected on the new card, and does not come back by himself', async () => {
  await send(a, splitOf(a, 'NEW-2'))
  const card = await cardOf(a.id)
  const { person } = a.members[1]
  expect(await refused(card, { kind: 'return-member', person, relation: codes.other })).toBe('change.went-on')
  expect(await refused(card, { kind: 'correct-identity', person, document: paper(77) })).toBe('change.went-on')
  const facts = { kind: 'correct-facts', period: a.period, members: { [person]: { swims: true } } }
  expect(await refused(card, facts)).toBe('change.went-on')
})

test('two households become one: the one that ended keeps its past, and its number leads to the other', async () => {
  const shown = await send(a, mergeOf(b), { preview: true })
  expect(shown.body).toMatchObject({ saved: false, other: { does: 'ends', household: b.id, number: b.number } })
  const saved = await send(a, mergeOf(b))
  expect(saved.body).toMatchObject({ saved: true, version: 2, other: { does: 'ends' } })
  const card = await cardOf(a.id)
  expect([card.size, card.members.length]).toEqual([6, 6])
  const gone = await officer.get(`/api/households/${b.id}`)
  expect([gone.status, gone.body.code, gone.body.values]).toEqual([
    410,
    'change.ended',
    { household: b.id, day: '2031-11-20', into: a.id },
  ])
  const { body: found } = await officer.get(`/api/households?text=${b.number}`)
  expect(found.ended).toEqual([
    { id: b.id, number: b.number, headName: b.members[0].name, on: '2031-11-20', into: a.id },
  ])
  expect((await historyOf(b.id))[0]).toMatchObject({ kind: 'merge-into', detail: { household: a.id } })
  expect((await historyOf(a.id))[0]).toMatchObject({ kind: 'merge', detail: { household: b.id } })
  expect(JSON.stringify(await historyOf(a.id))).not.toContain('sealed')
  const sealed = await officer.send('POST', `/api/households/${a.id}/reveal`, { why: 'a test' })
  const { document } = sealed.body.members.find((one: Any) => one.person === b.members[0].person)
  expect((await officer.get(`/api/households?text=${document}`)).body.households.map((one: Any) => one.id)).toEqual([
    a.id,
  ])
  // What was known before is still known to have been known.
  const { body: past } = await officer.get(`/api/households/${b.id}/past?knownAt=2031-11-20T04:00:00Z`)
  expect(past.code).toBe('change.ended')
  const other = await house.person('clerk', hamlets[1]!.code, 'clerk-beside')
  expect((await other.get(`/api/households/${b.id}`)).status).toBe(404)
  expect((await other.get(`/api/households/${b.id}/history`)).status).toBe(404)
  await compareLives(house)
})

test('a merge that cannot be is refused with a sentence', async () => {
  expect(await refused(a, mergeOf(a))).toBe('change.same-household')
  expect(await refused(a, mergeOf(far), {}, clerk)).toBe('change.no-household')
  expect(await refused(a, mergeOf({ ...far, id: 999_999 }))).toBe('change.no-household')
  expect(await refused(a, { ...mergeOf(b), version: 7 })).toBe('request.conflict')
  expect(await refused(a, { ...mergeOf(b), relations: {} })).toBe('change.no-relation')
  const heads = Object.fromEntries(b.members.map((one: Any) => [one.person, codes.head]))
  expect(await refused(a, { ...mergeOf(b), relations: heads })).toBe('change.second-head')
  expect((await send(a, mergeOf(b))).body.saved).toBe(true)
  const card = await cardOf(a.id)
  expect(await refused(card, mergeOf(b))).toBe('change.ended')
  expect(await refused(b, { kind: 'remove-member', person: b.members[1].person, reason: 'd' })).toBe('change.ended')
  expect(await refused(far, { kind: 'move', place: hamlets[0]!.code, number: b.number })).toBe('change.number-taken')
})

test('two officers merge two households into each other: one wins, the other is told', async () => {
  const answers = await Promise.all([send(a, mergeOf(b)), send(b, mergeOf(a))])
  expect(answers.map(({ body }) => body.saved ?? body.code).sort()).toEqual(['change.ended', true].sort())
  await compareLives(house)
})

test('the latest change is undone by a new action, the one before it then too', async () => {
  const [, second] = a.members
  await send(a, { kind: 'remove-member', person: second.person, reason: 'w' })
  const document = paper(900_000 + a.id)
  const newcomer = {
    kind: 'add-member',
    name: 'Late Comer',
    relation: codes.other,
    document,
    sex: codes.gender,
    bornOn: '2000-01-01',
  }
  expect((await send({ ...a, version: 2 }, newcomer)).body.saved).toBe(true)
  const undo = (version: number, action: number, over: Any = {}) =>
    send({ ...a, version }, { kind: 'undo', action }, over)
  expect((await undo(3, 2)).body).toMatchObject({ code: 'change.built-upon', values: { action: 2, later: 3 } })
  expect((await undo(3, 1)).body.code).toBe('change.nothing-to-undo')
  expect((await undo(3, 3, { preview: true })).body).toMatchObject({ saved: false })
  expect((await undo(3, 3)).body).toMatchObject({ saved: true, version: 4 })
  expect((await undo(4, 3)).body.code).toBe('change.nothing-to-undo')
  // The number is free again.
  expect((await send(b, { ...newcomer, bornOn: '2000-01-01' })).body.saved).toBe(true)
  expect((await undo(4, 2)).body).toMatchObject({ saved: true, version: 5 })
  const card = await cardOf(a.id)
  expect(card).toEqual({ ...a, version: 5 })
  expect((await historyOf(a.id))[0]).toMatchObject({ kind: 'undo', detail: { action: 2 } })
  await compareLives(house)
})

test('a corrected identity number, a year and a move are undone', async () => {
  const [head] = a.members
  const identity = { kind: 'correct-identity', person: head.person, document: paper(910_000 + a.id) }
  expect((await send(a, identity)).body.saved).toBe(true)
  const before = (await officer.send('POST', `/api/households/${a.id}/reveal`, { why: 'a test' })).body
  expect((await send({ ...a, version: 2 }, { kind: 'undo', action: 2 })).body.saved).toBe(true)
  const after = (await officer.send('POST', `/api/households/${a.id}/reveal`, { why: 'a test' })).body
  expect(after.members[0].document).not.toBe(before.members[0].document)
  expect((await officer.get(`/api/households?text=${after.members[0].document}`)).body.households).toHaveLength(1)
  expect((await officer.get(`/api/households?text=${before.members[0].document}`)).body.households).toHaveLength(0)
  await send({ ...a, version: 3 }, { kind: 'move', place: hamlets[1]!.code })
  expect((await send({ ...a, version: 4 }, { kind: 'undo', action: 4 })).body).toMatchObject({ saved: true })
  expect(await cardOf(a.id)).toEqual({ ...a, version: 5 })
  await compareLives(house)
})

test('a split is undone while nothing has happened to the new household, a merge at any time', async () => {
  const split = (await send(a, splitOf(a, 'NEW-3'))).body
  const fresh = await cardOf(split.other.household)
  await send(fresh, { kind: 'correct-facts', period: fresh.period, household: { boats: 3 } })
  const undo = (version: number, action: number) => send({ ...a, version }, { kind: 'undo', action })
  expect((await undo(2, 2)).body.code).toBe('change.other-built-upon')
  await send({ ...fresh, version: 2 }, { kind: 'undo', action: 2 })
  // Undone or not, it is a change that others may have seen.
  expect((await undo(2, 2)).body.code).toBe('change.other-built-upon')
  const second = (await send(b, splitOf(b, 'NEW-4'))).body.other.household
  expect((await send({ ...b, version: 2 }, { kind: 'undo', action: 2 })).body).toMatchObject({
    saved: true,
    other: { does: 'ends', household: second },
  })
  expect(await cardOf(b.id)).toEqual({ ...b, version: 3 })
  expect((await officer.get(`/api/households/${second}`)).body.code).toBe('change.ended')
  await compareLives(house)

  expect((await send({ ...b, version: 3 }, mergeOf(far))).body.saved).toBe(true)
  expect((await send({ ...b, version: 4 }, { kind: 'undo', action: 4 })).body).toMatchObject({
    saved: true,
    other: { does: 'goes-on', household: far.id },
  })
  expect(await cardOf(far.id)).toEqual({ ...far, version: 3 })
  expect(await cardOf(b.id)).toEqual({ ...b, version: 5 })
  const leaves = { kind: 'remove-member', person: far.members[1].person, reason: 'w' }
  expect((await send({ ...far, version: 3 }, leaves)).body).toMatchObject({ saved: true, version: 4 })
  await compareLives(house)
})

test('who left comes back; who died does not', async () => {
  const [, second, third] = a.members
  await send(a, { kind: 'remove-member', person: second.person, reason: 'w' })
  await send({ ...a, version: 2 }, { kind: 'remove-member', person: third.person, reason: 'd' })
  const back = { kind: 'return-member', person: second.person, relation: codes.other }
  expect((await send({ ...a, version: 3 }, { ...back, person: third.person })).body.code).toBe('change.died')
  expect((await send({ ...a, version: 3 }, back)).body).toMatchObject({ saved: true })
  expect((await send({ ...a, version: 4 }, back)).body.code).toBe('change.already-member')
  expect((await cardOf(a.id)).size).toBe(2)
  await compareLives(house)
})

test('an import is not undone once one of its households went into one of another import', async () => {
  const rows = households(hamlets[0]!.official, 5_000, 2, codes, 2)
  const run = await importAs(house, officer, csv(rows))
  const { body } = await officer.get('/api/households?text=H5001')
  expect((await send(a, mergeOf(await cardOf(body.households[0].id)))).body.saved).toBe(true)
  const undoing = await officer.send('POST', `/api/imports/${run.id}/undo`, { why: 'a test' })
  expect(undoing.status).toBe(200)
  await house.jobs.runHere(undoing.body.job)
  expect((await officer.get(`/api/imports/${run.id}`)).body.state).toBe('done')
  expect((await officer.get('/api/households?text=H5000')).body.households).toHaveLength(1)
})

test('a change on an older version is answered with what changed since, field by field', async () => {
  const facts = (household: Any) => ({ kind: 'correct-facts', period: a.period, household })
  expect((await send(a, facts({ boats: 3, shore: 4.5 }))).body.saved).toBe(true)
  const late = await send(a, facts({ boats: 5, further: [codes.reason] }))
  expect([late.status, late.body.code, late.body.values]).toEqual([
    409,
    'request.conflict',
    {
      version: 2,
      fields: [
        { person: null, period: a.period, field: 'boats', was: null, theirs: 3, yours: 5 },
        { person: null, period: a.period, field: 'shore', was: null, theirs: 4.5 },
      ],
    },
  ])
  expect((await send({ ...a, version: 2 }, facts({ boats: 5 }))).body).toMatchObject({ saved: true, version: 3 })
})
