import { verify } from '@node-rs/argon2'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { act, callerAs } from '../../src/app/act.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { hashPassword } from '../../src/platform/access/password.ts'
import { listSessions } from '../../src/platform/access/session-list.ts'
import { resetPassword, signOutUser } from '../../src/platform/access/users/acts.ts'
import { accountNamed } from '../../src/platform/access/users/queries.ts'
import { sql } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, PASSWORD, type Person, signIn, type TestHouse, TODAY } from '../support/house.ts'

const FRESH = 'a fresh lantern by the river'

vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<typeof import('@node-rs/argon2')>()
  return { ...real, verify: vi.fn(real.verify) }
})

let house: TestHouse
let ford: string
let made = 0

beforeAll(async () => {
  house = await openTestHouse()
  ford = (await hamletsOf(house))[0]!.ford
})

afterAll(() => house?.close())

/** An account of its own, signed in once. */
const somebody = () => house.person('warden', ford, `somebody-${++made}`)
const status = async (person: Person) => (await person.get('/api/session')).status
const change = (person: Person, password: string, fresh: string) =>
  person.send('PUT', '/api/account/password', { password, fresh })
const entry = async (password: string, login: string) => {
  const reply = await house.http.inject({ method: 'POST', url: '/api/session', payload: { login, password } })
  return reply.statusCode === 200 ? 200 : (reply.json() as { code: string }).code
}
const audited = (kind: string, login: string) =>
  house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ detail: unknown }>(sql`
      select e.detail from audit_entry e join account a on a.account_id::text = e.subject_id
      where e.kind = ${kind} and e.subject = 'account' and a.login = ${login} order by e.chain, e.link_no`),
  )
/** What the operator does at the command line. */
const operator = {
  sessions: async (login: string) =>
    act(house, await callerAs(house, undefined), async ({ tx, now }) =>
      listSessions(tx, await accountNamed(tx, login), now),
    ),
  signOut: async (login: string, id: string | undefined) =>
    act(house, await callerAs(house, undefined), async (one) =>
      signOutUser(house.users, one, await accountNamed(one.tx, login), id),
    ),
  resetPassword: async (login: string, password: string) => {
    const passwordHash = await hashPassword(password, login)
    return act(house, await callerAs(house, undefined), async (one) =>
      resetPassword(house.users, one, await accountNamed(one.tx, login), { passwordHash, temporary: false }),
    )
  },
}

test('a changed password opens, the old one no longer, and all other sessions are over at once', async () => {
  const here = await somebody()
  const [there, elsewhere] = [await signIn(house.http, here.login), await signIn(house.http, here.login)]
  const stranger = await somebody()
  expect(await Promise.all([here, there, elsewhere].map(status))).toEqual([200, 200, 200])
  const done = await change(here, PASSWORD, FRESH)
  expect([done.status, done.body]).toEqual([200, { ended: 2 }])
  expect(await Promise.all([here, there, elsewhere, stranger].map(status))).toEqual([200, 401, 401, 200])
  expect(await entry(PASSWORD, here.login)).toBe('access.wrong-credentials')
  expect(await entry(FRESH, here.login)).toBe(200)
  expect(await entry(PASSWORD, stranger.login)).toBe(200)
  expect(await audited('account.change-password', here.login)).toEqual([{ detail: { ended: 2 } }])
})

test('a password is not changed to the same one, nor to one that is easily guessed', async () => {
  const person = await somebody()
  for (const [fresh, code] of [
    [PASSWORD, 'access.same-password'],
    ['short', 'access.weak-password'],
    ['Password-2031', 'access.common-password'],
    [`I am ${person.login}`, 'access.common-password'],
  ] as const) {
    const { status, body } = await change(person, PASSWORD, fresh)
    expect([status, body.code], fresh).toEqual([422, code])
  }
  expect(await entry(PASSWORD, person.login)).toBe(200)
  expect(await audited('account.change-password', person.login)).toEqual([])
})

test('whoever finds an open session cannot guess the password with it: five wrong ones lock the account', async () => {
  const person = await somebody()
  const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => change(person, `guess ${at}`, FRESH)))
  const codes = answers.map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'access.wrong-password')).toHaveLength(5)
  expect(codes.filter((code) => code === 'access.locked')).toHaveLength(7)
  expect((await change(person, PASSWORD, FRESH)).body.code).toBe('access.locked')
  // The same lock as at the door.
  expect(await entry(PASSWORD, person.login)).toBe('access.locked')
  house.setClock(new Date(TODAY.getTime() + 15 * 60_000))
  expect((await change(person, PASSWORD, FRESH)).status).toBe(200)
  house.setClock(TODAY)
})

test('a sign-in or a change under way when the password changes is not done with the old one', async () => {
  const person = await somebody()
  const real = await vi.importActual<typeof import('@node-rs/argon2')>('@node-rs/argon2')
  const changedMeanwhile = async (...asked: Parameters<typeof verify>) => {
    const fits = await real.verify(...asked)
    await house.db.transaction(subtree(ROOT), (tx) =>
      tx.run(sql`update account set password_hash = '!' where login = ${person.login}`),
    )
    return fits
  }
  const restore = async () =>
    house.db.transaction(subtree(ROOT), (tx) =>
      tx.run(sql`update account set password_hash = ${hash!} where login = ${person.login}`),
    )
  const hash = (
    await house.db.transaction(subtree(ROOT), (tx) =>
      tx.first<{ password_hash: string }>(sql`select password_hash from account where login = ${person.login}`),
    )
  )?.password_hash
  vi.mocked(verify).mockImplementationOnce(changedMeanwhile)
  expect(await entry(PASSWORD, person.login)).toBe('access.wrong-credentials')
  await restore()
  vi.mocked(verify).mockImplementationOnce(changedMeanwhile)
  expect((await change(person, PASSWORD, FRESH)).body.code).toBe('access.wrong-password')
  await restore()
  expect(await entry(PASSWORD, person.login)).toBe(200)
})

test('the list names one’s own sessions, this one and the others, and none that is over', async () => {
  const here = await somebody()
  house.setClock(new Date(TODAY.getTime() + 3_600_000))
  await signIn(house.http, here.login)
  const { sessions } = (await here.get('/api/sessions')).body
  expect(sessions).toHaveLength(2)
  expect(sessions.map((one: { current: boolean }) => one.current).sort()).toEqual([false, true])
  expect(sessions.find((one: { current: boolean }) => one.current)).toMatchObject({
    role: 'warden',
    openedAt: TODAY.toISOString(),
    seenAt: new Date(TODAY.getTime() + 3_600_000).toISOString(),
  })
  house.setClock(new Date(TODAY.getTime() + 12 * 3_600_000 + 1))
  // The first is over by itself, and its owner looks with the second.
  const later = await operator.sessions(here.login)
  expect(later).toHaveLength(1)
  house.setClock(TODAY)
})

test('one session is ended by its number, and never somebody else’s', async () => {
  const [here, stranger] = [await somebody(), await somebody()]
  const there = await signIn(house.http, here.login)
  const listed = async (person: Person) =>
    (await person.get('/api/sessions')).body.sessions as { id: string; current: boolean }[]
  const other = (await listed(here)).find(({ current }) => !current)!
  expect((await stranger.send('DELETE', `/api/sessions/${other.id}`)).status).toBe(404)
  expect(await status(there)).toBe(200)
  expect((await here.send('DELETE', `/api/sessions/${other.id}`)).status).toBe(200)
  expect(await Promise.all([here, there].map(status))).toEqual([200, 401])
  expect((await here.send('DELETE', `/api/sessions/${other.id}`)).status).toBe(404)
  const [own] = await listed(here)
  const left = await here.send('DELETE', `/api/sessions/${own!.id}`)
  expect(String(left.headers['set-cookie'])).toContain('fourbeams_session=;')
  expect(await status(here)).toBe(401)
  expect(await audited('session.end', here.login)).toHaveLength(2)
})

test('signed out everywhere, or everywhere but here', async () => {
  const here = await somebody()
  const others = [await signIn(house.http, here.login), await signIn(house.http, here.login)]
  const stranger = await somebody()
  expect((await here.send('DELETE', '/api/sessions?keep=this')).body).toEqual({ ended: 2 })
  expect(await Promise.all([here, ...others, stranger].map(status))).toEqual([200, 401, 401, 200])
  const again = await signIn(house.http, here.login)
  const left = await again.send('DELETE', '/api/sessions')
  expect([left.body, String(left.headers['set-cookie'])]).toEqual([{ ended: 2 }, expect.stringMatching(/session=;/)])
  expect(await Promise.all([here, again, stranger].map(status))).toEqual([401, 401, 200])
})

test('the operator lists and ends sessions and sets another password', async () => {
  const person = await somebody()
  const there = await signIn(house.http, person.login)
  const [first] = await operator.sessions(person.login)
  expect(await operator.signOut(person.login, first!.id)).toBe(1)
  await expect(operator.signOut(person.login, first!.id)).rejects.toMatchObject({ code: 'access.unknown-session' })
  expect((await Promise.all([person, there].map(status))).sort()).toEqual([200, 401])
  expect(await operator.signOut(person.login, undefined)).toBe(1)

  for (let at = 0; at < 5; at++) await entry('wrong', person.login)
  expect(await entry(PASSWORD, person.login)).toBe('access.locked')
  expect(await operator.resetPassword(person.login, FRESH)).toBe(0)
  expect(await entry(PASSWORD, person.login)).toBe('access.wrong-credentials')
  expect(await entry(FRESH, person.login)).toBe(200)
  expect(await operator.resetPassword(person.login, PASSWORD)).toBe(1)
  for (const login of ['nobody-at-all', 'operator']) {
    await expect(operator.sessions(login)).rejects.toMatchObject({ code: 'user.unknown' })
    await expect(operator.resetPassword(login, FRESH)).rejects.toMatchObject({ code: 'user.unknown' })
  }
})
