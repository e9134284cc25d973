import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foldTallies } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { type Random, seeded } from '../../src/kernel/random.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

const SEED = Number(process.env.FOURBEAMS_SEED ?? 20160229)
const STEPS = 40

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any
type Village = { code: string; official: string; ford: string }

let house: TestHouse
let keeper: Person
const wardens = new Map<string, Person>()
let villages: Village[] = []

beforeAll(async () => {
  house = await openTestHouse()
  villages = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<Village>(sql`
      select code, official_code as official, parent as ford from place where level = 3
        and parent in (select parent from place where level = 3 group by 1 having count(*) > 2 order by md5(parent) limit 3)
      order by md5(code) limit 12`),
  )
  keeper = await house.person('keeper', ROOT)
  for (const { ford } of villages) {
    if (!wardens.has(ford)) wardens.set(ford, await house.person('warden', ford))
  }
})

afterAll(() => house?.close())

type Fresh = { code: string; households: number; persons: number; allHouseholds: number; allPersons: number }

/** The children of a place counted from their households, one by one. */
function freshCount(place: string, filter: { status?: string | undefined; cause?: string | undefined }) {
  const { status = null, cause = null } = filter
  return house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<Fresh>(sql`
      with counted as (
        select h.place_code, h.size, (${status}::text is null or h.status = ${status})
               and (${cause}::text is null or h.cause = ${cause}) as fits from household h
      )
      select p.code, count(*) filter (where fits) as households, coalesce(sum(size) filter (where fits), 0)::bigint as persons,
             count(h.place_code) as "allHouseholds", coalesce(sum(size), 0)::bigint as "allPersons"
      from place p left join counted h on h.place_code >= p.code and h.place_code < upper_bound(p.code)
      where p.parent = ${place} group by 1 order by 1`),
  )
}

async function compareAll(random: Random, where: string): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const list = (id: string) => house.pack.lists.get(id)!.codes.map(({ code }) => code)
  const statuses = list('standing')
  const causes = list('reason')
  const village = pick(villages)
  const places = [ROOT, village.ford.slice(0, 3), village.ford]
  for (const place of places) {
    const filter = {
      status: random() < 0.5 ? pick(statuses) : undefined,
      cause: random() < 0.5 ? pick(causes) : undefined,
    }
    const query = Object.entries(filter).flatMap(([name, value]) => (value ? [`&${name}=${value}`] : []))
    const { status, body } = await keeper.get(`/api/map?place=${place}&measure=share${query.join('')}`)
    expect(status, where).toBe(200)
    const fresh = await freshCount(place, filter)
    expect(
      body.children.map(({ code, households, persons, allHouseholds, allPersons }: Any) => ({
        code,
        households,
        persons,
        allHouseholds,
        allPersons,
      })),
      `${where}, ${place} ${JSON.stringify(filter)}`,
    ).toEqual(fresh)
    for (const child of body.children) {
      expect(child.value).toBe(child.allHouseholds === 0 ? null : child.households / child.allHouseholds)
    }
    expect(body.place.households).toBe(fresh.reduce((sum, one) => sum + one.households, 0))
  }
}

describe(`what the map counts, through ${STEPS} random steps`, () => {
  test('is what a fresh count finds, whatever was imported, undone, changed and folded', {
    timeout: 120_000,
  }, async () => {
    const random = seeded(SEED)
    const codes = codesOf(house)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const list = (id: string) => house.pack.lists.get(id)!.codes.map(({ code }) => code)
    const done = { imports: 0, undos: 0, changes: 0, moves: 0, folds: 0 }
    const imports: { id: number; ford: string }[] = []
    let next = 1

    const steps: Record<keyof typeof done, () => Promise<boolean>> = {
      async imports() {
        const village = pick(villages)
        const count = 1 + Math.floor(random() * 6)
        const rows = households(village.official, next, count, codes, 1 + Math.floor(random() * 4)).map((row) =>
          row.standing ? { ...row, standing: pick(list('standing')), reason: pick(list('reason')) } : row,
        )
        next += count
        const run = await importAs(house, wardens.get(village.ford)!, csv(rows))
        if (run.undoable) imports.push({ id: run.id, ford: village.ford })
        return run.counts.registered > 0
      },
      async undos() {
        const [one] = imports.splice(Math.floor(random() * imports.length), 1)
        if (!one) return false
        const warden = wardens.get(one.ford)!
        const answer = await warden.send('POST', `/api/imports/${one.id}/undo`, { why: 'a wrong file' })
        if (answer.status !== 200) return false
        await house.jobs.runHere(answer.body.job)
        return true
      },
      async changes() {
        const warden = pick([...wardens.values()])
        const found = (await warden.get('/api/households?limit=50&sizeFrom=2')).body.households as Any[]
        if (found.length === 0) return false
        const { body: card } = await warden.get(`/api/households/${pick(found).id}`)
        const member = card.members.findLast((one: Any) => one.leftOn === null)
        return change(warden, card, { kind: 'remove-member', person: member.person, reason: 'd' })
      },
      async moves() {
        const from = pick(villages)
        const to = villages.find(({ ford, code }) => ford === from.ford && code !== from.code)
        const warden = wardens.get(from.ford)!
        const found = (await warden.get(`/api/households?limit=50&place=${from.code}`)).body.households as Any[]
        if (found.length === 0 || !to) return false
        const { body: card } = await warden.get(`/api/households/${pick(found).id}`)
        return change(warden, card, { kind: 'move', place: to.code })
      },
      async folds() {
        await foldTallies(house.db)
        return true
      },
    }

    async function change(warden: Person, card: Any, wish: object): Promise<boolean> {
      const answer = await warden.send('POST', `/api/households/${card.id}/changes`, {
        version: card.version,
        key: randomUUID(),
        effectiveOn: '2031-11-20',
        why: 'a test',
        change: wish,
      })
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      return answer.body.saved === true
    }

    const names = Object.keys(steps) as (keyof typeof done)[]
    for (let step = 0; step < STEPS; step++) {
      const name = step < 6 ? 'imports' : pick(names)
      if (await steps[name]()) done[name]++
      await compareAll(random, `step ${step}, ${name}`)
    }
    for (const [name, count] of Object.entries(done)) expect(count, name).toBeGreaterThan(0)
  })
})

test('folding leaves nothing behind, and two who fold at once fold each change once', async () => {
  await Promise.all([foldTallies(house.db), foldTallies(house.db), foldTallies(house.db)])
  const left = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ deltas: number; wrong: number }>(sql`
      select (select count(*) from tally_delta) as deltas, (
        select count(*) from (
          select p.code, t.status, t.cause, sum(v.households) as households, sum(v.persons) as persons
          from place p join place_tally t on t.place_code = p.code
          join village_tally v on v.status = t.status and v.cause = t.cause and v.place_code > p.code
               and (p.level = 0 or v.place_code < upper_bound(p.code))
          group by 1, 2, 3 having sum(v.households) <> max(t.households) or sum(v.persons) <> max(t.persons)
        ) w) as wrong`),
  )
  expect(left).toEqual({ deltas: 0, wrong: 0 })
})

test('who has a post sees no map above it', async () => {
  const warden = [...wardens.values()][0]!
  const own = await warden.get('/api/map')
  expect(own.status).toBe(200)
  expect(own.body.above).toEqual([])
  const beyond = await warden.get(`/api/map?place=${ROOT}`)
  expect([beyond.status, beyond.body.code]).toEqual([404, 'request.not-found'])
})
