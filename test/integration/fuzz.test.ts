import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allContracts, buildHttp } from '../../src/app/http.ts'
import { ROOT } from '../../src/kernel/place-code.ts'
import { problems } from '../../src/kernel/problems.ts'
import type { Contract } from '../../src/platform/http/contract.ts'
import { rooms, testRooms } from '../support/access/rooms.ts'
import { hamletsOf, plantTarget, type Target } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { fitting, type Known, naughtyBodies, naughtyPaths, spoilt } from '../support/inputs.ts'
import { freshSession, type Holder, holderOf } from '../support/posts.ts'

/** Drawn inputs for each contract: so many that fit, and as many that are spoilt. */
const RUNS = Number(process.env.FOURBEAMS_FUZZ ?? 20)

let house: TestHouse
let http: TestHouse['http']
let holder: Holder
/** Holds the right to run accounts, which the holder of most rights does not. */
let keeper: Holder
let target: Target
let known: Known
let contracts: Contract[]
/** What went wrong inside, which the caller is not told. */
const inner: string[] = []
const answers: Record<number, number> = {}

beforeAll(async () => {
  house = await openTestHouse()
  const loud = { ...house, settings: { ...house.settings, log: (line: string) => inner.push(line) } }
  http = await buildHttp(loud, { requestsPerMinute: 1_000_000, web: '/nonexistent' })
  contracts = allContracts(house)
  target = await plantTarget(house, (await hamletsOf(house))[0]!, 0)
  const role = house.pack.roles.toSorted((a, b) => b.rights.length - a.rights.length)[0]!
  holder = await holderOf(house, role.id, ROOT)
  keeper = await holderOf(house, 'keeper', ROOT)
  known = {
    numbers: [
      target.household,
      target.job,
      holder.postId,
      target.post,
      target.account,
      0,
      1,
      2,
      50,
      ...Object.values(target.imports),
    ],
    texts: [
      target.hamlet,
      target.ford,
      target.number,
      target.head,
      target.document,
      `${target.hamlet}.${target.household}`,
      target.held.number,
      target.card,
      '2031',
      'lantern',
      'in,back',
      'en',
      'rv',
      ROOT,
    ],
  }
})

afterAll(async () => {
  await http?.close()
  await house?.close()
  console.log(`fuzz: ${Object.values(answers).reduce((sum, count) => sum + count, 0)} requests, by status`, answers)
})

/** `astray`: the address may lead to another contract. */
type Sent = { url: string; payload?: string | Buffer; headers?: Record<string, string>; astray?: boolean }

/** Sends a request and holds the answer to what every answer must be. */
async function send(
  contract: Contract,
  { url, payload, headers, astray }: Sent,
  who: Person = holder,
): Promise<number> {
  const reply = await http.inject({
    method: contract.method,
    url,
    headers: { cookie: who.cookie, 'x-page-token': who.pageToken, 'x-language': 'en', ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  answers[reply.statusCode] = (answers[reply.statusCode] ?? 0) + 1
  const label = `${contract.method} ${url.slice(0, 300)} ${String(payload ?? '').slice(0, 300)}`
  expect(reply.statusCode, `${label}\n${inner.at(-1)}`).toBeLessThan(500)
  if (reply.statusCode >= 400) {
    expect(reply.headers['content-type'], label).toMatch(/^application\/problem\+json/)
    const problem = reply.json() as { code: keyof typeof problems; status: number; title: string; type: string }
    expect(Object.keys(problem).sort(), label).toEqual(['code', 'status', 'title', 'type', 'values'])
    expect(problems[problem.code]?.status, label).toBe(reply.statusCode)
    expect(problem.status, label).toBe(reply.statusCode)
    expect(problem.type, label).toBe(`/help/problems#${problem.code}`)
    expect(problem.title, label).toMatch(/^[A-Z“].{10,}[.:]/s)
    expect(problem.title, label).not.toMatch(/undefined|\[object/)
    // Braces may be the sender's own; a place that the sentence keeps for a value must be filled.
    for (const [place] of problems[problem.code].en.matchAll(/\{\w+\}/g))
      expect(problem.title, label).not.toContain(place)
  } else {
    expect(reply.statusCode, label).toBe(200)
    if (astray) return 200
    if (contract.transfer === 'download') expect(reply.headers['content-disposition'], label).toMatch(/^attachment; /)
    else expect(contract.answer.parse(reply.json()), label).toEqual(reply.json())
  }
  return reply.statusCode
}

/** Ending or moving the session would shut the door for the inputs after it. */
const whoFor = (contract: Contract): Promise<Person> => {
  if (/^(session\.(end|prove)|account\.)/.test(contract.id)) return holderOf(house, holder.role, ROOT)
  if (/^session\./.test(contract.id)) return freshSession(house, holder)
  return Promise.resolve(/^(user|place)\.manage$/.test(contract.right) ? keeper : holder)
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'))

function addressOf(contract: Contract, params: Record<string, unknown>, query: Record<string, unknown>): string {
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(textOf(params[name]).toWellFormed()),
  )
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) && value.length > 0 ? value : [value]).map(
      (one) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(one).toWellFormed())}`,
    ),
  )
  return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path
}

/** Something fitting everywhere but in the part named, which is spoilt. */
function requests(contract: Contract, bad: 'params' | 'query' | 'body' | 'nothing'): fc.Arbitrary<Sent> {
  const part = (name: 'params' | 'query' | 'body') =>
    (name === bad ? spoilt : fitting)(contract[name], known) as fc.Arbitrary<Record<string, unknown>>
  return fc.tuple(part('params'), part('query'), part('body')).map(([params, query, body]) => ({
    url: addressOf(contract, params, query),
    ...(contract.method === 'GET' || contract.transfer === 'upload'
      ? {}
      : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }))
}

describe('no input, fitting or not, is answered otherwise than by contract', () => {
  testRooms(() => contracts)

  test.each(rooms)('%s: drawn from the schemas', { timeout: 120_000 }, async (room) => {
    for (const contract of contracts.filter(({ id }) => id.startsWith(`${room}.`))) {
      // A password costs a hash each; the other inputs cost nothing.
      const runs = /^(session\.(open|prove)$|account\.|user\.(add|reset-password)$)/.test(contract.id)
        ? Math.ceil(RUNS / 4)
        : RUNS
      const parts = ['nothing', ...(['params', 'query', 'body'] as const)] as const
      for (const bad of parts) {
        const share = bad === 'nothing' ? runs : Math.ceil(runs / 3)
        for (const sent of fc.sample(requests(contract, bad), share)) await send(contract, sent, await whoFor(contract))
      }
    }
  })
})

test('bodies that are no JSON, or JSON that nobody sends', { timeout: 120_000 }, async () => {
  for (const contract of contracts.filter(({ method }) => method !== 'GET')) {
    const params = {
      household: target.household,
      import: target.imports.drop,
      job: target.job,
      account: target.account,
      post: target.post,
    }
    for (const payload of naughtyBodies) {
      const headers = { 'content-type': 'application/json' }
      const status = await send(
        contract,
        { url: addressOf(contract, params, {}), payload, headers },
        await whoFor(contract),
      )
      const empty = payload === 'null' && contract.body.safeParse({}).success
      if (!empty && contract.transfer !== 'upload') expect([400, 413], payload.slice(0, 60)).toContain(status)
    }
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'application/json; charset=utf-16',
      'x',
      '',
    ]) {
      const headers = { 'content-type': type }
      await send(
        contract,
        { url: addressOf(contract, params, {}), payload: '{"why":"some reason"}', headers },
        await whoFor(contract),
      )
    }
  }
})

test('what a body names __proto__ or constructor changes no object of the program', () => {
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})

test('addresses that routers trip over', { timeout: 60_000 }, async () => {
  for (const contract of contracts) {
    if (contract.id === 'session.open') continue
    for (const bad of naughtyPaths) {
      const path = contract.path.includes(':') ? contract.path.replace(/:\w+/, () => bad) : `${contract.path}/${bad}`
      await send(contract, { url: path.replace(' ', '%20'), astray: true }, await whoFor(contract))
      await send(
        contract,
        { url: `${contract.path.replace(/:\w+/g, '1')}?${bad.replace(' ', '+')}` },
        await whoFor(contract),
      )
    }
  }
})

test('uploads that are no uploads', { timeout: 60_000 }, async () => {
  const upload = contracts.find(({ transfer }) => transfer === 'upload')!
  const part = (disposition: string, content: string | Buffer, type = 'text/csv') =>
    Buffer.concat([
      Buffer.from(`--b\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ])
  const end = Buffer.from('--b--\r\n')
  const sheet = 'hamlet,hearth,called\nH000000101,1,A\n'
  const file = (name: string, content: string | Buffer = sheet) => part(`name="file"; filename="${name}"`, content)
  const bodies: Buffer[] = [
    Buffer.alloc(0),
    end,
    Buffer.from('--b\r\n'),
    file('a.csv'),
    Buffer.concat([file('a.csv'), file('b.csv'), end]),
    Buffer.concat([part('name="file"', sheet), end]),
    Buffer.concat([part('name="file"', sheet, 'application/octet-stream'), end]),
    Buffer.concat([part('name="__proto__"; filename="a.csv"', sheet), end]),
    Buffer.concat([part('', sheet), end]),
    Buffer.concat([...Array.from({ length: 30 }, (_, at) => part(`name="f${at}"`, 'x', 'text/plain')), end]),
    Buffer.concat([file('', sheet), end]),
    Buffer.concat([file('a\u0000b\ud800.csv', sheet), end]),
    Buffer.concat([file(`${'𠀀'.repeat(150)}.csv`), end]),
    Buffer.concat([file('../../../etc/passwd'), end]),
    Buffer.concat([file('a.csv', ''), end]),
    Buffer.concat([file('a.csv', '\u0000'.repeat(100)), end]),
    Buffer.concat([file('a.xlsx', 'PK\u0003\u0004garbage'), end]),
    Buffer.concat([file('a.csv', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 256))), end]),
    Buffer.concat([file('a.csv', `${'a,'.repeat(40_000)}\n`), end]),
    Buffer.concat([file('a.csv', `hamlet,hearth\n"${'x'.repeat(200_000)}`), end]),
    Buffer.concat([file('a.csv', '"hamlet\ud800",hearth\n1,2\n'), end]),
  ]
  for (const payload of bodies) {
    await send(upload, { url: upload.path, payload, headers: { 'content-type': 'multipart/form-data; boundary=b' } })
  }
  for (const type of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/mixed; boundary=b']) {
    await send(upload, { url: upload.path, payload: bodies[4]!, headers: { 'content-type': type } })
  }
})

test('methods and addresses that there are not', async () => {
  for (const url of [
    '/api',
    '/api/',
    '/api/none',
    '/api/households/1/none',
    '//api/health',
    '/API/health',
    '/.git/config',
    '/%',
  ]) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const) {
      const reply = await http.inject({ method, url })
      expect([400, 404], `${method} ${url}`).toContain(reply.statusCode)
      expect(reply.headers['content-type'], `${method} ${url}`).toMatch(/^application\/problem\+json/)
    }
  }
})

test('nothing went wrong inside that the caller was not told', () => {
  expect(inner).toEqual([])
})
