import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { type Hamlet, hamletsOf } from '../support/access/targets.ts'
import { shownAt } from '../support/authenticator.ts'
import { openTestHouse, type Person, signIn, type TestHouse, TODAY } from '../support/house.ts'
import { policies } from '../support/packs.ts'
import { freshSession, type Holder, holderOf } from '../support/posts.ts'

const FRESH = 'three lanterns at the ford'
const MINUTE = 60_000
const EVERY_ROLE = ['clerk', 'warden', 'steward', 'keeper', 'bailiff']

let house: TestHouse
let folder: string
let here: Hamlet
/** A hamlet of another ford in the same reach, and one of another reach. */
let beside: Hamlet
let far: Hamlet
let keeper: Holder
let made = 0

beforeAll(async () => {
  // A pack with an administrator who may give less than others carry.
  folder = mkdtempSync(join(tmpdir(), 'fourbeams-pack-'))
  cpSync(join(policies, 'riverland'), folder, { recursive: true })
  const roles = join(folder, 'roles.yaml')
  const bailiff = `- id: bailiff
  name: { rv: Fogde, en: Bailiff }
  level: ford
  rights: [place.read, user.manage]
  gives: [household.read, household.change]
`
  writeFileSync(roles, readFileSync(roles, 'utf8') + bailiff)
  house = await openTestHouse({ pack: relative(policies, folder) })
  const hamlets = await hamletsOf(house)
  here = hamlets[0]!
  beside = hamlets.find((one) => one.reach === here.reach && one.ford !== here.ford)!
  far = hamlets.find((one) => one.reach !== here.reach)!
  keeper = await holderOf(house, 'keeper', here.ford)
})

beforeEach(() => house.setClock(TODAY))

afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

const login = () => `person-${++made}`
const add = (who: Person, over: Record<string, unknown> = {}) =>
  who.send('POST', '/api/users', { login: login(), name: 'Ida Ford', role: 'clerk', place: here.code, ...over })
const refusal = (answer: { status: number; body: { code: string } }) => [answer.status, answer.body.code]
const enter = async (name: string, password: string) => {
  const reply = await house.http.inject({ method: 'POST', url: '/api/session', payload: { login: name, password } })
  return reply.statusCode === 200 ? 200 : (reply.json() as { code: string }).code
}
const status = async (who: Person) => (await who.get('/api/session')).status
const post = (who: Person, account: number, path: string, body: unknown = {}) =>
  who.send('POST', `/api/users/${account}/${path}`, body)
/** One more post, written straight into the database. */
async function alsoHolds(account: number, role: string, place: string): Promise<number> {
  const postId = await house.register.ids.next('post')
  await house.db.transaction(subtree(ROOT), (tx) =>
    tx.run(sql`
      insert into post (post_id, account_id, role, place_code, from_on)
      values (${postId}, ${account}, ${role}, ${place}, '2031-11-01')`),
  )
  return postId
}

test('an account is made with a password that must be changed before anything is done', async () => {
  const name = login()
  const answer = await add(keeper, { login: name.toUpperCase() })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  expect(answer.body.password).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
  const person = await signIn(house.http, name, answer.body.password)
  expect((await person.get('/api/session')).body).toMatchObject({ temporary: true, account: { name: 'Ida Ford' } })
  for (const path of ['/api/households', '/api/places?text=a', '/api/households/1/history'])
    expect(refusal(await person.get(path)), path).toEqual([403, 'access.password-wanted'])
  const change = (password: string, fresh: string) => person.send('PUT', '/api/account/password', { password, fresh })
  expect((await change(answer.body.password, answer.body.password)).body.code).toBe('access.same-password')
  expect((await change(answer.body.password, FRESH)).status).toBe(200)
  expect((await person.get('/api/households')).status).toBe(200)
  expect((await person.get('/api/session')).body.temporary).toBe(false)
  expect(refusal(await add(keeper, { login: name }))).toEqual([409, 'access.login-taken'])
})

test('nobody makes accounts above, beside, elsewhere, or at a level of another role', async () => {
  for (const [place, role] of [
    [here.reach, 'steward'],
    [ROOT, 'keeper'],
    [beside.code, 'clerk'],
    [beside.ford, 'warden'],
    [far.code, 'clerk'],
    [`${here.code}0`, 'clerk'],
  ] as const)
    expect(refusal(await add(keeper, { place, role })), `${role} at ${place}`).toEqual([404, 'request.not-found'])
  for (const [place, role] of [
    [here.ford, 'clerk'],
    [here.code, 'warden'],
    [here.ford, 'keeper'],
    [here.ford, 'steward'],
  ] as const)
    expect(refusal(await add(keeper, { place, role })), `${role} at ${place}`).toEqual([422, 'user.wrong-level'])
  expect(refusal(await add(keeper, { role: 'king' }))).toEqual([422, 'access.unknown-role'])
  expect((await add(keeper, { login: 'a b' })).status).toBe(400)
})

test('nobody gives a right that he neither carries nor may give, nor rules over who has it', async () => {
  const bailiff = await holderOf(house, 'bailiff', here.ford)
  const roles = async (who: Person) =>
    ((await who.get('/api/users/roles')).body.roles as { id: string }[]).map(({ id }) => id).sort()
  expect(await roles(bailiff)).toEqual(['bailiff', 'clerk'])
  expect(await roles(keeper)).toEqual([...EVERY_ROLE].sort())
  expect((await add(bailiff)).status).toBe(200)
  const above = await add(bailiff, { role: 'warden', place: here.ford })
  expect(refusal(above)).toEqual([403, 'user.role-above'])
  expect(above.body.values.rights).toBe('household.import, household.export, period.manage, identity.reveal, job.read')
  const warden = await holderOf(house, 'warden', here.ford)
  expect((await bailiff.get(`/api/users/${warden.accountId}`)).body).toMatchObject({ manage: 'above', sessions: [] })
  for (const path of ['disable', 'enable', 'password', 'second-factor/removal'])
    expect(refusal(await post(bailiff, warden.accountId, path)), path).toEqual([403, 'user.above'])
  const end = await post(bailiff, warden.accountId, `posts/${warden.postId}/end`)
  expect(refusal(end)).toEqual([403, 'user.role-above'])
  expect(refusal(await bailiff.send('DELETE', `/api/users/${warden.accountId}/sessions`))).toEqual([403, 'user.above'])
  expect(await status(warden)).toBe(200)
})

test('who holds a post elsewhere is seen, and ruled over only from above both places', async () => {
  const both = await holderOf(house, 'clerk', here.code)
  const second = await alsoHolds(both.accountId, 'clerk', beside.code)
  const shown = (await keeper.get(`/api/users/${both.accountId}`)).body
  expect(shown).toMatchObject({ manage: 'elsewhere', elsewhere: 1, sessions: [] })
  expect(shown.posts.map((one: { id: number }) => one.id)).toEqual([both.postId])
  for (const path of ['disable', 'enable', 'password', 'second-factor/removal'])
    expect(refusal(await post(keeper, both.accountId, path)), path).toEqual([403, 'user.elsewhere'])
  expect(refusal(await post(keeper, both.accountId, `posts/${second}/end`))).toEqual([404, 'request.not-found'])
  const above = await holderOf(house, 'keeper', here.reach)
  expect((await above.get(`/api/users/${both.accountId}`)).body).toMatchObject({ manage: 'yes', elsewhere: 0 })
  expect((await post(above, both.accountId, 'disable')).body).toEqual({ ended: 1 })
  // What ended does not bind; but nobody gets hold of an account by the one post that ended last.
  expect((await post(keeper, both.accountId, `posts/${both.postId}/end`)).body).toEqual({ to: '2031-11-20' })
  expect((await keeper.get(`/api/users/${both.accountId}`)).body).toMatchObject({ manage: 'elsewhere' })
  const stranger = await holderOf(house, 'clerk', far.code)
  const unseen = await keeper.get(`/api/users/${stranger.accountId}`)
  expect(unseen.body).toEqual((await keeper.get('/api/users/987654321')).body)
  expect(refusal(unseen)).toEqual([404, 'request.not-found'])
  expect(refusal(await keeper.get('/api/users/1'))).toEqual([404, 'request.not-found'])
})

test('nobody rules over his own account', async () => {
  const own = await holderOf(house, 'keeper', here.ford)
  expect((await own.get(`/api/users/${own.accountId}`)).body.manage).toBe('self')
  for (const path of ['disable', 'password', 'second-factor/removal', `posts/${own.postId}/end`])
    expect(refusal(await post(own, own.accountId, path)), path).toEqual([409, 'user.self'])
  const more = await post(own, own.accountId, 'posts', { role: 'clerk', place: here.code })
  expect(refusal(more)).toEqual([409, 'user.self'])
})

test('a closed account is out at once and comes in again when it is opened', async () => {
  const name = login()
  const { account, password } = (await add(keeper, { login: name })).body
  const person = await signIn(house.http, name, password)
  expect(await status(person)).toBe(200)
  expect((await keeper.get(`/api/users/${account}`)).body.sessions).toHaveLength(1)
  expect((await post(keeper, account, 'disable')).body).toEqual({ ended: 1 })
  expect(await status(person)).toBe(401)
  expect(await enter(name, password)).toBe('access.wrong-credentials')
  expect((await post(keeper, account, 'disable')).body).toEqual({ ended: 0 })
  expect((await post(keeper, account, 'enable')).status).toBe(200)
  expect(await enter(name, password)).toBe(200)
  for (let at = 0; at < 5; at++) await enter(name, 'wrong')
  expect(await enter(name, password)).toBe('access.locked')
  expect((await keeper.get(`/api/users/${account}`)).body.lockedUntil).toBe('2031-11-20T04:15:00.000Z')
  expect((await post(keeper, account, 'enable')).status).toBe(200)
  expect(await enter(name, password)).toBe(200)
  const reset = (await post(keeper, account, 'password')).body
  expect(reset.ended).toBe(2)
  expect(await enter(name, password)).toBe('access.wrong-credentials')
  expect((await signIn(house.http, name, reset.password)).login).toBe(name)
  expect((await keeper.send('DELETE', `/api/users/${account}/sessions`)).body).toEqual({ ended: 1 })
  const kinds = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ kind: string }>(sql`
      select e.kind from audit_entry e join audit_link l using (chain, link_no)
      where e.subject = 'account' and e.subject_id = ${String(account)} and l.account_id = ${keeper.accountId}
      order by e.link_no, e.entry_no`),
  )
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'account.add',
    'account.disable',
    'account.enable',
    'account.enable',
    'account.reset-password',
    'session.end',
  ])
})

test('posts begin and end with their days, and what is done under them stops at once', async () => {
  const clerk = await holderOf(house, 'clerk', here.code)
  const give = (over: Record<string, unknown>) =>
    post(keeper, clerk.accountId, 'posts', { role: 'warden', place: here.ford, ...over })
  for (const days of [
    { from: '2031-11-19' },
    { from: '2031-11-22', to: '2031-11-22' },
    { from: '2031-11-22', to: '2031-11-21' },
    { to: '2031-11-20' },
  ])
    expect(refusal(await give(days)), JSON.stringify(days)).toEqual([422, 'user.bad-days'])
  const given = await give({ from: '2031-11-21', to: '2031-11-25' })
  expect(given.status).toBe(200)
  expect(refusal(await give({}))).toEqual([409, 'user.post-there'])
  const held = async () =>
    ((await clerk.get('/api/session')).body.posts as { role: string }[]).map(({ role }) => role).sort()
  expect(await held()).toEqual(['clerk'])
  house.setClock(new Date(TODAY.getTime() + 24 * 60 * MINUTE))
  const tomorrow = await freshSession(house, clerk)
  expect((await tomorrow.get('/api/session')).body.posts).toHaveLength(2)
  const admin = await freshSession(house, keeper)
  const end = (id: number, body: unknown = {}) => post(admin, clerk.accountId, `posts/${id}/end`, body)
  expect(refusal(await end(clerk.postId, { on: '2031-11-20' }))).toEqual([422, 'user.bad-days'])
  expect((await end(clerk.postId)).body).toEqual({ to: '2031-11-21' })
  expect(await status(tomorrow)).toBe(401)
  expect(refusal(await end(clerk.postId))).toEqual([422, 'user.bad-days'])
  // On its first day a post is withdrawn, as if it had not been given.
  expect((await end(given.body.post)).body).toEqual({ to: '2031-11-21' })
  const ended = (await admin.get(`/api/users?state=ended&text=${clerk.login}`)).body.users
  expect(ended).toHaveLength(2)
  expect((await admin.get(`/api/users?text=${clerk.login}`)).body.users).toEqual([])
  expect((await admin.get(`/api/users/${clerk.accountId}`)).body).toMatchObject({ manage: 'yes' })
})

test('a screen left open does no grave act: after a quarter of an hour it asks for proof', async () => {
  const name = login()
  const { account, password } = (await add(keeper, { login: name })).body
  await alsoHolds(account, 'keeper', here.ford)
  await house.db.transaction(subtree(ROOT), (tx) =>
    tx.run(sql`update account set password_temporary = false where account_id = ${account}`),
  )
  const admin = await signIn(house.http, name, password)
  const prove = (body: unknown) => admin.send('POST', '/api/session/proof', body)
  const later = (minutes: number) => house.setClock(new Date(TODAY.getTime() + minutes * MINUTE))
  later(15)
  expect((await add(admin)).status).toBe(200)
  later(16)
  expect(refusal(await add(admin))).toEqual([403, 'access.proof-wanted'])
  expect((await admin.get('/api/users')).status).toBe(200)
  expect(refusal(await prove({ password: 'wrong' }))).toEqual([422, 'access.wrong-password'])
  expect(refusal(await prove({}))).toEqual([403, 'access.proof-wanted'])
  expect(refusal(await prove({ code: '123456' }))).toEqual([422, 'access.wrong-password'])
  expect(refusal(await add(admin))).toEqual([403, 'access.proof-wanted'])
  expect((await prove({ password })).status).toBe(200)
  expect((await add(admin)).status).toBe(200)
  later(31)
  // To ask whether proof is needed is none.
  expect((await prove({})).status).toBe(200)
  later(32)
  expect(refusal(await prove({}))).toEqual([403, 'access.proof-wanted'])
  expect((await prove({ password })).status).toBe(200)

  const { secret } = (await admin.send('POST', '/api/account/second-factor', { password })).body
  await admin.send('PUT', '/api/account/second-factor', { code: shownAt(secret, house.settings.now()) })
  later(50)
  expect(refusal(await add(admin))).toEqual([403, 'access.proof-wanted'])
  expect(refusal(await prove({ password }))).toEqual([401, 'access.code-needed'])
  expect(refusal(await prove({ password, code: 'nothing' }))).toEqual([401, 'access.wrong-code'])
  const code = shownAt(secret, house.settings.now())
  expect((await prove({ code })).status).toBe(200)
  expect((await add(admin)).status).toBe(200)
  later(70)
  expect(refusal(await prove({ code }))).toEqual([401, 'access.wrong-code'])
  const guesses = await Promise.all(Array.from({ length: 9 }, (_, at) => prove({ code: `00000${at}` })))
  expect(guesses.filter(({ body }) => body.code === 'access.locked').length).toBeGreaterThanOrEqual(5)
  house.setClock(TODAY)
  expect((await post(await freshSession(house, keeper), account, 'second-factor/removal')).body).toEqual({ ended: 1 })
})

test('the list is read page by page in the order of places, and searched by the beginning of a name', async () => {
  const admin = await holderOf(house, 'keeper', far.ford)
  const hamlets = (await hamletsOf(house)).filter((one) => one.ford === far.ford)
  for (let at = 0; at < 7; at++) await holderOf(house, 'clerk', hamlets[at % hamlets.length]!.code, `lister-${at}%_`)
  const whole = (await admin.get('/api/users?limit=200')).body.users as {
    post: { id: number; place: { code: string } }
  }[]
  expect(whole.length).toBeGreaterThanOrEqual(8)
  expect(whole.map((one) => one.post.place.code)).toEqual(whole.map((one) => one.post.place.code).sort())
  const pages: unknown[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { users: unknown[]; next: string | null } = (
      await admin.get(`/api/users?limit=3${next && `&after=${next}`}`)
    ).body
    pages.push(...page.users)
    next = page.next
  }
  expect(pages).toEqual(whole)
  const found = async (query: string) => (await admin.get(`/api/users?${query}`)).body.users.length as number
  expect(await found('text=LISTER-')).toBe(7)
  expect(await found('text=lister-3')).toBe(1)
  expect(await found('text=%25')).toBe(0)
  expect(await found('text=ister')).toBe(0)
  expect(await found('role=warden')).toBe(0)
  expect(await found(`place=${hamlets[0]!.code}&role=clerk,warden&text=lister`)).toBe(Math.ceil(7 / hamlets.length))
  expect(await found(`place=${here.ford}`)).toBe(0)
  expect((await admin.get('/api/users?after=x')).status).toBe(400)
})
