import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { sql } from '../../src/platform/db/database.ts'
import { codesOf, csv, households } from '../support/households.ts'
import { type Killable, makeKillable } from '../support/killable.ts'
import { compareLives } from '../support/lives.ts'
import { pack } from '../support/packs.ts'

/**
 * Changes, splits and merges on the real server while the server, one connection of the database, the database or both
 * are killed with -9. What was acknowledged is there exactly once; what was not is there whole or not at all.
 */
const ROUNDS = Number(process.env.FOURBEAMS_KILLS ?? 20)
const CLIENTS = 6
const random = seeded(Number(process.env.FOURBEAMS_SEED ?? 20161231))
const codes = codesOf({ pack: pack('riverland') })

let server: Killable

beforeAll(async () => {
  server = await makeKillable()
  await server.start()
  await server.signIn('warden')
  const { call, until } = server
  const form = new FormData()
  form.append('file', new Blob([csv(households('H000000101', 1, 60, codes, 3))]), 'households.csv')
  const { id, mapping, period } = await call('POST', '/api/imports', form)
  await call('PUT', `/api/imports/${id}/mapping`, { mapping, period, why: 'a test' })
  const state = (wanted: string) => async () => (await call('GET', `/api/imports/${id}`)).state === wanted
  await until(state('checked'), 'the check', 120)
  await call('POST', `/api/imports/${id}/start`)
  await until(state('done'), 'the import', 120)
}, 300_000)

afterAll(() => server?.remove(), 60_000)

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as the test knows them
type Any = any

/** What the clients were told is done: the key of each change and the household. */
const journal = new Map<string, number>()
let numbers = 0

function wishFor(card: Any, other: Any): Any {
  const living = card.members.filter((one: Any) => one.leftOn === null)
  const [head, ...rest] = [...living].sort((a: Any) => (a.relation === codes.head ? -1 : 1))
  const drawn = random()
  if (drawn < 0.2 && rest.length > 0) {
    return { kind: 'split', number: `K${numbers++}`, relations: { [rest[0].person]: codes.head }, facts: {} }
  }
  if (drawn < 0.4 && other.id !== card.id) {
    const coming = other.members.filter((one: Any) => one.leftOn === null)
    const relations = Object.fromEntries(coming.map((one: Any) => [one.person, codes.other]))
    return { kind: 'merge', household: other.id, version: other.version, relations }
  }
  if (drawn < 0.6) {
    const born = { sex: codes.gender, bornOn: '2001-02-03' }
    return { kind: 'add-member', name: 'Drawn Person', relation: codes.other, ...born }
  }
  const swims = random() < 0.5
  return { kind: 'correct-facts', period: card.period, household: {}, members: { [head.person]: { swims } } }
}

async function client(goesOn: () => boolean): Promise<void> {
  const { call } = server
  while (goesOn()) {
    try {
      const { households: rows } = await call('GET', '/api/households?limit=100')
      const draw = () => call('GET', `/api/households/${rows[Math.floor(random() * rows.length)].id}`)
      const [card, other] = [await draw(), await draw()]
      const key = randomUUID()
      const effectiveOn = new Date().toISOString().slice(0, 10)
      const body = { version: card.version, key, effectiveOn, why: 'drawn', change: wishFor(card, other) }
      const { saved } = await call('POST', `/api/households/${card.id}/changes`, body)
      if (saved) journal.set(key, card.id)
    } catch {
      // Refused, or the server is gone: nothing was promised.
      await new Promise((resume) => setTimeout(resume, 20))
    }
  }
}

function killBackend(): void {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.postmaster())], { encoding: 'utf8' })
  const backends = children
    .split('\n')
    .filter((line) => /fourbeams .*(idle|SELECT|INSERT|UPDATE|BEGIN|COMMIT)/.test(line))
  const chosen = backends[Math.floor(random() * backends.length)]
  if (chosen) process.kill(Number(chosen.trim().split(' ')[0]), 'SIGKILL')
}

const victims = {
  server: () => server.kill(),
  connection: async () => killBackend(),
  database: async () => {
    process.kill(server.postmaster(), 'SIGKILL')
    await server.kill()
  },
}

it(`${ROUNDS} kills lose nothing that was acknowledged, double nothing and leave nothing half done`, async () => {
  const seconds: number[] = []
  const killed: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++) {
    let going = true
    const clients = Array.from({ length: CLIENTS }, () => client(() => going))
    const wanted = journal.size + 3 + Math.floor(random() * 12)
    await server.until(async () => journal.size >= wanted, 'some acknowledged changes', 90)
    const name = (['server', 'connection', 'database', 'server'] as const)[round % 4]!
    killed[name] = (killed[name] ?? 0) + 1
    await victims[name]()
    const begun = performance.now()
    if (!server.alive()) await server.start()
    await server.until(
      async () => (await server.call('GET', '/api/households?limit=1')).households,
      'serving again',
      90,
    )
    seconds.push((performance.now() - begun) / 1000)
    going = false
    await Promise.all(clients)
  }
  expect(await server.stop()).toBe(0)
  await server.start()
  expect((await server.call('GET', '/api/households?limit=1')).households).toHaveLength(1)
  await server.kill()

  const house = await server.open()
  try {
    const { living, ended } = await compareLives(house)
    const [requests, orphans, audit] = await house.db.transaction(subtree(ROOT), async (tx) => [
      await tx.all<{ key: string; id: number; actions: number }>(sql`
        select r.request_key::text as key, r.household_id as id,
               (select count(*) from household_action a where a.household_id = r.household_id and a.action_no = r.action_no)::int as actions
        from household_request r`),
      await tx.all(sql`
        select 1 from household_action a where (a.detail ? 'change')
          and not exists (select from household_request r where r.household_id = a.household_id and r.action_no = a.action_no)`),
      await verifyAudit(tx, []),
    ])
    const stored = new Map(requests.map(({ key, id, actions }) => [key, { id, actions }]))
    for (const [key, id] of journal) expect(stored.get(key), key).toEqual({ id, actions: 1 })
    expect(orphans).toEqual([])
    expect(audit.faults).toEqual([])
    const sorted = seconds.sort((a, b) => a - b)
    console.log(
      `kills: ${ROUNDS}`,
      killed,
      `${journal.size} acknowledged, ${stored.size} stored, ${living} households there, ${ended} ended;`,
      `serving again after ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} s (median), ${sorted.at(-1)?.toFixed(1)} s (longest)`,
    )
  } finally {
    await house.close()
  }
}, 600_000)
