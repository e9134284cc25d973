import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verify } from '@node-rs/argon2'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { buildHttp } from '../../src/app/http.ts'
import { addUser } from '../../src/app/operator.ts'
import { dayOf } from '../../src/kernel/calendar.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { insertPost } from '../../src/platform/access/accounts.ts'
import { SESSION_HOURS } from '../../src/platform/access/sessions.ts'
import { sql } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, PASSWORD, signIn, type TestHouse, TODAY } from '../support/house.ts'
import { holderOf } from '../support/posts.ts'

const MINUTE = 60_000

vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<typeof import('@node-rs/argon2')>()
  return { ...real, verify: vi.fn(real.verify) }
})

let house: TestHouse
let ford: string
let otherFord: string
let logins = 0

beforeAll(async () => {
  house = await openTestHouse()
  const hamlets = await hamletsOf(house)
  ford = hamlets[0]!.ford
  otherFord = hamlets.at(-1)!.ford
})

afterAll(() => house?.close())

/** A new account of a warden; returns its sign-in name. */
async function account(role = 'warden', place = ford): Promise<string> {
  const login = `somebody-${++logins}`
  await house.person(role, place, login)
  return login
}

const attempt = (login: string, password: string, http: FastifyInstance = house.http, headers = {}) =>
  http.inject({
    method: 'POST',
    url: '/api/session',
    headers: { 'x-language': 'en', ...headers },
    payload: { login, password },
  })

const codeOf = (reply: { body: string }) => (JSON.parse(reply.body) as { code: string }).code
const everywhere = (statement: ReturnType<typeof sql>) => house.db.transaction(subtree(ROOT), (tx) => tx.run(statement))

test('five wrong passwords lock an account; the clock opens it again, and the right password clears the count', async () => {
  const login = await account()
  for (let at = 0; at < 4; at++) expect((await attempt(login, 'wrong')).statusCode).toBe(401)
  expect((await attempt(login, PASSWORD)).statusCode).toBe(200)
  for (let at = 0; at < 5; at++) expect(codeOf(await attempt(login, 'wrong'))).toBe('access.wrong-credentials')
  const locked = await attempt(login, PASSWORD)
  expect([locked.statusCode, codeOf(locked)]).toEqual([423, 'access.locked'])
  house.setClock(new Date(TODAY.getTime() + 15 * MINUTE - 1))
  expect((await attempt(login, PASSWORD)).statusCode).toBe(423)
  house.setClock(new Date(TODAY.getTime() + 15 * MINUTE))
  expect((await attempt(login, PASSWORD)).statusCode).toBe(200)
  house.setClock(TODAY)
})

test('a burst of guesses gets no more tries than one after the other', async () => {
  const login = await account()
  const answers = await Promise.all(Array.from({ length: 24 }, (_, at) => attempt(login, `guess ${at}`)))
  expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(5)
  expect(answers.filter((answer) => answer.statusCode === 423)).toHaveLength(19)
})

test('a name without an account, a closed account and a wrong password cannot be told apart', async () => {
  const [known, closed] = [await account(), await account()]
  await everywhere(sql`update account set disabled_at = created_at where login = ${closed}`)
  for (let round = 0; round < 8; round++) {
    // Written differently, it is still the same name.
    const nobody = round % 2 ? ' Nobody-At-All ' : 'nobody-at-all'
    const answers = []
    for (const login of [known, closed, nobody]) {
      vi.mocked(verify).mockClear()
      const { statusCode, body, headers } = await attempt(login, login === closed ? PASSWORD : 'wrong')
      expect(headers['set-cookie']).toBeUndefined()
      // One hash of the same cost each time: the time taken tells nothing either. A clock would be no test, because
      // it measures the machine.
      const costs = vi.mocked(verify).mock.calls.map(([stored]) => String(stored).split('$').slice(1, 4).join(' '))
      answers.push({ statusCode, body, costs })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]!.costs).toEqual(['argon2id v=19 m=19456,t=2,p=1'])
    expect(answers[0]!.statusCode).toBe(round < 5 ? 401 : 423)
  }
})

test('a session ends by itself, by signing out, with the post, and with the account', async () => {
  const seen = async (person: { cookie: string }) =>
    (await house.http.inject({ method: 'GET', url: '/api/households', headers: { cookie: person.cookie } })).statusCode
  const aging = await holderOf(house, 'warden', ford)
  const login = await account()
  const person = await signIn(house.http, login)
  expect(await seen(person)).toBe(200)
  house.setClock(new Date(TODAY.getTime() + SESSION_HOURS * 60 * MINUTE - 1))
  expect([await seen(person), await seen(aging)]).toEqual([200, 401])
  house.setClock(new Date(TODAY.getTime() + SESSION_HOURS * 60 * MINUTE))
  expect(await seen(person)).toBe(401)
  house.setClock(TODAY)

  expect((await person.send('DELETE', '/api/session')).status).toBe(200)
  expect(await seen(person)).toBe(401)

  const former = await holderOf(house, 'warden', ford)
  expect(await seen(former)).toBe(200)
  const today = dayOf(TODAY, house.pack.utcOffset)
  await everywhere(
    sql`update post set from_on = ${today}::date - 9, to_on = ${today}::date where post_id = ${former.postId}`,
  )
  expect(await seen(former)).toBe(401)

  const closed = await holderOf(house, 'warden', ford)
  await everywhere(sql`update account set disabled_at = ${TODAY} where account_id = ${closed.accountId}`)
  expect(await seen(closed)).toBe(401)
})

test('what this process does acts at once; what another does to a session acts after a second at the latest', async () => {
  const person = await signIn(house.http, await account())
  const seen = async () => (await person.get('/api/households')).status
  expect(await seen()).toBe(200)
  // A client of its own is to us as another process.
  const elsewhere = new pg.Client({ connectionString: house.databaseUrl })
  await elsewhere.connect()
  const set = (value: Date | null) =>
    elsewhere.query('update account set disabled_at = $1 where login = $2', [value, person.login])
  try {
    await set(TODAY)
    house.setClock(new Date(TODAY.getTime() + 1_000))
    expect(await seen()).toBe(401)
    // Nothing is kept of somebody who was turned away.
    await set(null)
    expect(await seen()).toBe(200)
    await set(TODAY)
    // Any write of ours, though it has nothing to do with the account.
    await everywhere(sql`update account set failed_count = failed_count where false`)
    expect(await seen()).toBe(401)
  } finally {
    await elsewhere.end()
    house.setClock(TODAY)
  }
})

test('a session remembers to the minute when it was last used', async () => {
  const person = await signIn(house.http, await account())
  const seenAt = async () => {
    const token = person.cookie.split('=')[1]!
    const rows = await house.db.once<{ seen_at: Date }>(
      { name: 'seen', text: `select seen_at from session where token_hash = sha256($1)` },
      [Buffer.from(token)],
    )
    return rows[0]!.seen_at.getTime() - TODAY.getTime()
  }
  house.setClock(new Date(TODAY.getTime() + MINUTE - 1))
  await person.get('/api/session')
  expect(await seenAt()).toBe(0)
  house.setClock(new Date(TODAY.getTime() + MINUTE))
  await person.get('/api/session')
  expect(await seenAt()).toBe(MINUTE)
  house.setClock(TODAY)
})

test('an account without a post today cannot sign in, and is told so only with its password', async () => {
  const login = await account()
  const today = dayOf(TODAY, house.pack.utcOffset)
  await everywhere(sql`
    update post set from_on = ${today}::date + 1 where account_id = (select account_id from account where login = ${login})`)
  expect(codeOf(await attempt(login, 'wrong'))).toBe('access.wrong-credentials')
  expect(codeOf(await attempt(login, PASSWORD))).toBe('access.no-post')
})

test('the token is random, kept as a hash only, and travels in a cookie that scripts and other sites never see', async () => {
  const login = await account()
  const cookies = [
    (await attempt(login, PASSWORD)).headers['set-cookie'],
    (await attempt(login, PASSWORD)).headers['set-cookie'],
  ]
  for (const cookie of cookies)
    expect(cookie).toMatch(/^fourbeams_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(cookies[0]).not.toBe(cookies[1])
  const token = String(cookies[0]).slice('fourbeams_session='.length).split(';')[0]!
  const rows = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ row: string }>(sql`select s::text as row from session s`),
  )
  expect(rows.some(({ row }) => row.includes(token) || row.includes(Buffer.from(token).toString('hex')))).toBe(false)

  const http = await buildHttp(house, { secure: true })
  const secure = await attempt(login, PASSWORD, http)
  expect(secure.headers['set-cookie']).toMatch(/; Secure/)
  expect(secure.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/)
  expect(secure.headers['content-security-policy']).toContain('upgrade-insecure-requests')
  await http.close()
})

test('a change needs the page token of this session and must not come from another site', async () => {
  const person = await signIn(house.http, await account())
  const change = async (headers: Record<string, string>) => {
    const reply = await house.http.inject({
      method: 'PUT',
      url: '/api/session/language',
      headers: { cookie: person.cookie, ...headers },
      payload: { language: 'en' },
    })
    return reply.statusCode === 200 ? 'done' : codeOf(reply)
  }
  const token = { 'x-page-token': person.pageToken }
  expect(await change(token)).toBe('done')
  expect(await change({})).toBe('access.bad-token')
  expect(await change({ 'x-page-token': `${person.pageToken.slice(0, -1)}_` })).toBe('access.bad-token')
  for (const site of ['same-origin', 'none']) expect(await change({ ...token, 'sec-fetch-site': site })).toBe('done')
  for (const site of ['cross-site', 'same-site', 'anything'])
    expect(await change({ ...token, 'sec-fetch-site': site })).toBe('access.bad-token')
  // Not even a sign-in: or another site could put its visitor into an account of its own.
  const login = await account()
  expect(codeOf(await attempt(login, PASSWORD, house.http, { 'sec-fetch-site': 'cross-site' }))).toBe(
    'access.bad-token',
  )
})

test('one acts under posts of one’s own only, and the answer speaks of the post chosen', async () => {
  const holder = await holderOf(house, 'warden', ford)
  const stranger = await holderOf(house, 'warden', otherFord)
  const clerk = await house.register.ids.next('post')
  await house.db.transaction(subtree(ROOT), (tx) =>
    insertPost(tx, { postId: clerk, accountId: holder.accountId, role: 'clerk', place: otherFord, from: '2030-01-01' }),
  )
  const refused = await holder.send('PUT', '/api/session/post', { post: stranger.postId })
  const absent = await holder.send('PUT', '/api/session/post', { post: 999_999_999 })
  expect(refused.status).toBe(404)
  expect(refused.body).toEqual(absent.body)

  const before = (await holder.get('/api/session')).body
  expect([before.post.role, before.post.place.code]).toEqual(['warden', ford])
  const chosen = await holder.send('PUT', '/api/session/post', { post: clerk })
  expect(chosen.status).toBe(200)
  expect([chosen.body.post.role, chosen.body.post.place.code]).toEqual(['clerk', otherFord])
  const rights = house.pack.roles.find((role) => role.id === 'clerk')!.rights
  expect(chosen.body.rights).toEqual([...rights].sort())
  expect((await holder.get('/api/session')).body).toEqual(chosen.body)
  // What the former post could, this one cannot.
  expect((await holder.get('/api/imports')).status).toBe(403)
  expect((await holder.get(`/api/places/${ford}`)).status).toBe(404)
})

test('a password that is easy to guess is refused before anything is written', async () => {
  const { db, pack, register, settings } = house
  const add = (password: string) =>
    addUser(
      { db, pack, now: settings.now, ids: register.ids, chainOf: register.chainOf },
      { login: 'weak', name: 'weak', password, role: 'clerk', place: ford },
    )
  for (const password of ['', 'short', '123456789', 'aaaaaaaaaaaaaaaa', 'abababababab', '👍👍👍👍👍👍👍👍👍👍👍']) {
    await expect(add(password), password).rejects.toMatchObject({ code: 'access.weak-password' })
  }
  const rows = await db.transaction(subtree(ROOT), (tx) => tx.all(sql`select from account where login = 'weak'`))
  expect(rows).toEqual([])
})

test('the same password typed on another keyboard still fits, and the stored hash is argon2id', async () => {
  const { db, pack, register, settings } = house
  await addUser(
    { db, pack, now: settings.now, ids: register.ids, chainOf: register.chainOf },
    { login: 'accents', name: 'accents', password: 'cafe\u0301 au lait', role: 'clerk', place: ford },
  )
  expect((await attempt('ACCENTS ', 'caf\u00e9 au lait')).statusCode).toBe(200)
  const [row] = await db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ password_hash: string }>(sql`select password_hash from account where login = 'accents'`),
  )
  expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('pages, API, refusals and broken addresses carry the same strict headers', async () => {
  const web = mkdtempSync(join(tmpdir(), 'fourbeams-web-'))
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>x</title>')
  const http = await buildHttp(house, { web })
  try {
    const urls = [
      '/',
      '/households/7',
      '/api/health',
      '/api/households',
      '/api/nothing',
      '/api/openapi.json',
      '/assets/none.js',
    ]
    for (const url of urls) {
      const { headers } = await http.inject({ method: 'GET', url })
      const policy = new Map(
        String(headers['content-security-policy'])
          .split(';')
          .map((part) => [part.trim().split(' ')[0]!, part.trim().split(' ').slice(1)]),
      )
      expect(policy.get('default-src'), url).toEqual(["'self'"])
      expect(policy.get('script-src'), url).toEqual(["'self'"])
      expect(policy.get('script-src-attr'), url).toEqual(["'none'"])
      for (const name of ['object-src', 'base-uri', 'frame-ancestors'])
        expect(policy.get(name), url).toEqual(["'none'"])
      for (const name of ['connect-src', 'font-src', 'form-action']) expect(policy.get(name), url).toEqual(["'self'"])
      expect(headers, url).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': expect.stringMatching(/DENY|SAMEORIGIN/),
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['x-powered-by'], url).toBeUndefined()
      expect(headers['access-control-allow-origin'], url).toBeUndefined()
    }
    expect((await http.inject('/households/7')).headers['content-type']).toMatch(/^text\/html/)
    expect((await http.inject('/api/health')).headers['cache-control']).toBe('no-store')
  } finally {
    await http.close()
    rmSync(web, { recursive: true, force: true })
  }
})

test('too many requests are answered 429 with the time to wait, sign-ins much sooner than others', async () => {
  const http = await buildHttp(house, { requestsPerMinute: 40 })
  try {
    const answers = []
    for (let at = 0; at < 4; at++) answers.push(await attempt('nobody', 'wrong', http))
    expect(answers.map((answer) => answer.statusCode)).toEqual([401, 401, 429, 429])
    expect(codeOf(answers[3]!)).toBe('request.too-many')
    expect(answers[3]!.headers['content-type']).toMatch(/^application\/problem\+json/)
    const seconds = Number(answers[3]!.headers['retry-after'])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    const others = []
    for (let at = 0; at < 50; at++) others.push((await http.inject('/api/health')).statusCode)
    expect(others.filter((status) => status === 200)).toHaveLength(40)
    expect(others.at(-1)).toBe(429)
    // One address that asks too much does not shut out another.
    expect((await http.inject({ url: '/api/health', remoteAddress: '10.0.0.9' })).statusCode).toBe(200)
  } finally {
    await http.close()
  }
})
