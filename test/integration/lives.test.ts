import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs, paper } from '../support/households.ts'
import { compareLives } from '../support/lives.ts'

/** Lives that are drawn; each goes on where the last one ended. */
const ROUNDS = Number(process.env.FOURBEAMS_LIVES ?? 20)
const STEPS = 10

let house: TestHouse
let officer: Person
let hamlets: { code: string; official: string; parent: string }[]
let codes: ReturnType<typeof codesOf>

beforeAll(async () => {
  house = await openTestHouse()
  codes = codesOf(house)
  hamlets = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all(sql`select code, official_code as official, parent from place where level = 3 order by code limit 2`),
  )
  officer = await house.person('warden', hamlets[0]!.parent)
  const rows = hamlets.flatMap(({ official }, at) => households(official, 1 + at * 100, 6, codes, 5))
  expect((await importAs(house, officer, csv(rows))).counts.registered).toBe(12)
  house.setClock(new Date('2031-12-31T04:00:00Z'))
  officer = await house.person('warden', hamlets[0]!.parent, 'warden-later')
})

afterAll(() => house?.close())

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

test('random lives with splits, merges, returns and undoings: what is stored equals the replay of the actions', async () => {
  const random = seeded(31)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const saved = new Map<string, number>()
  const refused = new Set<string>()
  let papers = 700_000
  let numbers = 0

  const wishFor = async (card: Any, other: Any): Promise<Any> => {
    const living: Any[] = card.members.filter((one: Any) => one.leftOn === null)
    const gone: Any[] = card.members.filter((one: Any) => one.leftOn !== null)
    const someone = pick(living)
    const head = living.find((one) => one.relation === codes.head)
    const going = living.filter((one) => one !== head && random() < 0.6)
    const coming = other.members.filter((one: Any) => one.leftOn === null)
    const relations = (people: Any[]) => Object.fromEntries(people.map((one) => [one.person, codes.other]))
    const { actions } = (await officer.get(`/api/households/${card.id}/history`)).body
    const split = () => ({
      kind: 'split',
      number: `S${numbers++}`,
      place: pick(hamlets).code,
      relations: going[0] ? { ...relations(going), [going[0].person]: codes.head } : {},
      facts: { boats: 1 },
    })
    return pick<() => Any>([
      () => ({ kind: 'remove-member', person: living.at(-1).person, reason: pick(['w', 'm', 'd']) }),
      () => ({ kind: 'remove-member', person: someone.person, reason: 'w' }),
      ...(gone.length > 0 ? [() => ({ kind: 'return-member', person: pick(gone).person, relation: codes.other })] : []),
      ...(gone.some(({ leftWhy }) => leftWhy === 'w')
        ? [
            () => ({
              kind: 'return-member',
              person: gone.find(({ leftWhy }) => leftWhy === 'w').person,
              relation: codes.other,
            }),
          ]
        : []),
      () => ({
        kind: 'change-head',
        person: someone.person,
        relations: { [head.person]: codes.other, [someone.person]: codes.head },
      }),
      () => ({
        kind: 'add-member',
        name: 'Drawn Person',
        relation: codes.other,
        document: paper(papers++),
        sex: codes.gender,
        bornOn: '2001-02-03',
      }),
      () => ({ kind: 'correct-facts', period: card.period, household: { boats: Math.floor(random() * 12) } }),
      () => ({ kind: 'correct-facts', period: card.period, members: { [someone.person]: { swims: random() < 0.5 } } }),
      () => ({ kind: 'correct-identity', person: someone.person, document: paper(papers++) }),
      () => ({ kind: 'move', place: pick(hamlets).code }),
      split,
      split,
      () => ({ kind: 'merge', household: other.id, version: other.version, relations: relations(coming) }),
      () => ({ kind: 'undo', action: Math.max(...actions.map((one: Any) => one.no)) }),
      () => ({ kind: 'undo', action: pick<Any>(actions).no }),
    ])()
  }

  for (let round = 0; round < ROUNDS; round++) {
    const { households: rows } = (await officer.get('/api/households?limit=100')).body
    for (let step = 0; step < STEPS; step++) {
      const [card, other] = await Promise.all(
        [pick<Any>(rows), pick<Any>(rows)].map(({ id }) => officer.get(`/api/households/${id}`)),
      )
      // One of this round may have been merged away since.
      if (card!.status === 410 || other!.status === 410) continue
      const change = await wishFor(card!.body, other!.body)
      const effectiveOn = `2031-${pick(['11-20', '11-25', '12-05', '12-20', '12-31', '12-31', '12-31'])}`
      const body = { version: card!.body.version, key: randomUUID(), effectiveOn, why: 'drawn', change }
      const answer = await officer.send('POST', `/api/households/${card!.body.id}/changes`, body)
      expect([200, 409, 422], JSON.stringify(answer.body)).toContain(answer.status)
      if (answer.status === 200) saved.set(change.kind, (saved.get(change.kind) ?? 0) + 1)
      else refused.add(answer.body.code)
    }
    if (round % 5 === 4) await compareLives(house)
  }
  const { living, ended } = await compareLives(house)
  console.log(`lives: ${ROUNDS} rounds, ${living} households there, ${ended} ended; saved`, Object.fromEntries(saved))
  console.log('refused for', [...refused].sort().join(', '))
  for (const kind of ['remove-member', 'return-member', 'split', 'merge', 'undo']) {
    expect(saved.get(kind) ?? 0, kind).toBeGreaterThan(ROUNDS / 10)
  }
}, 180_000)
