import { afterAll, beforeAll, expect, it } from 'vitest'
import { tallyIn, verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { type Random, seeded } from '../../src/kernel/random.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, HEADINGS, importAs, paper } from '../support/households.ts'
import { faultsOf, isSentence, lines } from '../support/imports.ts'

/**
 * Sheets of half-broken rows by seed: no crash, the counts always add up, every bad row has a sentence, whatever was
 * accepted is in the register as it was written, and the counts kept for villages are those of the households.
 */
const SHEETS = 60
const HOUSEHOLDS = 24
const SEED = Number(process.env.FOURBEAMS_SEED ?? 20160229)

const hamlets = ['H000000101', 'H000000202', 'h000000303', 'H000000909', 'H999', '', 'F000037', "'H000000404", '０']
const names = [
  'Åse Ørland',
  'Ane-Marte O’Dal',
  'Å\u0301se Nfd A\u030a',
  '王小明',
  '𠮷野',
  'བཀྲ་ཤིས',
  'ئايگۈل',
  'Ola  To Mellomrom',
  '王　明',
  '=1+1',
  '+47 123',
  '-Dal',
  '@home',
  '‮evil',
  'null',
  'NaN',
  'x'.repeat(41),
  'a\tb',
  'line\nbreak',
  '"quoted"',
  '',
  ' ',
  '\u00a0',
  "Robert'); DROP TABLE member;--",
  '\\N',
  '\\.',
  'tab\\t',
  '{"a":1}',
  '𝒜𝓃𝑒',
  '👩‍👩‍👧',
  '\u0000'.replace('\u0000', '\u0007'),
  'Ye\u200dO',
]
const texts = [
  '',
  '0',
  '1',
  '-1',
  '1e3',
  '1,200.5',
  '１２',
  '12,5',
  '99999999999999999999',
  '0x10',
  'true',
  'ja',
  'nej',
  '2031-11-20',
  '2031-11-21',
  '44197',
  '31/12/2020',
  '2020-02-30',
  "'=1",
  '=1+1',
  '*',
  '**',
  'FL',
  'FL;SI',
  'FL;;',
  'FL;SI;BO',
  'Flood',
  'x\\',
  '\u001e',
  '\ufeff',
  '()',
  '%00',
  '\\x00',
]
const headings = [...HEADINGS, 'further', 'catch', 'boats', 'shore', 'leave_on', 'swims', 'came', 'lantern'] as const

let house: TestHouse
let warden: Person
const undoable: number[] = []

beforeAll(async () => {
  house = await openTestHouse()
  const [ford] = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string }>(sql`select code from place where official_code = 'F000037'`),
  )
  warden = await house.person('warden', ford!.code)
})

afterAll(() => house?.close())

function sheetOf(random: Random, first: number): string[][] {
  const codes = codesOf(house)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const rows: string[][] = []
  for (let n = first; n < first + HOUSEHOLDS; n++) {
    const size = 1 + Math.floor(random() * 4)
    const spoil = random() < 0.6 ? 0.04 : 0
    for (let line = 0; line < size; line++) {
      const head = line === 0
      const row: Record<string, string> = {
        hamlet: 'H000000101',
        hearth: `R${n}`,
        called: random() < 0.3 ? pick(names.slice(0, 8)) : `Person ${String.fromCharCode(65 + (n % 26))}`,
        tie: head ? codes.head : codes.other,
        paper: random() < 0.9 ? paper(500_000 + n * 10 + line) : '',
        gender: codes.gender,
        born: `19${50 + (n % 40)}-0${1 + line}-11`,
        standing: head ? codes.standing : '',
        reason: head ? codes.reason : '',
      }
      for (const heading of headings) {
        if (random() >= spoil) continue
        row[heading] = heading === 'hamlet' ? pick(hamlets) : heading === 'called' ? pick(names) : pick(texts)
      }
      const cells = headings.map((heading) => row[heading] ?? '')
      rows.push(random() < 0.01 ? [...cells, pick(texts)] : random() < 0.01 ? cells.slice(0, 7) : cells)
    }
  }
  // Rows are not always beside each other.
  if (random() < 0.2) rows.sort(() => random() - 0.5)
  return rows
}

/** The text behind the quote that keeps programs from running it. */
const unquoted = (text: string) => text.replace(/^'(?=[=+\-@])/, '')

/** A text without what reading may tidy: spaces and line breaks. */
const bare = (text: string) => text.normalize('NFC').replaceAll(/\s/gu, '')

it(`${SHEETS} random sheets`, { timeout: 120_000 }, async () => {
  const random = seeded(SEED)
  let good = 0
  let bad = 0
  const asked = new Map<string, string[]>()
  for (let index = 0; index < SHEETS; index++) {
    const rows = sheetOf(random, index * HOUSEHOLDS)
    const run = await importAs(house, warden, lines([[...headings], ...rows]))
    const { counts } = run
    const where = `sheet ${index}`
    expect(['done', 'refused', 'checked'], where).toContain(run.state)
    expect(run.problem, where).toBeNull()
    expect(counts.read, where).toBe(rows.filter((row) => row.some((cell) => cell !== '')).length)
    expect(counts.read, where).toBe(counts.good + counts.bad + counts.skipped)
    expect(counts.skipped, where).toBe(counts.unchanged + counts.held)
    expect(counts.households, where).toBe(run.state === 'done' ? counts.registered : counts.households)
    const faults = await faultsOf(house, warden, run.id)
    expect(new Set(faults.map((fault) => fault.row)).size, where).toBe(counts.bad)
    for (const { sentence } of faults)
      expect(sentence, where).toSatisfy((text: string) => isSentence(text.replaceAll(/“[^”]*”/g, '“x”'), 'en'))
    const faulty = new Set(faults.map((fault) => fault.row))
    for (const [at, row] of rows.entries()) {
      if (faulty.has(at + 2) || row[3] !== '1') continue
      // A number may be given in several villages, by chance.
      const number = unquoted(row[1]!.trim())
      asked.set(number, [...(asked.get(number) ?? []), bare(unquoted(row[2]!))])
    }
    if (run.undoable) undoable.push(run.id)
    good += counts.good
    bad += counts.bad
  }
  expect(good).toBeGreaterThan(SHEETS * 5)
  expect(bad).toBeGreaterThan(SHEETS * 5)

  const kept = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ number: string; head_name: string; persons: number; size: number }>(sql`
      select h.number, h.head_name, h.size, (select count(*) from member m where m.household_id = h.household_id)::int as persons
      from household h order by 1`),
  )
  expect(kept.length).toBeGreaterThan(SHEETS * 2)
  for (const { number, head_name, persons, size } of kept) {
    expect(persons).toBe(size)
    expect(asked.has(number), number).toBe(true)
    expect(asked.get(number)).toContain(bare(head_name))
  }
})

/** What is kept for each village beside what a count of its households says: nothing when they agree. */
async function differing() {
  return house.db.transaction(subtree(ROOT), (tx) =>
    tx.all(sql`
      select * from (select place_code, status, cause, households::int, persons::int from village_tally) kept
      full join (select place_code, status, cause, count(*)::int as households, sum(size)::int as persons
                 from household group by 1, 2, 3) counted using (place_code, status, cause, households, persons)
      where kept is null or counted is null`),
  )
}

it('the counts kept for villages are those of the households, after imports and after undoing some', async () => {
  expect(await differing()).toEqual([])
  const before = (await house.db.transaction(subtree(ROOT), (tx) => tallyIn(tx, subtree(ROOT)))).households
  const random = seeded(SEED + 1)
  const chosen = undoable.filter(() => random() < 0.3)
  let undone = 0
  for (const id of chosen) {
    undone += (await warden.get(`/api/imports/${id}`)).body.counts.registered
    const answer = await warden.send('POST', `/api/imports/${id}/undo`, { why: 'a wrong file' })
    expect(answer.status).toBe(200)
    await house.jobs.runHere(answer.body.job)
    const after = (await warden.get(`/api/imports/${id}`)).body
    expect(after).toMatchObject({ state: 'undone', counts: { registered: 0 }, undoable: false })
    if (chosen.indexOf(id) % 5 === 0) expect(await differing()).toEqual([])
  }
  expect(undone).toBeGreaterThan(10)
  expect(await differing()).toEqual([])
  const left = (await house.db.transaction(subtree(ROOT), (tx) => tallyIn(tx, subtree(ROOT)))).households
  expect(left).toBe(before - undone)
  for (const table of ['member', 'household_facts', 'identity']) {
    const stray = await house.db.transaction(subtree(ROOT), (tx) =>
      tx.first<{ count: number }>(
        sql`select count(*)::int as count from ${sql.table(table)} where household_id not in (select household_id from household)`,
      ),
    )
    expect(stray?.count, table).toBe(0)
  }
  const { report, actions } = await house.db.transaction(subtree(ROOT), async (tx) => ({
    report: await verifyAudit(tx, []),
    actions: await verifyActions(tx),
  }))
  expect(report.faults).toEqual([])
  expect(actions).toEqual([])
})
