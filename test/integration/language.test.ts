import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { problems } from '../../src/kernel/problems.ts'
import { problemsZh } from '../../src/kernel/texts/problems.zh-CN.ts'
import { sql } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'

/** Which language a refusal is worded in, and that all of it is. */
let house: TestHouse
let warden: Person

beforeAll(async () => {
  house = await openTestHouse()
  const [hamlet] = await hamletsOf(house)
  warden = await house.person('warden', hamlet!.ford)
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
