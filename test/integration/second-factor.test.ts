import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { act, callerAs } from '../../src/app/act.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { resetFactor } from '../../src/platform/access/users/acts.ts'
import { accountNamed } from '../../src/platform/access/users/queries.ts'
import { sql } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { shownAt } from '../support/authenticator.ts'
import { openTestHouse, PASSWORD, type Person, personWith, type TestHouse, TODAY } from '../support/house.ts'
import { policies } from '../support/packs.ts'

const STEP = 30_000

let house: TestHouse
let ford: string
let made = 0

beforeAll(async () => {
  house = await openTestHouse()
  ford = (await hamletsOf(house))[0]!.ford
})

afterAll(() => house?.close())

/** The clock, so many steps after the day of the tests. */
function step(count: number): Date {
  const at = new Date(TODAY.getTime() + count * STEP)
  house.setClock(at)
  return at
}

async function enter(login: string, password: string, code?: string, http = house.http) {
  const payload = { login, password, ...(code === undefined ? {} : { code }) }
  const reply = await http.inject({ method: 'POST', url: '/api/session', payload, headers: { 'x-language': 'en' } })
  if (reply.statusCode !== 200) return (reply.json() as { code: string }).code
  const cookie = String(reply.headers['set-cookie']).split(';')[0]!
  return personWith(http, { login, cookie, pageToken: (reply.json() as { pageToken: string }).pageToken })
}

const status = async (person: Person) => (await person.get('/api/session')).status
const begin = (person: Person, password = PASSWORD) =>
  person.send('POST', '/api/account/second-factor', { password }) as Promise<{
    status: number
    body: { secret: string; address: string; code: string }
  }>
const confirm = (person: Person, code: string) => person.send('PUT', '/api/account/second-factor', { code })

/** Somebody with a second factor, who used the code of the step before the clock's to confirm it. */
async function withFactor() {
  const person = await house.person('warden', ford, `guarded-${++made}`)
  const { secret } = (await begin(person)).body
  const at = house.settings.now()
  const done = await confirm(person, shownAt(secret, new Date(at.getTime() - STEP)))
  expect(done.status).toBe(200)
  return { person, secret, recovery: done.body.recovery as string[] }
}

test('set up: proof by password, a first code, ten recovery codes; sessions opened without it are over', async () => {
  const at = step(0)
  const person = await house.person('warden', ford, `guarded-${++made}`)
  const other = (await enter(person.login, PASSWORD)) as Person
  expect((await begin(person, 'not the password')).body.code).toBe('access.wrong-password')
  expect((await confirm(person, '123456')).body.code).toBe('access.factor-missing')
  const first = (await begin(person)).body
  const { secret, address } = (await begin(person)).body
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(new URL(address).searchParams.get('secret')).toBe(secret)
  // Nothing is asked for before the device has proved it, and the secret that was replaced is void.
  expect(await enter(person.login, PASSWORD)).toBeTypeOf('object')
  expect((await confirm(person, shownAt(first.secret, at))).body.code).toBe('access.wrong-code')
  const { status: code, body } = await confirm(person, shownAt(secret, at))
  expect([code, body.ended]).toEqual([200, 2])
  expect(new Set(body.recovery).size).toBe(10)
  for (const one of body.recovery) expect(one).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
  expect([await status(person), await status(other)]).toEqual([200, 401])
  expect((await person.get('/api/session')).body.factor).toBe('on')
  expect((await person.get('/api/account/second-factor')).body).toEqual({
    since: at.toISOString(),
    recoveryLeft: 10,
    demanded: false,
  })
  expect((await begin(person)).body.code).toBe('access.factor-there')
  expect((await confirm(person, shownAt(secret, at))).body.code).toBe('access.factor-there')
  // The code that confirmed it opens nothing.
  expect(await enter(person.login, PASSWORD, shownAt(secret, at))).toBe('access.wrong-code')
})

test('a secret that nobody confirmed for a quarter of an hour is void', async () => {
  step(0)
  const person = await house.person('warden', ford, `guarded-${++made}`)
  const { secret } = (await begin(person)).body
  expect((await confirm(person, shownAt(secret, step(31)))).body.code).toBe('access.wrong-code')
  const again = (await begin(person)).body.secret
  expect((await confirm(person, shownAt(again, step(61)))).status).toBe(200)
})

test('the database holds neither the secret nor a recovery code that could be read', async () => {
  step(0)
  const { secret, recovery } = await withFactor()
  const rows = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ row: string }>(sql`select to_jsonb(f)::text || encode(secret, 'escape') as row from second_factor f`),
  )
  const text = JSON.stringify(rows).toLowerCase()
  expect(rows.length).toBeGreaterThan(0)
  for (const word of [secret, ...recovery, ...recovery.map((code) => code.replaceAll('-', ''))]) {
    expect(text).not.toContain(word.toLowerCase())
    expect(text).not.toContain(Buffer.from(word).toString('hex'))
  }
})

test('sign-in asks for the code after the right password only, and takes each code once', async () => {
  const at = step(0)
  const { person, secret } = await withFactor()
  const { login } = person
  expect(await enter(login, 'wrong')).toBe('access.wrong-credentials')
  expect(await enter(login, 'wrong', shownAt(secret, at))).toBe('access.wrong-credentials')
  expect(await enter(login, PASSWORD)).toBe('access.code-needed')
  const code = shownAt(secret, at)
  expect(await enter(login, PASSWORD, `${code.slice(0, 3)} ${code.slice(3)}`)).toBeTypeOf('object')
  expect(await enter(login, PASSWORD, code)).toBe('access.wrong-code')
  // A code of an earlier step is as used as the one taken.
  expect(await enter(login, PASSWORD, shownAt(secret, new Date(at.getTime() - STEP)))).toBe('access.wrong-code')
  const both = await Promise.all([1, 2].map(() => enter(login, PASSWORD, shownAt(secret, step(1)))))
  expect(both.filter((one) => typeof one === 'object')).toHaveLength(1)
})

test('wrong codes lock the account like wrong passwords, and asking for one does not', async () => {
  const at = step(0)
  const { person, secret } = await withFactor()
  const { login } = person
  for (let count = 0; count < 7; count++) expect(await enter(login, PASSWORD)).toBe('access.code-needed')
  const wrong = shownAt(secret, at) === '000000' ? '000001' : '000000'
  const codes = await Promise.all(Array.from({ length: 9 }, () => enter(login, PASSWORD, wrong)))
  expect(codes.filter((code) => code === 'access.wrong-code')).toHaveLength(5)
  expect(codes.filter((code) => code === 'access.locked')).toHaveLength(4)
  expect(await enter(login, PASSWORD, shownAt(secret, at))).toBe('access.locked')
  expect(await enter(login, PASSWORD, shownAt(secret, step(30)))).toBeTypeOf('object')
})

test('a recovery code opens once, however it is typed; new ones void the old', async () => {
  step(0)
  const { person, secret, recovery } = await withFactor()
  const { login } = person
  const [first, second, third] = recovery as [string, string, string]
  expect(await enter(login, PASSWORD, first.toUpperCase().replaceAll('-', ' '))).toBeTypeOf('object')
  expect(await enter(login, PASSWORD, first)).toBe('access.wrong-code')
  const both = await Promise.all([1, 2].map(() => enter(login, PASSWORD, second)))
  expect(both.filter((one) => typeof one === 'object')).toHaveLength(1)
  expect((await person.get('/api/account/second-factor')).body.recoveryLeft).toBe(8)
  const renew = (password: string, code: string) =>
    person.send('POST', '/api/account/second-factor/recovery', { password, code })
  expect((await renew('wrong', shownAt(secret, step(1)))).body.code).toBe('access.wrong-password')
  expect((await renew(PASSWORD, 'nothing')).body.code).toBe('access.wrong-code')
  const fresh = (await renew(PASSWORD, shownAt(secret, step(2)))).body.recovery as string[]
  expect(fresh).toHaveLength(10)
  expect(await enter(login, PASSWORD, third)).toBe('access.wrong-code')
  expect(await enter(login, PASSWORD, fresh[0])).toBeTypeOf('object')
})

test('given up with password and code; taken away by the operator when the device is lost', async () => {
  step(0)
  const { person, secret } = await withFactor()
  const remove = (password: string, code: string) =>
    person.send('POST', '/api/account/second-factor/removal', { password, code })
  expect((await remove(PASSWORD, 'nothing')).body.code).toBe('access.wrong-code')
  expect((await remove(PASSWORD, shownAt(secret, step(1)))).status).toBe(200)
  expect(await enter(person.login, PASSWORD)).toBeTypeOf('object')
  expect((await remove(PASSWORD, '123456')).body.code).toBe('access.factor-missing')
  expect((await person.get('/api/session')).body.factor).toBe('none')

  step(0)
  const lost = await withFactor()
  const reset = async (login: string) =>
    act(house, await callerAs(house, undefined), async (one) =>
      resetFactor(house.users, one, await accountNamed(one.tx, login)),
    )
  expect(await reset(lost.person.login)).toBe(1)
  expect(await status(lost.person)).toBe(401)
  expect(await enter(lost.person.login, PASSWORD)).toBeTypeOf('object')
  await expect(reset(lost.person.login)).rejects.toMatchObject({ code: 'user.no-factor' })
  const kinds = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ kind: string }>(sql`
      select distinct kind from audit_entry where kind like 'account.%factor' or kind like 'account.%recovery' order by 1`),
  )
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'account.remove-factor',
    'account.renew-recovery',
    'account.reset-factor',
    'account.set-factor',
  ])
})

test('a role that demands it can do nothing before it is set up, and cannot give it up', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fourbeams-pack-'))
  cpSync(join(policies, 'riverland'), folder, { recursive: true })
  const roles = join(folder, 'roles.yaml')
  writeFileSync(roles, readFileSync(roles, 'utf8').replace('- id: warden', '- id: warden\n  secondFactor: required'))
  const strict = await openTestHouse({ pack: relative(policies, folder) })
  try {
    const place = (await hamletsOf(strict))[0]!.ford
    const person = await strict.person('warden', place)
    const steward = await strict.person('steward', place, 'steward')
    expect((await steward.get('/api/households')).status).toBe(200)
    expect((await person.get('/api/session')).body.factor).toBe('wanted')
    const refused = await person.get('/api/households')
    expect([refused.status, refused.body.code]).toEqual([403, 'access.factor-wanted'])
    const { secret } = (await begin(person)).body
    expect((await confirm(person, shownAt(secret, TODAY))).status).toBe(200)
    expect((await person.get('/api/households')).status).toBe(200)
    expect((await person.get('/api/account/second-factor')).body.demanded).toBe(true)
    strict.setClock(new Date(TODAY.getTime() + STEP))
    const code = shownAt(secret, new Date(TODAY.getTime() + STEP))
    const removal = await person.send('POST', '/api/account/second-factor/removal', { password: PASSWORD, code })
    expect([removal.status, removal.body.code]).toEqual([409, 'access.factor-demanded'])
  } finally {
    await strict.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
