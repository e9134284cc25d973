import { appendFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import {
  type AuditFault,
  type Checkpoint,
  checkpointPath,
  noteCheckpoint,
  readCheckpoints,
  verifyAudit,
} from '../../src/platform/audit/verify.ts'
import { txOn } from '../../src/platform/db/database.ts'
import { hamletsOf, plantTarget, type Target } from '../support/access/targets.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'
import { type Holder, holderOf } from '../support/posts.ts'
import { type Tampering, tamper } from '../support/tamper.ts'

const TAMPERINGS = Number(process.env.FOURBEAMS_TAMPERINGS ?? 500)
const tables = ['audit_entry', 'audit_link', 'audit_head', 'household_action'] as const

let house: TestHouse
/** Somebody with every power over the database and none over the file outside it. */
let intruder: pg.Client
let checkpoints: Checkpoint[]
let wardens: Holder[]
let targets: Target[]

beforeAll(async () => {
  house = await openTestHouse()
  const hamlets = await hamletsOf(house)
  const places = [hamlets[0]!, hamlets.at(-1)!]
  targets = [await plantTarget(house, places[0]!, 0), await plantTarget(house, places[1]!, 1)]
  wardens = []
  for (const target of targets) {
    const warden = await holderOf(house, 'warden', target.ford)
    wardens.push(warden)
    await work(warden, target)
    const undo = await warden.send('POST', `/api/imports/${target.imports.undo}/undo`, { why: 'wrong file' })
    expect((await house.jobs.runHere(undo.body.job)).state).toBe('done')
  }
  await house.db.transaction(subtree(ROOT), (tx) => noteCheckpoint(tx, house.settings.home, house.settings.now()))
  checkpoints = await readCheckpoints(house.settings.home)
  const types = new pg.TypeOverrides()
  types.setTypeParser(20, (text) => Number(text))
  intruder = new pg.Client({ connectionString: house.adminUrl, types })
  await intruder.connect()
})

afterAll(async () => {
  await intruder?.end()
  await house?.close()
})

/** What is done day by day and must be found in the audit: looking, revealing, exporting. */
async function work(warden: Holder, target: Target): Promise<void> {
  for (const url of [
    `/api/households/export?format=csv&place=${target.hamlet}`,
    '/api/households/export?format=csv&shape=cards&identities=full&why=a%20test',
    `/api/imports/${target.imports.checked}/error-sheet?format=csv`,
  ]) {
    expect((await warden.get(url)).status).toBe(200)
  }
  const reveal = await warden.send('POST', `/api/households/${target.household}/reveal`, { why: 'a test' })
  expect(reveal.status).toBe(200)
}

async function verify(points: readonly Checkpoint[] = checkpoints) {
  const tx = txOn(intruder)
  return { report: await verifyAudit(tx, points), actions: await verifyActions(tx) }
}

/** Runs an intrusion, looks what is found, and puts everything back. */
async function after(statements: string | (() => Promise<unknown>), points?: readonly Checkpoint[]) {
  await intruder.query('begin')
  try {
    await (typeof statements === 'string' ? intruder.query(statements) : statements())
    const { report, actions } = await verify(points)
    return { faults: report.faults, actions }
  } finally {
    await intruder.query('rollback')
  }
}

test('what was done and seen stands in the audit, and all of it is sound', async () => {
  const { report, actions } = await verify()
  expect(report.faults).toEqual([])
  expect(actions).toEqual([])
  expect(checkpoints.length).toBe(report.chains)
  expect(report.entries).toBeGreaterThan(40)
  const { rows } = await intruder.query('select distinct kind from audit_entry order by 1')
  expect(rows.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'household.export',
      'household.register',
      'household.undo-import',
      'identity.reveal',
      'import.check',
      'import.done',
      'import.error-sheet',
      'import.start',
      'import.undo',
      'import.upload',
    ]),
  )
  // Each place's deeds stand in the chain of its own reach.
  const { rows: astray } = await intruder.query(
    `select from audit_entry where place_code <> '0' and left(place_code, 3) <> chain`,
  )
  expect(astray).toEqual([])
  // And no name, number of a document or reason given for a household is in it.
  const { rows: texts } = await intruder.query('select lower(e::text) as text from audit_entry e')
  const words = targets.flatMap(({ secrets, sealed }) => [...secrets.hamlet, ...secrets.ford, ...sealed])
  expect(words.filter((word) => texts.some(({ text }) => text.includes(word)))).toEqual([])
})

test('a full identity number that was shown or exported stands in the audit with who, where and why', async () => {
  const { rows } = await intruder.query(`
    select e.kind, e.place_code, e.subject, e.subject_id, e.detail, l.account_id, l.post_id
    from audit_entry e join audit_link l using (chain, link_no)
    where e.kind = 'identity.reveal' or e.detail ->> 'full' = 'true' order by e.chain, e.link_no`)
  expect(rows).toEqual(
    targets.flatMap((target, at) => {
      const who = { account_id: wardens[at]!.accountId, post_id: wardens[at]!.postId }
      return [
        {
          ...who,
          kind: 'household.export',
          place_code: target.ford,
          subject: 'place',
          subject_id: target.ford,
          detail: { why: 'a test', full: true, shape: 'cards', households: 2 },
        },
        {
          ...who,
          kind: 'identity.reveal',
          place_code: target.hamlet,
          subject: 'household',
          subject_id: String(target.household),
          detail: { why: 'a test' },
        },
      ]
    }),
  )
})

test(`${TAMPERINGS} random changes of single values are all found, at the row that was changed`, {
  timeout: 600_000,
}, async () => {
  const random = seeded(20_161_130)
  const found: Record<string, number> = {}
  let refused = 0
  for (let done = 0; done < TAMPERINGS; ) {
    await intruder.query('begin')
    try {
      const change = await tamper(intruder, tables, random)
      if (!change) {
        refused++
        continue
      }
      const { report, actions } = await verify([])
      const label = JSON.stringify(change)
      if (change.table === 'household_action') {
        expect(report.faults, label).toEqual([])
        const { household_id: householdId, action_no: actionNo } = change.row
        expect(actions, label).toContainEqual(
          expect.objectContaining({ householdId: Number(householdId), actionNo: Number(actionNo) }),
        )
      } else expect(namesRow(change, report.faults), `${label} ${JSON.stringify(report.faults)}`).toBe(true)
      found[`${change.table}.${change.column}`] = (found[`${change.table}.${change.column}`] ?? 0) + 1
      done++
    } finally {
      await intruder.query('rollback')
    }
  }
  console.log(
    `audit: ${TAMPERINGS} of ${TAMPERINGS} changes found and named (${refused} more refused by the database)`,
    found,
  )
  // Every column of every table had its turn.
  const { rows } = await intruder.query(
    `select count(*) as count from information_schema.columns where table_schema = 'public' and table_name = any($1)`,
    [tables],
  )
  if (TAMPERINGS >= 500) expect(Object.keys(found)).toHaveLength(rows[0].count)
})

/** Whether the faults name the row that was changed, and nothing before it in its chain. */
function namesRow({ table, column, moved, row }: Tampering, faults: readonly AuditFault[]): boolean {
  const inChain = faults.filter((fault) => fault.chain === row.chain)
  if (table === 'audit_head') return inChain.some((fault) => fault.what === 'head-changed')
  const linkNo = Number(row.link_no)
  const atLink = inChain.filter((fault) => fault.linkNo === linkNo)
  if (moved) return atLink.length > 0
  if (inChain[0]?.linkNo !== linkNo) return false
  if (table === 'audit_link') {
    // The count and the root are what the link says of its entries; the rest is the link itself.
    const what = column === 'entries' || column === 'root' ? ['link-changed', 'entries-changed'] : ['link-changed']
    return what.every((one) => atLink.some((fault) => fault.what === one))
  }
  return atLink.some((fault) => fault.what === 'entry-changed' && fault.entryNo === Number(row.entry_no))
}

test('rows that were removed, swapped, doubled or slipped in are found', async () => {
  const { rows } = await intruder.query<{ chain: string; last: number }>(
    `select chain, max(link_no) as last from audit_link group by 1 having max(link_no) > 8 order by 1`,
  )
  expect(rows.length).toBeGreaterThan(1)
  for (const { chain, last } of rows) {
    const of = (linkNo: number) => `chain = '${chain}' and link_no = ${linkNo}`
    const lastOnly = await after(`delete from audit_link where ${of(last)}`, [])
    expect(lastOnly.faults).toEqual([
      { chain, linkNo: last - 1, what: 'head-changed' },
      { chain, linkNo: last, what: 'entries-changed' },
    ])
    const middle = await after(`delete from audit_link where ${of(4)}; delete from audit_entry where ${of(4)}`, [])
    expect(middle.faults).toEqual([{ chain, linkNo: 5, what: 'link-missing' }])
    const first = await after(`delete from audit_link where ${of(1)}; delete from audit_entry where ${of(1)}`, [])
    expect(first.faults).toEqual([{ chain, linkNo: 2, what: 'link-missing' }])
    const swapped = await after(
      `update audit_entry set link_no = -1 where ${of(3)}; update audit_link set link_no = -1 where ${of(3)};
       update audit_entry set link_no = 3 where ${of(4)}; update audit_link set link_no = 3 where ${of(4)};
       update audit_entry set link_no = 4 where ${of(-1)}; update audit_link set link_no = 4 where ${of(-1)}`,
      [],
    )
    expect(swapped.faults[0]).toMatchObject({ chain, linkNo: 3 })
    const slipped = await after(
      `insert into audit_entry select chain, link_no, entries + 1, 'x', chain, 'x', 'x', '{}', sha256('x') from audit_link where ${of(6)}`,
      [],
    )
    expect(slipped.faults.map(({ linkNo }) => linkNo)).toEqual([6, 6])
  }
  const many = await intruder.query<{ chain: string; link_no: number }>(
    `select chain, link_no from audit_link where entries > 1 order by 1, 2`,
  )
  for (const { chain, link_no } of many.rows) {
    const at = `chain = '${chain}' and link_no = ${link_no}`
    const turned = await after(
      `update audit_entry set entry_no = -entry_no where ${at}; update audit_entry set entry_no = 3 + entry_no where ${at} and entry_no >= -2`,
      [],
    )
    expect(turned.faults.filter(({ what }) => what === 'entry-changed').map(({ entryNo }) => entryNo)).toEqual([1, 2])
  }
})

test('actions that were removed, changed or slipped in are found', async () => {
  const { household: householdId } = targets[0]!
  const key = `household_id = ${householdId} and action_no = 1`
  expect((await after(`delete from household_action where ${key}`)).actions).toEqual([
    { householdId, actionNo: 1, what: 'action-missing' },
  ])
  expect((await after(`update household_action set why = why || ' ' where ${key}`)).actions).toEqual([
    { householdId, actionNo: 1, what: 'action-changed' },
  ])
  const slipped = await after(
    `insert into household_action select household_id, 2, 'exit', place_code, effective_on, recorded_at, account_id, post_id, why, detail
     from household_action where ${key}`,
  )
  expect(slipped.actions).toEqual([{ householdId, actionNo: 2, what: 'action-unaudited' }])
})

/** Takes the last links of a chain away so that what is left fits together again. */
const cut = (chain: string, links: number) => `
  with head as (update audit_head h set link_no = l.link_no, hash = l.hash
    from audit_link l where h.chain = '${chain}' and l.chain = h.chain and l.link_no = h.link_no - ${links} returning h.link_no)
  delete from audit_link l using head where l.chain = '${chain}' and l.link_no > head.link_no;
  delete from audit_entry e where e.chain = '${chain}' and e.link_no > (select link_no from audit_head where chain = '${chain}')`

test('what fits together again is found only by the file outside the database', async () => {
  const [{ chain, linkNo }] = checkpoints.filter((point) => point.chain !== ROOT) as [Checkpoint]
  const rolledBack = [{ chain, linkNo, what: 'rolled-back' }]

  // The last transaction undone, tidily. The household's action is still there, so that much shows even so.
  expect((await after(cut(chain, 1), [])).faults).toEqual([])
  expect((await after(cut(chain, 1))).faults).toEqual(rolledBack)

  // A whole chain that never was.
  const gone = ['audit_entry', 'audit_link', 'audit_head'].map(
    (table) => `delete from ${table} where chain = '${chain}'`,
  )
  expect((await after(gone.join(';'), [])).faults).toEqual([])
  expect((await after(gone.join(';'))).faults).toEqual(rolledBack)

  // A history written anew with all its digests by somebody who knows how they are made.
  const forge = async () => {
    await intruder.query(
      `update audit_entry set detail = detail || '{"forged": true}' where chain = '${chain}' and link_no = 2`,
    )
    await intruder.query(
      `update audit_entry set leaf = audit_leaf(chain, link_no, entry_no, kind, place_code, subject, subject_id, detail)`,
    )
    await intruder.query(`
      update audit_link l set root = e.root from (select chain, link_no, sha256(string_agg(leaf, ''::bytea order by entry_no)) as root
        from audit_entry group by 1, 2) e where e.chain = l.chain and e.link_no = l.link_no`)
    for (let link = 2; link <= linkNo; link++) {
      const at = `chain = '${chain}' and link_no = `
      await intruder.query(
        `update audit_link set previous = (select hash from audit_link where ${at}${link - 1}) where ${at}${link}`,
      )
      await intruder.query(`
        update audit_link set hash = audit_hash(chain, link_no, at, account_id, post_id, request_id, entries, root, previous)
        where ${at}${link}`)
    }
    await intruder.query(
      `update audit_head h set hash = l.hash from audit_link l where l.chain = h.chain and l.link_no = h.link_no`,
    )
  }
  expect((await after(forge, [])).faults).toEqual([])
  expect((await after(forge)).faults).toEqual(rolledBack)
})

test('tables put back to an earlier copy are found, also when work went on from there', async () => {
  const copies = tables.map((table) => `create table copy_of_${table} as table ${table}`)
  await intruder.query(copies.join(';'))
  const restore = tables.map((table) => `truncate ${table}; insert into ${table} table copy_of_${table}`).join(';')
  try {
    const { home, now } = house.settings
    await work(wardens[0]!, targets[0]!)
    await house.db.transaction(subtree(ROOT), (tx) => noteCheckpoint(tx, home, now()))
    const points = await readCheckpoints(home)
    const newest = points.at(-1)!
    expect(points).toHaveLength(checkpoints.length + 1)
    expect((await verify(points)).report.faults).toEqual([])
    expect((await after(restore, [])).faults).toEqual([])
    const rolledBack = [{ chain: newest.chain, linkNo: newest.linkNo, what: 'rolled-back' }]
    expect((await after(restore, points)).faults).toEqual(rolledBack)

    // Now for good; the same work again gives as many links, but not the same ones.
    await intruder.query(restore)
    await work(wardens[0]!, targets[0]!)
    await house.db.transaction(subtree(ROOT), (tx) => noteCheckpoint(tx, home, now()))
    const { report } = await verify(await readCheckpoints(home))
    expect(report.faults).toEqual(rolledBack)
    expect((await verify([])).report.faults).toEqual([])

    // A line torn by a crash is passed over; it is not taken for a finding, and hides none.
    await appendFile(checkpointPath(home), '{"at":"2031-11-20T04:00:00.000Z","chain":"0')
    expect((await verify(await readCheckpoints(home))).report.faults).toEqual(rolledBack)
  } finally {
    await intruder.query(tables.map((table) => `drop table copy_of_${table}`).join(';'))
  }
})
