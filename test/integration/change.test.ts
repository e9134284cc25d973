import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, signIn, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs, paper } from '../support/households.ts'

let house: TestHouse
let officer: Person
let ford: string
let codes: ReturnType<typeof codesOf>

beforeAll(async () => {
  house = await openTestHouse()
  codes = codesOf(house)
  const hamlet = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ parent: string; official_code: string }>(
      sql`select parent, official_code from place where level = 3 order by code limit 1`,
    ),
  )
  ford = hamlet!.parent
  officer = await house.person('warden', ford)
  const run = await importAs(house, officer, csv(households(hamlet!.official_code, 1, 12, codes, 3)))
  expect(run.counts.registered).toBe(12)
})

afterAll(() => house?.close())

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

const listed = async (): Promise<Any[]> => (await officer.get('/api/households?limit=50')).body.households
const cardOf = async (id: number): Promise<Any> => (await officer.get(`/api/households/${id}`)).body

function send(person: Person, id: number, version: number, change: Any, over: Any = {}) {
  const body = { version, key: randomUUID(), effectiveOn: '2031-11-20', why: 'as the village told', change, ...over }
  return person.send('POST', `/api/households/${id}/changes`, body)
}

async function tallyDrift(): Promise<unknown[]> {
  return house.db.transaction(subtree(ROOT), (tx) =>
    tx.all(sql`
      select * from (select place_code, status, cause, households::bigint, persons::bigint from village_tally) t
      full join (select place_code, status, cause, count(*) as households, sum(size) as persons from household group by 1, 2, 3) h
        using (place_code, status, cause)
      where (t.households, t.persons) is distinct from (h.households, h.persons)`),
  )
}

test('a member who died leaves the card, with the difference shown first and the reason kept', async () => {
  const [{ id }] = await listed()
  const card = await cardOf(id)
  const change = { kind: 'remove-member', person: card.members[2].person, reason: 'd' }
  const shown = await send(officer, id, card.version, change, { preview: true })
  expect(shown.body).toMatchObject({ saved: false, version: 1 })
  expect(shown.body.differences).toContainEqual({
    person: change.person,
    period: null,
    field: 'leftOn',
    from: null,
    to: '2031-11-20',
  })
  expect((await cardOf(id)).version).toBe(1)
  const saved = await send(officer, id, card.version, change)
  expect(saved.body).toMatchObject({ saved: true, version: 2 })
  const after = await cardOf(id)
  expect([after.size, after.version, after.members.at(-1).leftOn]).toEqual([2, 2, '2031-11-20'])
  const [action] = (await officer.get(`/api/households/${id}/history`)).body.actions
  expect(action).toMatchObject({ no: 2, kind: 'remove-member', why: 'as the village told' })
  expect((await send(officer, id, 2, change)).body.code).toBe('change.left-already')
  expect(await tallyDrift()).toEqual([])
})

test('a child is born: searchable at once, sealed, and the number cannot be taken twice', async () => {
  const [, { id }, { id: other }] = await listed()
  const change = {
    kind: 'add-member',
    name: 'Littleone Newborn',
    relation: codes.other,
    document: paper(5_500),
    sex: codes.gender,
    bornOn: '2031-11-01',
  }
  const saved = await send(officer, id, 1, change)
  expect(saved.body).toMatchObject({ saved: true })
  expect(JSON.stringify(saved.body)).not.toContain(paper(5_500))
  const { households: found } = (await officer.get('/api/households?text=Littleone')).body
  expect(found.map((one: Any) => one.id)).toEqual([id])
  const again = await send(officer, other, 1, change)
  expect([again.status, again.body.code]).toEqual([409, 'change.identity-taken'])
  const revealed = await officer.send('POST', `/api/households/${id}/reveal`, { why: 'a test' })
  expect(revealed.body.members.at(-1).document).toBe(paper(5_500))
  expect(await tallyDrift()).toEqual([])
})

test('two officers at once: the second is told; the same request twice is one change', async () => {
  const id = (await listed())[3].id
  const card = await cardOf(id)
  const key = randomUUID()
  const change = { kind: 'remove-member', person: card.members[1].person, reason: 'w' }
  const answers = await Promise.all([send(officer, id, 1, change, { key }), send(officer, id, 1, change, { key })])
  expect(answers.map(({ body }) => [body.saved, body.version])).toEqual([
    [true, 2],
    [true, 2],
  ])
  const late = await send(officer, id, 1, { ...change, person: card.members[2].person })
  expect([late.status, late.body.code]).toEqual([409, 'request.conflict'])
})

test('what cannot be is refused with a sentence, and nothing is written', async () => {
  const id = (await listed())[4].id
  const card = await cardOf(id)
  const [head, second] = card.members
  const refused = async (change: Any, over: Any = {}) => (await send(officer, id, card.version, change, over)).body.code
  const leaves = { kind: 'remove-member', person: second.person, reason: 'd' }
  expect(await refused({ ...leaves, person: head.person })).toBe('change.head-leaves')
  expect(await refused({ ...leaves, reason: 'nonsense' })).toBe('change.unknown-reason')
  expect(await refused(leaves, { effectiveOn: '2031-11-22' })).toBe('change.in-future')
  expect(await refused(leaves, { effectiveOn: '1999-01-01' })).toBe('change.before-registration')
  const baby = { kind: 'add-member', name: 'Baby Name', relation: codes.other, sex: codes.gender, bornOn: '2031-01-01' }
  expect(await refused({ ...baby, document: '1234567890' })).toBe('change.bad-identity')
  expect(await refused({ ...baby, bornOn: undefined })).toBe('change.fact-missing')
  expect(await refused({ ...baby, name: '<b>' })).toBe('change.bad-fact')
  const unborn = { ...baby, bornOn: '2031-11-21' }
  expect(await refused(unborn)).toBe('change.bad-fact')
  expect(await refused(unborn, { effectiveOn: '2031-11-20' })).toBe('change.bad-fact')
  expect(await refused(baby, { effectiveOn: '2030-12-31' })).toBe('change.bad-fact')
  for (const change of [baby, { kind: 'move', place: 'H1' }, { kind: 'correct-facts', period: card.period }]) {
    expect(await refused(change, { effectiveOn: '2031-11-22' })).toBe('change.in-future')
  }
  const facts = { kind: 'correct-facts', period: card.period, household: { nonsense: 1 } }
  expect(await refused(facts)).toBe('change.unknown-fact')
  expect(await refused({ ...facts, household: {} })).toBe('change.nothing')
  expect(await cardOf(id)).toEqual(card)
})

test('the past can be asked on both axes', async () => {
  const id = (await listed())[5].id
  const card = await cardOf(id)
  const [head, second] = card.members
  const before = new Date(house.settings.now().getTime())
  house.setClock(new Date('2031-12-10T04:00:00Z'))
  officer = await signIn(house.http, officer.login)
  const swap = {
    kind: 'change-head',
    person: second.person,
    relations: { [head.person]: codes.other, [second.person]: codes.head },
  }
  expect((await send(officer, id, 1, swap, { effectiveOn: '2031-12-01' })).body.saved).toBe(true)
  const headAt = async (query: string) => {
    const { status, body } = await officer.get(`/api/households/${id}/past${query}`)
    return status === 200 ? body.members.find((one: Any) => one.relation === codes.head).person : body.code
  }
  expect(await headAt('')).toBe(second.person)
  expect(await headAt('?asOf=2031-11-30')).toBe(head.person)
  // On 5 December it was so already, but nobody knew.
  expect(await headAt('?asOf=2031-12-05')).toBe(second.person)
  expect(await headAt(`?asOf=2031-12-05&knownAt=${before.toISOString()}`)).toBe(head.person)
  expect(await headAt('?asOf=2014-01-01')).toBe('change.not-known-then')
})

test('an identity number is corrected: the old one is free again, the new one is taken', async () => {
  const [, , { id }, { id: other }] = await listed()
  const card = await cardOf(id)
  const [head] = card.members
  const { body: sealed } = await officer.send('POST', `/api/households/${id}/reveal`, { why: 'a test' })
  const old = sealed.members.find((one: Any) => one.person === head.person).document
  const correct = { kind: 'correct-identity', person: head.person, document: paper(5_700) }
  expect((await send(officer, id, card.version, correct)).body.saved).toBe(true)
  const { body: now } = await officer.send('POST', `/api/households/${id}/reveal`, { why: 'a test' })
  expect(now.members.find((one: Any) => one.person === head.person).document).toBe(paper(5_700))
  const newcomer = {
    kind: 'add-member',
    name: 'New Comer',
    relation: codes.other,
    sex: codes.gender,
    bornOn: '2000-01-01',
  }
  const { version } = await cardOf(other)
  expect((await send(officer, other, version, { ...newcomer, document: paper(5_700) })).body.code).toBe(
    'change.identity-taken',
  )
  expect((await send(officer, other, version, { ...newcomer, document: old })).body.saved).toBe(true)
})

test('a year is updated: what is not told is carried over, the year before stays as it was', async () => {
  const id = (await listed())[5].id
  const card = await cardOf(id)
  const next = String(Number(card.period) + 1)
  const update = { kind: 'update-facts', period: card.period, household: {}, members: {} }
  expect((await send(officer, id, card.version, { ...update, period: next })).body.code).toBe('change.bad-period')
  expect((await send(officer, id, card.version, { ...update, period: '2030' })).body.code).toBe('change.earlier-period')
  house.setClock(new Date('2032-02-01T04:00:00Z'))
  officer = await signIn(house.http, officer.login)
  const opening = { form: card.form, period: next, why: 'the yearly round' }
  expect((await officer.send('POST', '/api/periods', opening)).status).toBe(200)
  const saved = await send(officer, id, card.version, { ...update, period: next }, { effectiveOn: '2032-01-31' })
  expect(saved.body).toMatchObject({ saved: true })
  const after = await cardOf(id)
  expect([after.period, after.periods]).toEqual([next, [next, card.period]])
  expect(after.facts).toEqual(card.facts)
  const { body: past } = await officer.get(`/api/households/${id}/past?asOf=2032-01-30`)
  expect(past.period).toBe(card.period)
})

test('a household moves to another village, takes its history along, and the village it left still knows when', async () => {
  const [first, second] = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string }>(sql`select code from place where level = 3 and parent = ${ford} order by code limit 2`),
  )
  const id = (await listed())[4].id
  const card = await cardOf(id)
  expect(card.place.code).toBe(first!.code)
  const move = { kind: 'move', place: second!.code }
  expect((await send(officer, id, card.version, { ...move, place: 'H999' })).body.code).toBe('change.no-village')
  expect((await send(officer, id, card.version, { ...move, place: ford })).body.code).toBe('change.no-village')
  const from = await house.person('clerk', first!.code)
  expect((await send(from, id, card.version, move)).body.code).toBe('change.no-village')
  expect((await send(officer, id, card.version, move)).body).toMatchObject({ saved: true })
  const to = await house.person('clerk', second!.code)
  const { body: moved } = await to.get(`/api/households/${id}`)
  expect([moved.place.code, moved.members.length]).toEqual([second!.code, card.members.length])
  expect((await to.get(`/api/households/${id}/history`)).body.actions).toHaveLength(card.version + 1)
  expect((await from.get(`/api/households/${id}`)).status).toBe(404)
  const leaves = { kind: 'remove-member', person: card.members[2].person, reason: 'w' }
  expect((await send(to, id, moved.version, leaves)).body).toMatchObject({ saved: true })
  const day = (query: string) =>
    from.get(`/api/households?limit=50${query}`).then(({ body }) => body.households.map((one: Any) => one.id))
  expect(await day('')).not.toContain(id)
  expect(await tallyDrift()).toEqual([])
  const back = { kind: 'move', place: first!.code }
  const other = (await listed()).find((one) => one.village.code === first!.code)
  expect((await send(officer, id, moved.version + 1, { ...back, number: other.number })).body.code).toBe(
    'change.number-taken',
  )
})

test('random changes: what is stored equals the replay of the actions, and the audit knows each', async () => {
  const random = seeded(11)
  const ids: number[] = (await listed()).slice(6).map((one) => one.id)
  let saved = 0
  for (let step = 0; step < 60; step++) {
    const id = ids[Math.floor(random() * ids.length)]!
    const card = await cardOf(id)
    const there: Any[] = card.members.filter((one: Any) => one.leftOn === null)
    const someone = there[Math.floor(random() * there.length)]
    const head = there.find((one) => one.relation === codes.head)
    const swap = { [head.person]: codes.other, [someone.person]: codes.head }
    const wishes = [
      { kind: 'remove-member', person: someone.person, reason: 'm' },
      { kind: 'change-head', person: someone.person, relations: swap },
      {
        kind: 'add-member',
        name: `Fresh Person ${String.fromCharCode(65 + (step % 26))}`,
        relation: codes.other,
        document: paper(6_000 + step),
        sex: codes.gender,
        bornOn: '2001-02-03',
      },
    ]
    const answer = await send(officer, id, card.version, wishes[Math.floor(random() * 3)])
    expect([200, 409, 422]).toContain(answer.status)
    if (answer.status === 200) saved++
  }
  expect(saved).toBeGreaterThan(20)
  for (const id of ids) {
    const { body: now } = await officer.get(`/api/households/${id}/past`)
    const card = await cardOf(id)
    const people = (members: Any[]) =>
      members
        .map(({ person, relation, leftOn, name }) => ({ person, relation, leftOn, name }))
        .sort((a, b) => a.person - b.person)
    expect(people(now.members)).toEqual(people(card.members))
    expect([now.version, card.size]).toEqual([
      card.version,
      card.members.filter((one: Any) => one.leftOn === null).length,
    ])
  }
  expect(await tallyDrift()).toEqual([])
  expect(await house.db.transaction(subtree(ROOT), (tx) => verifyActions(tx))).toEqual([])
})

test('lists and counts of a past day are those of that day', async () => {
  const at = async (query: string) => {
    const { households: rows } = (await officer.get(`/api/households?limit=50${query}`)).body
    const { count } = (await officer.get(`/api/households/count?${query.slice(1)}`)).body
    expect(count).toBe(rows.length)
    return rows as Any[]
  }
  const [now, then] = [await at(''), await at('&asOf=2031-11-30')]
  expect(await at('&asOf=2032-02-02')).toEqual(now)
  expect(then.map((one) => one.id)).toEqual(now.map((one) => one.id))
  for (const one of then) {
    const { body: past } = await officer.get(`/api/households/${one.id}/past?asOf=2031-11-30`)
    const there = past.members.filter((member: Any) => member.leftOn === null)
    const head = there.find((member: Any) => member.relation === codes.head)
    expect([one.size, one.headName, one.period]).toEqual([there.length, head.name, past.period])
  }
  expect(await at('&asOf=2031-11-19')).toEqual([])
  expect(await at('&knownAt=2031-11-01T00:00:00Z')).toEqual([])
  expect(await at('&text=Littleone&asOf=2031-11-30')).toHaveLength(1)
  const small = await at('&asOf=2031-11-30&sizeTo=2')
  expect(small.map((one) => one.id)).toEqual(then.filter((one) => one.size <= 2).map((one) => one.id))
  const first = (await officer.get('/api/households?limit=5&asOf=2031-11-30')).body
  const rest = (await officer.get(`/api/households?limit=50&asOf=2031-11-30&after=${first.next}`)).body
  expect([...first.households, ...rest.households]).toEqual(then)
})

test('the list of a past day is exported as it was then; whole cards are of today only', async () => {
  const sheet = async (query: string) => {
    const answer = await officer.get(`/api/households/export?format=csv${query}`)
    return { ...answer, lines: answer.raw.toString('utf8').trim().split(/\r?\n/) }
  }
  const { households: then } = (await officer.get('/api/households?limit=50&asOf=2031-11-30')).body
  const past = await sheet('&asOf=2031-11-30')
  expect(past.lines).toHaveLength(then.length + 1)
  for (const one of then) expect(past.lines.some((line) => line.includes(`,${one.headName},`))).toBe(true)
  expect((await sheet('')).lines).not.toEqual(past.lines)
  expect((await sheet('&asOf=2031-11-19')).lines).toHaveLength(1)
  expect((await sheet('&shape=cards&asOf=2031-11-30')).body.code).toBe('export.past-cards')
})

test('spans of one household never overlap in both times', async () => {
  const overlaps = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all(sql`
      select a.household_id, a.state_no, b.state_no from household_state a join household_state b
        on a.household_id = b.household_id and a.state_no < b.state_no
      where daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
        and tstzrange(a.known_from, a.known_to) && tstzrange(b.known_from, b.known_to)`),
  )
  expect(overlaps).toEqual([])
})
