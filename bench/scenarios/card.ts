import type pg from 'pg'
import { buildHttp } from '../../src/app/http.ts'
import { addUser } from '../../src/app/operator.ts'
import { ROOT } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import type { Measured, Scenario } from '../scenario.ts'
import { drive } from './drive.ts'
import { type LoadedHouse, withLoadedHouse } from './loaded-house.ts'

export const card: Scenario = {
  name: 'card',
  what: 'Reads household cards over HTTP by random number, 1,000,000 households, one server process. Baseline: the same rows by a prepared query over pg.',
  run: ({ scale, log }) =>
    withLoadedHouse(3_000_000 * scale, log, ({ house, households, first }) => measureCards(house, households, first)),
}

export const card3m: Scenario = {
  name: 'card-3m',
  what: 'Reads household cards over HTTP by random number, 3,000,000 households loaded (FOURBEAMS_BENCH_HOME keeps them). Baseline: the same rows by a prepared query over pg.',
  run: ({ scale, log }) =>
    withLoadedHouse(9_000_000 * scale, log, ({ house, households, first }) => measureCards(house, households, first)),
}

async function measureCards(house: BenchedHouse, households: number, first = 1): Promise<Measured[]> {
  const { urls, cookie, close } = await serve(house, households, 40_000, first)
  try {
    await drive(urls.slice(0, 2_000), cookie, 16)
    const run = await drive(urls, cookie, 16)
    const baseline = await preparedReads(house, households, urls.length, first)
    return [
      { name: 'cards read', value: run.perSecond, unit: 'cards/s', least: 5_000, baseline },
      { name: 'p99', value: run.p99, unit: 'ms', most: 10 },
    ]
  } finally {
    await close()
  }
}

type BenchedHouse = LoadedHouse['house']

/** A listening server with somebody signed in who sees the whole nation, and the cards that will be asked for. */
export async function serve(house: BenchedHouse, households: number, count = 40_000, first = 1) {
  const { db, pack, register, settings } = house
  const role = pack.roles.find((one) => one.level === pack.levels[0]!.id && one.rights.includes('household.read'))!
  const password = 'sixteen cards at once'
  const login = `bench-${Date.now()}`
  await addUser(
    { db, pack, now: settings.now, ids: register.ids, chainOf: register.chainOf },
    { login, name: 'bench', password, role: role.id, place: ROOT },
  )
  const app = await buildHttp(house, { requestsPerMinute: 100_000_000, web: '/nonexistent' })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const signedIn = await fetch(`${address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  })
  const cookie = String(signedIn.headers.get('set-cookie')).split(';')[0]!
  const random = seeded(7)
  const urls = Array.from(
    { length: count },
    () => `${address}/api/households/${first + Math.floor(random() * households)}`,
  )
  return { address, urls, cookie, close: () => app.close() }
}

async function preparedReads(house: BenchedHouse, households: number, count: number, first: number): Promise<number> {
  const random = seeded(7)
  const clients = await Promise.all(Array.from({ length: 8 }, () => house.db.connect()))
  const text = `select h.*, f.facts, (select jsonb_agg(m) from member m where m.household_id = h.household_id) as members
                from household h left join household_facts f on f.household_id = h.household_id and f.period = h.period where h.household_id = $1`
  await Promise.all(clients.map((client) => client.query("set app.lo = '0'; set app.hi = '~'")))
  const begun = performance.now()
  let left = count
  await Promise.all(
    clients.map(async (client: pg.PoolClient) => {
      while (left-- > 0)
        await client.query({ name: 'bench-card', text, values: [first + Math.floor(random() * households)] })
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  for (const client of clients) client.release(true)
  return count / seconds
}
