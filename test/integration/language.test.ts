import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorCaller } from '../../src/app/operator.ts'
import { beginCheck, openImport, receiveFile, takeFile } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { problems } from '../../src/kernel/problems.ts'
import { problemsZh } from '../../src/kernel/texts/problems.zh-CN.ts'
import { sql, type Tx } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { csv } from '../support/households.ts'

/** Which language a refusal is worded in, and that all of it is. */
let house: TestHouse
let warden: Person
let ford: string

beforeAll(async () => {
  house = await openTestHouse()
  const [hamlet] = await hamletsOf(house)
  ford = hamlet!.ford
  warden = await house.person('warden', ford)
})
afterAll(() => house?.close())

const setLanguage = (language: string) =>
  house.db.transaction(subtree(ROOT), (tx) =>
    tx.run(sql`update account set language = ${language} where login = ${warden.login}`),
  )

async function refused(url: string, headers: Record<string, string> = {}, cookie = true) {
  const reply = await house.http.inject({
    method: 'GET',
    url,
    headers: { ...(cookie ? { cookie: warden.cookie } : {}), ...headers },
  })
  return reply.json() as { code: keyof typeof problems; title: string; values: { detail: string } }
}

describe('a refusal', () => {
  it('is in the language asked for, else in the account’s, else in the programme’s', async () => {
    const path = '/api/households/999999999'
    const said = async (...more: [Record<string, string>?, boolean?]) => (await refused(path, ...more)).title
    const { code } = await refused(path)
    await setLanguage('zh-CN')
    expect(await said()).toBe(problemsZh[code])
    expect(await said({ 'x-language': 'en' })).toBe(problems[code].en)
    await setLanguage('en')
    expect(await said()).toBe(problems[code].en)
    expect(await said({ 'x-language': 'zh-CN' })).toBe(problemsZh[code])
    // No language at all is told by such a header.
    expect(await said({ 'x-language': '??' })).toBe(problems[code].en)
    const { title } = await refused(path, {}, false)
    expect(title).toBe(
      house.pack.languages[0]!.startsWith('zh')
        ? problemsZh['access.not-signed-in']
        : problems['access.not-signed-in'].en,
    )
  })

  it('says in that language what is wrong with the request', async () => {
    await setLanguage('en')
    const path = '/api/households?limit=100000'
    const english = await refused(path)
    expect(english.code).toBe('request.invalid')
    expect(english.values.detail).toMatch(/^query\.limit: Too big/)
    const chinese = await refused(path, { 'x-language': 'zh-CN' })
    expect(chinese.values.detail).toMatch(/^query\.limit: \p{Script=Han}/u)
    expect(chinese.title).toContain(chinese.values.detail)
  })

  it('says so of what is missing and of what no column can hold, too', async () => {
    const post = async (payload: object, language: string) => {
      const headers = { 'x-language': language }
      const reply = await house.http.inject({ method: 'POST', url: '/api/session', headers, payload })
      return (reply.json() as { values: { detail: string } }).values.detail
    }
    expect(await post({ login: 'x' }, 'en')).toBe('body.password is missing')
    expect(await post({ login: 'x' }, 'zh-CN')).toMatch(/^\p{Script=Han}+ body\.password$/u)
    const broken = { login: 'a\u0000', password: 'x' }
    expect(await post(broken, 'en')).toBe('body.login: contains a character that is no character')
    expect(await post(broken, 'zh-CN')).toMatch(/^body\.login：\p{Script=Han}+$/u)
  })
})

describe('the operator of the machine', () => {
  it('goes without a name in lists: the screens say in their own language who it was', async () => {
    // In the warden's own place, so that the warden sees it.
    const caller = { ...operatorCaller('en'), place: ford }
    const inTx = <T>(work: (tx: Tx) => Promise<T>) => house.db.transaction(caller.scope, work)
    const { register } = house
    const content = Readable.from([Buffer.from(csv([{ hamlet: ROOT, hearth: 'H1', called: 'Somebody' }]))])
    const taken = await takeFile(register, { fileName: 'operator.csv', content })
    const id = await inTx((tx) => receiveFile(tx, register, caller, taken, house.settings.now()))
    const { mapping, period } = await inTx((tx) => openImport(tx, caller, id))
    await inTx((tx) => beginCheck(tx, register, caller, id, { mapping, period, why: 'test' }, 'en', { deliver: false }))
    const { jobs } = (await warden.get('/api/jobs')).body as { jobs: { by: string | null; mine: boolean }[] }
    expect(jobs.map(({ by, mine }) => ({ by, mine }))).toEqual([{ by: null, mine: false }])
    expect((await warden.get(`/api/imports/${id}`)).body.by).toBe(null)
  })
})
