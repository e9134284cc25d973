import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

let house: TestHouse
let warden: Person
let clerk: Person
let steward: Person
let hamlet: string
let ids: number[]
/** Tokens in the order in which they were made: on paper they stand only as a square code. */
const tokens: string[] = []

beforeAll(async () => {
  house = await openTestHouse()
  const signer = house.register.signer as { make(): { token: string; hash: Buffer } }
  const make = signer.make
  signer.make = () => {
    const made = make()
    tokens.push(made.token)
    return made
  }
  const hamlets = await hamletsOf(house)
  const here = hamlets[0]!
  const far = hamlets.find(({ ford }) => ford !== here.ford)!
  hamlet = here.code
  warden = await house.person('warden', here.ford)
  clerk = await house.person('clerk', here.code)
  steward = await house.person('steward', far.reach === here.reach ? ROOT : far.reach)
  await importAs(house, warden, csv(households(here.official, 1, 3, codesOf(house))))
  const rows = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ household_id: number }>(sql`select household_id from household order by 1`),
  )
  ids = rows.map((row) => row.household_id)
})

afterAll(() => house?.close())

const check = async (token: string, person?: Person) =>
  person
    ? (await person.get(`/api/cards/${token}`)).body
    : (await house.http.inject(`/api/cards/${token}`)).json<Record<string, unknown>>()
const scan = (token: string, headers: Record<string, string> = {}) =>
  house.http.inject({ method: 'GET', url: `/v/${token}`, headers })
const entries = (kind: string) =>
  house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ place_code: string; subject_id: string; detail: Record<string, unknown> }>(
      sql`select place_code, subject_id, detail from audit_entry where kind = ${kind} order by chain, link_no, entry_no`,
    ),
  )

describe('a printed card', () => {
  it('is a PDF, noted in the audit, and supersedes the one before', async () => {
    for (const no of [1, 2]) {
      const printed = await warden.get(`/api/households/${ids[0]}/card.pdf`)
      expect(printed.status, printed.body).toBe(200)
      expect(printed.headers['content-type']).toBe('application/pdf')
      expect(printed.raw.subarray(0, 5).toString()).toBe('%PDF-')
      expect((await entries('household.print')).at(-1)).toEqual({
        place_code: hamlet,
        subject_id: String(ids[0]),
        detail: { card: no, full: false },
      })
    }
    const { cards } = (await warden.get(`/api/households/${ids[0]}/cards`)).body
    expect(cards).toMatchObject([
      { no: 2, by: warden.login, ending: null, endedAt: null, why: null, outdated: false, language: 'en' },
      { no: 1, ending: 'superseded', why: null },
    ])
    expect(await check(tokens[0]!)).toMatchObject({ state: 'superseded', endedOn: '2031-11-20' })
    expect(await check(tokens[1]!)).toMatchObject({ state: 'valid', issuedOn: '2031-11-20', endedOn: null })
  })

  it('tells a stranger the office and the hotline, and nothing of the family', async () => {
    const told = await check(tokens[1]!)
    expect(told).toEqual({
      state: 'valid',
      office: expect.stringContaining('Vadkontor'),
      hotline: '7-700',
      issuedOn: '2031-11-20',
      endedOn: null,
      household: null,
    })
    const page = await scan(tokens[1]!, { 'accept-language': 'en-GB,en;q=0.8' })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('This card is genuine and valid.')
    expect(page.body).toContain('7-700')
    expect(page.body).not.toMatch(/<script/)
    for (const secret of ['Family', 'H1<', hamlet, '/register/']) expect(page.body).not.toContain(secret)
  })

  it('leads officers in whose reach the household lies to its card, and nobody else', async () => {
    expect(await check(tokens[1]!, clerk)).toMatchObject({ household: ids[0] })
    const found = await scan(tokens[1]!, { cookie: clerk.cookie })
    expect([found.statusCode, found.headers.location]).toEqual([302, `/register/${ids[0]}`])
    if (steward.login !== `steward-${ROOT}`) {
      expect(await check(tokens[1]!, steward)).toMatchObject({ state: 'valid', household: null })
      expect((await scan(tokens[1]!, { cookie: steward.cookie })).statusCode).toBe(200)
    }
  })

  it('can be revoked with a reason, once; the page then says so, to officers too', async () => {
    const path = `/api/households/${ids[0]}/cards`
    expect((await warden.send('POST', `${path}/2/revocation`, { why: ' ' })).status).toBe(400)
    expect((await clerk.send('POST', `${path}/2/revocation`, { why: 'lost in the river' })).status).toBe(403)
    expect((await warden.send('POST', `${path}/3/revocation`, { why: 'lost in the river' })).status).toBe(404)
    expect((await warden.send('POST', `${path}/2/revocation`, { why: 'lost in the river' })).status).toBe(200)
    expect(await warden.send('POST', `${path}/2/revocation`, { why: 'lost again' })).toMatchObject({
      status: 409,
      body: { code: 'card.ended' },
    })
    expect((await warden.get(path)).body.cards[0]).toMatchObject({ ending: 'revoked', why: 'lost in the river' })
    expect(await check(tokens[1]!)).toMatchObject({ state: 'revoked', endedOn: '2031-11-20' })
    const page = await scan(tokens[1]!, { cookie: clerk.cookie, 'accept-language': 'en' })
    expect(page.body).toContain('This card was revoked')
    expect(page.body).toContain(`/register/${ids[0]}`)
    expect(page.body).not.toContain('river')
    expect(await entries('card.revoke')).toEqual([
      { place_code: hamlet, subject_id: String(ids[0]), detail: { card: 2 } },
    ])
  })

  it('with one character changed is not genuine, whatever is scanned', async () => {
    const token = tokens[1]!
    for (let at = 0; at < token.length; at += 7) {
      const other = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(await check(other), `at ${at}`).toEqual({
        state: 'not-genuine',
        office: null,
        hotline: '7-700',
        issuedOn: null,
        endedOn: null,
        household: null,
      })
    }
    for (const odd of ['x', '%00', "'", `${token}A`, `${token.slice(0, -1)}=`, '..%2f', '<script>']) {
      const page = await scan(odd, { 'accept-language': 'en' })
      expect(page.statusCode, odd).toBe(200)
      expect(page.body, odd).toContain('This is not a genuine card.')
      expect(page.body, odd).not.toContain('<script')
    }
    // Signed here, but never printed: the transaction that would have written it down was rolled back.
    expect(await check(house.register.signer.make().token)).toMatchObject({ state: 'not-genuine' })
  })
})

describe('the cards of a village', () => {
  it('come in one file, one entry for each household', async () => {
    const before = (await entries('household.print')).length
    const printed = await warden.get(`/api/places/${hamlet}/cards.pdf?language=rv`)
    expect([printed.status, printed.headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(printed.raw.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThanOrEqual(3)
    const noted = (await entries('household.print')).slice(before)
    expect(noted.map((entry) => Number(entry.subject_id)).sort()).toEqual(ids)
  })

  it('of a place with nobody, out of reach or not there are refused alike', async () => {
    const hamlets = await hamletsOf(house)
    const empty = hamlets.find(({ code, ford }) => code !== hamlet && hamlet.startsWith(ford))!
    const outside = hamlets.find(({ ford }) => !hamlet.startsWith(ford))!
    for (const code of [empty.code, outside.code, 'ZZZ999']) {
      expect(await warden.get(`/api/places/${code}/cards.pdf`)).toMatchObject({
        status: 404,
        body: { code: 'print.nothing' },
      })
    }
  })

  it('are not for those without the right, nor in full without a reason', async () => {
    expect((await clerk.get(`/api/households/${ids[1]}/card.pdf`)).status).toBe(403)
    expect(await warden.get(`/api/households/${ids[1]}/card.pdf?identities=full`)).toMatchObject({
      status: 422,
      body: { code: 'export.no-reason' },
    })
    expect((await warden.get('/api/households/999999/card.pdf')).status).toBe(404)
  })

  it('printed twice at once leave one valid card for each household', async () => {
    const both = await Promise.all([1, 2, 3].map(() => warden.get(`/api/places/${hamlet}/cards.pdf`)))
    expect(both.map((one) => one.status)).toEqual([200, 200, 200])
    const valid = await house.db.transaction(subtree(ROOT), (tx) =>
      tx.all<{ household_id: number }>(sql`
        select c.household_id from printed_card c join card_seal s using (id_hash)
        where c.ending is null and s.ending is null order by 1`),
    )
    expect(valid.map((row) => row.household_id)).toEqual(ids)
  })
})

describe('a household that leaves the register', () => {
  it('leaves no valid card behind when its import is taken back', async () => {
    const [first] = (await warden.get('/api/imports')).body.imports
    const undo = await warden.send('POST', `/api/imports/${first.id}/undo`, { why: 'wrong file' })
    expect(undo.status, JSON.stringify(undo.body)).toBe(200)
    await house.jobs.runHere(undo.body.job)
    expect(await check(tokens.at(-1)!)).toMatchObject({ state: 'revoked' })
    const left = await house.db.transaction(subtree(ROOT), (tx) =>
      tx.all(sql`select from card_seal where ending is null`),
    )
    expect(left).toEqual([])
  })
})
