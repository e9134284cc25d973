import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { foldTallies, recordChange, verifyActions } from '../../src/beams/register/index.ts'
import { goesAlong } from '../../src/beams/register/place-change/move-places.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { writeEntries } from '../../src/platform/audit/write.ts'
import { sql } from '../../src/platform/db/database.ts'
import { type Hamlet, hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

let house: TestHouse
let keeper: Person
let warden: Person
let hamlets: Hamlet[]
let codes: ReturnType<typeof codesOf>

beforeAll(async () => {
  house = await openTestHouse()
  codes = codesOf(house)
  hamlets = await hamletsOf(house)
  keeper = await house.person('keeper', ROOT)
  const [first] = hamlets
  warden = await house.person('warden', first!.ford)
  const [, second] = hamlets.filter((one) => one.ford === first!.ford)
  // The same numbers in two hamlets, so that a merger has to give new ones.
  for (const [at, hamlet] of [first!, second!].entries()) {
    const rows = households(hamlet.official, 1 + at * 100, 6, codes, 2 + at).map((row) => ({
      ...row,
      hearth: String(Number(row.hearth!.slice(1)) - at * 100).padStart(3, '0'),
    }))
    const run = await importAs(house, warden, csv(rows))
    expect(run.counts.registered).toBe(6)
  }
})

afterAll(() => house?.close())

const wish = (change: Any, over: Any = {}) => ({
  effectiveOn: '2031-06-01',
  why: 'by decree of the land',
  change,
  ...over,
})
const change = (code: string, what: Any, over: Any = {}) =>
  keeper.send('POST', `/api/places/${code}/changes`, wish(what, over))
const here = (at = 0) => hamlets.filter((one) => one.ford === hamlets[0]!.ford)[at]!
const all = <Row extends object>(query: Parameters<TestHouse['db']['transaction']>[1] extends never ? never : Any) =>
  house.db.transaction(subtree(ROOT), (tx) => tx.all<Row>(query))

async function soundness(): Promise<void> {
  expect(
    await all(sql`
      select * from (select place_code, status, cause, households::bigint, persons::bigint from village_tally) t
      full join (select place_code, status, cause, count(*) as households, sum(size) as persons from household group by 1, 2, 3) h
        using (place_code, status, cause)
      where (t.households, t.persons) is distinct from (h.households, h.persons)`),
  ).toEqual([])
  expect(
    await all(sql`
      select 'child' as what, c.code from place c join place p on p.code = c.parent
      where c.valid_to is null and (p.valid_to is not null or left(c.code, length(p.code)) <> p.code and p.code <> ${ROOT})
      union all select 'household', h.place_code from household h join place p on p.code = h.place_code where p.valid_to is not null
      union all select 'member', m.place_code from member m join household h using (household_id) where m.place_code <> h.place_code
      union all select 'facts', f.place_code from household_facts f join household h using (household_id) where f.place_code <> h.place_code
      union all select 'post', o.place_code from post o join place p on p.code = o.place_code where p.valid_to is not null
      union all select 'two states', a.place_code from household_state a join household_state b using (household_id)
        where a.state_no < b.state_no
          and daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
          and tstzrange(a.known_from, a.known_to) && tstzrange(b.known_from, b.known_to)`),
  ).toEqual([])
  await foldTallies(house.db)
  expect(
    await all(sql`
      select p.code, t.households, h.households as counted
      from place p
      left join (select place_code, sum(households)::int as households from place_tally group by 1) t on t.place_code = p.code
      left join lateral (select nullif(count(*), 0)::int as households from household h
                         where p.code = ${ROOT} or h.place_code >= p.code and h.place_code < upper_bound(p.code)) h on true
      where p.level < 3 and t.households is distinct from h.households`),
  ).toEqual([])
  const findings = await house.db.transaction(subtree(ROOT), (tx) => verifyActions(tx))
  expect(findings).toEqual([])
}

test('a renamed place is found by both names, and the past calls it as it was called', async () => {
  const hamlet = here(2)
  const old = (await keeper.get(`/api/places/${hamlet.code}`)).body
  const shown = await change(hamlet.code, { kind: 'rename', name: 'Zanderquill' }, { preview: true })
  expect(shown.body).toMatchObject({ saved: false, places: 1, households: 0 })
  expect((await keeper.get(`/api/places/${hamlet.code}`)).body.name).toBe(old.name)
  expect((await change(hamlet.code, { kind: 'rename', name: 'Zanderquill' })).body.saved).toBe(true)
  for (const text of ['Zanderquill', old.name]) {
    const { places } = (await keeper.get(`/api/places?text=${encodeURIComponent(text)}`)).body
    expect(places.map((one: Any) => one.code)).toContain(hamlet.code)
  }
  const then = (await keeper.get(`/api/places/${hamlet.ford}?asOf=2031-05-31`)).body
  const now = (await keeper.get(`/api/places/${hamlet.ford}?asOf=2031-06-01`)).body
  const nameIn = (answer: Any) => answer.children.find((one: Any) => one.code === hamlet.code).name
  expect([nameIn(then), nameIn(now)]).toEqual([old.name, 'Zanderquill'])
  expect((await change(hamlet.code, { kind: 'rename', name: 'Zanderquill' })).body.code).toBe('change.nothing')
  await soundness()
})

test('a new official code leaves the key where codes do not nest, and the old code finds the place', async () => {
  const hamlet = here(2)
  expect((await change(hamlet.code, { kind: 'recode', officialCode: 'H-NEW-77' })).body).toMatchObject({
    saved: true,
    place: hamlet.code,
  })
  const { places } = (await keeper.get(`/api/places?text=${hamlet.official}`)).body
  expect(places[0]).toMatchObject({ code: hamlet.code, officialCode: 'H-NEW-77' })
  expect(places[0].former).toContain(hamlet.official)
  const taken = await change(here(1).code, { kind: 'recode', officialCode: 'H-NEW-77' })
  expect([taken.status, taken.body.code]).toEqual([409, 'place.code-taken'])
})

test('two hamlets become one: numbers that clash are given anew, and the past stays where it was', async () => {
  const [gone, stays] = [here(0), here(1)]
  const before = (await warden.get(`/api/households?place=${gone.code}`)).body.households
  const merged = await change(gone.code, { kind: 'merge', into: stays.code })
  expect(merged.body).toMatchObject({ saved: true, households: 6, persons: 12, place: stays.code })
  await soundness()
  const after = (await warden.get(`/api/households?place=${stays.code}&limit=50`)).body.households
  expect(after).toHaveLength(12)
  expect(new Set(after.map((one: Any) => one.number)).size).toBe(12)
  expect((await warden.get(`/api/households?place=${gone.code}`)).body.households).toEqual([])
  const then = (await warden.get(`/api/households?place=${gone.code}&asOf=2031-05-31`)).body.households
  // Registered in November, merged with effect from June: what held before the registration nobody knows.
  expect(then).toEqual([])
  const { body: count } = await warden.get(`/api/households/count?place=${stays.code}&asOf=2031-11-20`)
  expect(count.count).toBe(12)
  const { body: history } = await warden.get(`/api/households/${before[0].id}/history`)
  expect(history.actions[0]).toMatchObject({ kind: 'move', why: 'by decree of the land' })
  const ended = (await keeper.get(`/api/places/${gone.code}`)).body
  expect(ended).toMatchObject({ until: '2031-06-01', became: { code: stays.code } })
  const found = (await keeper.get(`/api/places?text=${gone.official}`)).body.places
  expect(found.map((one: Any) => one.code)).toContain(stays.code)
  const again = await change(gone.code, { kind: 'rename', name: 'Nobody' })
  expect([again.status, again.body.code]).toEqual([409, 'place.ended'])
  const { body: told } = await keeper.get(`/api/places/${stays.code}/changes`)
  expect(told.changes[0]).toMatchObject({ kind: 'merge', households: 6 })
})

test('a household that moved with its place still changes, and replays to what is stored', async () => {
  const [household] = (await warden.get(`/api/households?place=${here(1).code}`)).body.households
  const card = (await warden.get(`/api/households/${household.id}`)).body
  const body = {
    version: card.version,
    key: randomUUID(),
    effectiveOn: '2031-11-20',
    why: 'as the village told',
    change: { kind: 'remove-member', person: card.members.at(-1).person, reason: 'd' },
  }
  const saved = await warden.send('POST', `/api/households/${household.id}/changes`, body)
  expect(saved.body).toMatchObject({ saved: true })
  expect(
    saved.body.differences.every((one: Any) => one.person === card.members.at(-1).person || one.field === 'size'),
  ).toBe(true)
  await soundness()
})

test('a hamlet is split by households, and a ford by hamlets, with posts and scope', async () => {
  const hamlet = here(1)
  const { households: living } = (await warden.get(`/api/households?place=${hamlet.code}&limit=50`)).body
  const going = living.slice(0, 4).map((one: Any) => one.id)
  const split = { kind: 'split', officialCode: 'H-SPLIT-1', name: 'Upper Part' }
  const on = { effectiveOn: '2031-11-20' }
  const nobody = await change(hamlet.code, { ...split, households: living.map((one: Any) => one.id) }, on)
  expect(nobody.body.code).toBe('place.split-all')
  expect((await change(hamlet.code, split, on)).body.code).toBe('place.split-what')
  const done = (await change(hamlet.code, { ...split, households: going }, on)).body
  expect(done).toMatchObject({ saved: true, households: 4 })
  const moved = (await warden.get(`/api/households?place=${done.place}`)).body.households
  expect(moved.map((one: Any) => one.id).sort()).toEqual([...going].sort())
  await soundness()

  const clerk = await house.person('clerk', done.place)
  const ford = hamlet.ford
  const parted = (
    await change(
      ford,
      { kind: 'split', officialCode: 'F-SPLIT-1', name: 'New Ford', children: [done.place] },
      { effectiveOn: '2031-11-21' },
    )
  ).body
  expect(parted).toMatchObject({ saved: true, places: 1, households: 4 })
  // The hamlet began on the day before, and lies below the new ford now; its clerk goes along.
  expect((await clerk.get('/api/households')).body.households).toHaveLength(4)
  expect((await warden.get('/api/households?limit=50')).body.households).toHaveLength(8)
  await soundness()
  const sheet = (await keeper.get(`/api/places/${ford}?asOf=2031-11-20`)).body
  expect(sheet.children.map((one: Any) => one.name)).toContain('Upper Part')
  expect(sheet.households).toBe(12)
  const today = (await keeper.get(`/api/places/${ford}?asOf=2031-11-20&tree=now`)).body
  expect(today.children.map((one: Any) => one.name)).not.toContain('Upper Part')
  expect(today.households).toBe(8)
  const fresh = (await keeper.get(`/api/places/${parted.place}?asOf=2031-11-20&tree=now`)).body
  expect(fresh.households).toBe(4)
})

test('fords are merged: hamlets get keys below the other one', async () => {
  const ford = hamlets[0]!.ford
  const reach = hamlets[0]!.reach
  const { children } = (await keeper.get(`/api/places/${reach}`)).body
  const other = children.find((one: Any) => one.code !== ford && one.name !== 'New Ford')
  const merged = (await change(ford, { kind: 'merge', into: other.code }, { effectiveOn: '2031-11-21' })).body
  expect(merged).toMatchObject({ saved: true, households: 8 })
  await soundness()
  expect((await warden.get('/api/households?limit=50')).body.households).toHaveLength(8)
  expect((await warden.get(`/api/places/${other.code}`)).body.households).toBe(8)
})

test('what cannot be is refused with a sentence, and nothing moves', async () => {
  const [hamlet] = hamlets.filter((one) => one.ford !== hamlets[0]!.ford)
  const refused: [string, Any, string, Any?][] = [
    [hamlet!.code, { kind: 'merge', into: hamlet!.code }, 'place.merge-self'],
    [hamlet!.code, { kind: 'merge', into: hamlet!.reach }, 'place.other-level'],
    [hamlet!.code, { kind: 'merge', into: 'NOWHERE' }, 'request.not-found'],
    [hamlet!.code, { kind: 'rename', name: 'Tomorrowland' }, 'change.in-future', { effectiveOn: '2032-01-01' }],
    [hamlet!.code, { kind: 'rename', name: 'Dawn' }, 'place.before-start', { effectiveOn: '1899-01-01' }],
    [hamlet!.ford, { kind: 'split', officialCode: 'F-9', name: 'X', children: ['NOWHERE'] }, 'place.not-below'],
    [
      hamlet!.code,
      { kind: 'split', officialCode: 'H-9', name: 'X', households: [999_999] },
      'place.household-elsewhere',
    ],
    [hamlet!.code, { kind: 'recode', officialCode: 'H-9', parent: hamlet!.reach }, 'place.code-elsewhere'],
    [ROOT, { kind: 'rename', name: 'Everything' }, 'place.own'],
  ]
  for (const [code, what, problem, over] of refused) {
    const answer = await change(code, what, over)
    expect([problem, answer.body.code]).toEqual([problem, problem])
  }
  expect(
    (await warden.send('POST', `/api/places/${hamlets[1]!.code}/changes`, wish({ kind: 'rename', name: 'Mine' })))
      .status,
  ).toBe(403)
  await soundness()
})

test('a checked import that names a place of before has to be checked again', async () => {
  const [hamlet] = hamlets.filter((one) => one.ford !== hamlets[0]!.ford)
  const other = await house.person('warden', hamlet!.ford, 'another-warden')
  const run = await importAs(house, other, csv(households(hamlet!.official, 900, 2, codes)), { start: false })
  expect(run.state).toBe('checked')
  const sibling = hamlets.find((one) => one.ford === hamlet!.ford && one.code !== hamlet!.code)!
  expect((await change(hamlet!.code, { kind: 'merge', into: sibling.code })).body.saved).toBe(true)
  expect((await other.get(`/api/imports/${run.id}`)).body.state).toBe('mapping')
})

test('a household that is being changed at that moment is moved as it is afterwards', async () => {
  const ford = hamlets.find((one) => one.reach !== hamlets[0]!.reach)!.ford
  const [gone, stays] = hamlets.filter((one) => one.ford === ford)
  const officer = await house.person('warden', ford, 'third-warden')
  await importAs(house, officer, csv(households(gone!.official, 700, 2, codes, 3)))
  const [{ id }] = (await officer.get('/api/households')).body.households
  const card = (await officer.get(`/api/households/${id}`)).body
  const [post]: Any[] = await all(sql`
    select account_id as "accountId", post_id as "postId" from post join account using (account_id) where login = 'third-warden'`)
  const actor = { ...post, requestId: randomUUID(), at: house.settings.now(), scope: subtree(ford) }
  const body = {
    version: 1,
    key: randomUUID(),
    effectiveOn: '2031-11-20',
    why: 'as the village told',
    preview: false,
    // No count changes by it, so nothing but the household itself is held.
    change: {
      kind: 'change-head' as const,
      person: card.members[1].person,
      relations: { [card.members[0].person]: codes.other, [card.members[1].person]: codes.head },
    },
  }
  let merging: Promise<Any> | undefined
  await house.db.transaction(subtree(ford), async (tx) => {
    const entries: Any[] = []
    await recordChange(tx, house.register, actor, id, body, (entry) => entries.push(entry))
    writeEntries(tx, actor, entries, house.register.chainOf)
    // Asks something, so that what was only queued is there before the other one begins.
    await tx.all(sql`select 1 as there`)
    merging = change(gone!.code, { kind: 'merge', into: stays!.code })
    await waitsForLock()
  })
  expect((await merging).body).toMatchObject({ saved: true, households: 2, persons: 6 })
  const after = (await officer.get(`/api/households/${id}`)).body
  expect([after.place.code, after.size, after.version]).toEqual([stays!.code, 3, 3])
  await soundness()
})

/** Until some other connection of this database waits for a lock. */
async function waitsForLock(): Promise<void> {
  for (;;) {
    const waiting = await all(sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    if (waiting.length > 0) return
  }
}

test('every table that knows places says what becomes of its rows', async () => {
  const followsHousehold = ['household', 'member', 'household_facts', 'member_facts']
  const ofItsTime = [
    'household_action',
    'household_request',
    'household_state',
    'audit_entry',
    'place_change',
    'place_former',
    'household_evidence',
    'printed_card',
    'access_log',
    'form_period',
    'place_card',
    'place_facts',
    'place_action',
  ]
  /** Staged rows are checked again; tags are copied and tallies moved by statements of their own. */
  const otherwise = [
    'import_row',
    'import_held',
    'import_update',
    'place_tag',
    'place_boundary',
    'village_tally',
    'place_tally',
    'tally_delta',
  ]
  const tables = await all(sql`
    select distinct c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'place_code' and t.table_type = 'BASE TABLE' order by 1`)
  expect(tables.map(({ name }: Any) => name)).toEqual(
    [...followsHousehold, ...ofItsTime, ...otherwise, ...goesAlong].sort(),
  )
})
