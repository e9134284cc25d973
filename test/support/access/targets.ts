import { randomUUID } from 'node:crypto'
import { issueCards } from '../../../src/beams/register/paper/queries.ts'
import { dayOf } from '../../../src/kernel/calendar.ts'
import { NOWHERE, ROOT, subtree } from '../../../src/kernel/place-code.ts'
import { OPERATOR_ACCOUNT } from '../../../src/platform/access/caller.ts'
import { sessionIdOf } from '../../../src/platform/access/session-list.ts'
import { sql } from '../../../src/platform/db/database.ts'
import type { TestHouse } from '../house.ts'
import { codesOf, csv, households, importAs, paper, type Row } from '../households.ts'
import { holderOf } from '../posts.ts'

export type Hamlet = { code: string; official: string; ford: string; reach: string }

/**
 * Something that a request can name. A target is really there; its twin has the same shape and does not exist. To
 * somebody who may not see the target the two must look the same.
 */
export type Thing = {
  readonly hamlet: string
  readonly officialCode: string
  readonly ford: string
  readonly login: string
  readonly post: number
  /** The warden's account. */
  readonly account: number
  /** An account with a second factor, whose post at the ford has ended. */
  readonly deputy: number
  /** Names an open session. */
  readonly session: string
  readonly household: number
  readonly job: number
  /** A period that was opened for the hamlet alone. */
  readonly opening: number
  readonly head: string
  readonly member: string
  readonly number: string
  readonly document: string
  /** What stands on its printed card, to be scanned. */
  readonly card: string
  /** An import for each thing that can be done to one. */
  readonly imports: Readonly<Record<'done' | 'checked' | 'start' | 'drop' | 'check' | 'undo', number>>
  readonly held: { readonly place: string; readonly number: string }
  readonly mapping: readonly (string | null)[]
  readonly period: string
}

export type Target = Thing & {
  readonly name: string
  readonly twin: Thing
  /** Lower-case words that nobody may read whose place does not cover the hamlet; likewise the ford. */
  readonly secrets: { readonly hamlet: readonly string[]; readonly ford: readonly string[] }
  /** Words that nobody at all may read, except by asking for them with a reason. */
  readonly sealed: readonly string[]
}

/** Words that stand nowhere else, one set for each target. Letters only where names are. */
const words = [
  {
    head: 'Vexalune',
    member: 'Quorbitane',
    held: 'Drumfelsik',
    file: 'brackwimple',
    why: 'oslingrath',
    lamp: 'LMPVEX4471QZ',
  },
  {
    head: 'Zyndrakel',
    member: 'Omphalorin',
    held: 'Trevanquist',
    file: 'cobblethrum',
    why: 'wintergask',
    lamp: 'LMPZYN8832QZ',
  },
  {
    head: 'Krellimon',
    member: 'Tavisquett',
    held: 'Hobnarvik',
    file: 'dwindlespoke',
    why: 'farthingrue',
    lamp: 'LMPKRE1093QZ',
  },
] as const

/** Every hamlet of the invented country, in order. */
export function hamletsOf(house: TestHouse): Promise<Hamlet[]> {
  return house.db.transaction(NOWHERE, (tx) =>
    tx.all<Hamlet>(sql`
      select h.code, h.official_code as official, h.parent as ford, f.parent as reach
      from place h join place f on f.code = h.parent where h.level = 3 order by 1`),
  )
}

/** Puts a household, imports in every state and what belongs to them into a hamlet. */
export async function plantTarget(house: TestHouse, hamlet: Hamlet, order: 0 | 1 | 2): Promise<Target> {
  const word = words[order]
  const codes = codesOf(house)
  const login = `warden-${word.head.toLowerCase()}`
  const warden = await holderOf(house, 'warden', hamlet.ford, login)
  const deputy = await holderOf(house, 'warden', hamlet.ford, `deputy-${word.file}`)
  await house.db.transaction(subtree(ROOT), async (tx) => {
    await tx.run(sql`update post set from_on = from_on - 9, to_on = from_on where post_id = ${deputy.postId}`)
    await tx.run(sql`
      insert into second_factor (account_id, secret, begun_at, confirmed_at)
      values (${deputy.accountId}, '', ${house.settings.now()}, ${house.settings.now()})`)
  })
  const first = 7_000_000 + order * 1_000
  const number = `CN-${word.head.slice(0, 3).toUpperCase()}-71`
  const rows = households(hamlet.official, first, 1, codes).map(
    (row, at): Row => ({
      ...row,
      hearth: number,
      called: at === 0 ? `${word.head} Family` : `${word.member} Family`,
      ...(at === 0 ? { lantern: word.lamp } : {}),
    }),
  )
  const other = (at: number, over: Row = {}) =>
    households(hamlet.official, first + at, 1, codes).map(
      (row): Row => ({ ...row, hearth: `CN-${at}-${order}`, ...over }),
    )
  const headings = [...Object.keys(rows[0]!)]
  let files = 0
  const run = (content: readonly Row[], start = true) =>
    importAs(house, warden, csv(content, headings), {
      fileName: `${word.file}-${++files}.csv`,
      why: `because of ${word.why}`,
      start,
    })
  const done = await run(rows)
  // Somebody already registered, under another number: held. And a row with a fault.
  const again = rows.map((row): Row => ({ ...row, hearth: `CN-HELD-${order}`, called: `${word.held} Family` }))
  const checked = await run([...again, ...other(1, { gender: 'no such gender' }), ...other(2)], false)
  const undo = await run(other(3))
  const start = await run(other(4), false)
  const drop = await run(other(5), false)
  const check = await run(other(6), false)
  // The audit keeps why a period was opened: a word of the office, and none of anybody.
  const opened = await warden.send('POST', '/api/periods', {
    form: 'hearth',
    period: '2031',
    place: hamlet.code,
    why: 'the yearly round',
  })
  if (opened.status !== 200) throw new Error(JSON.stringify(opened.body))
  const filled = await warden.send('POST', '/api/periods', {
    form: 'hamlet_card',
    period: '2031',
    place: hamlet.code,
    why: 'the yearly round',
  })
  if (filled.status !== 200) throw new Error(JSON.stringify(filled.body))
  const hamletCard = await warden.send('POST', `/api/places/${hamlet.code}/cards/hamlet_card/changes`, {
    version: 0,
    key: randomUUID(),
    effectiveOn: '2031-11-20',
    why: `because of ${word.why}`,
    change: { kind: 'update-facts', period: '2031', facts: { hearths: 7 } },
  })
  if (hamletCard.status !== 200) throw new Error(JSON.stringify(hamletCard.body))
  const [household] = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ household_id: number }>(sql`select household_id from household where number = ${number}`),
  )
  const papers = `/api/households/${household!.household_id}/changes/1/evidence`
  const paper = await warden.upload(papers, `${word.member}.pdf`, `%PDF-1.7 ${word.member}`)
  if (paper.status !== 200) throw new Error(JSON.stringify(paper.body))
  const card = await cardOf(house, household!.household_id, hamlet.ford)
  const thing: Thing = {
    hamlet: hamlet.code,
    officialCode: hamlet.official,
    ford: hamlet.ford,
    login,
    post: warden.postId,
    account: warden.accountId,
    deputy: deputy.accountId,
    session: sessionIdOf(warden.cookie.split('=')[1]!),
    household: household!.household_id,
    job: done.job,
    opening: opened.body.id,
    head: `${word.head} Family`,
    member: `${word.member} Family`,
    number,
    document: rows[0]!.paper!,
    card,
    imports: { done: done.id, checked: checked.id, start: start.id, drop: drop.id, check: check.id, undo: undo.id },
    held: { place: hamlet.code, number: `CN-HELD-${order}` },
    mapping: done.mapping,
    period: done.period,
  }
  const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase())
  return {
    ...thing,
    name: `target ${order}`,
    twin: twinOf(house, thing, order),
    secrets: {
      hamlet: lower([word.head, word.member, number, word.why]),
      ford: lower([word.file, word.held, `CN-HELD-${order}`]),
    },
    sealed: lower([word.lamp, ...rows.map((row) => row.paper!)]),
  }
}

/** Writes down a printed card of a household, without the paper. */
export async function cardOf(house: TestHouse, household: number, office: string): Promise<string> {
  const { token, hash } = house.register.signer.make()
  const now = house.settings.now()
  const issue = { at: now, day: dayOf(now), accountId: OPERATOR_ACCOUNT, postId: null, language: 'en' }
  await house.db.transaction(subtree(ROOT), (tx) => issueCards(tx, issue, [{ household, office, hash }]))
  return token
}

function twinOf(house: TestHouse, thing: Thing, order: number): Thing {
  const far = 900_000_000 + order * 100
  return {
    // Right behind the target in the order of places, so that a page that begins after either is the same page.
    hamlet: `${thing.hamlet}0`,
    officialCode: `H99999999${order}`,
    ford: `${thing.ford}Z`,
    login: `warden-nobody-${order}`,
    post: far,
    account: far,
    deputy: far + 1,
    session: String(order).repeat(64),
    household: far,
    job: far,
    opening: far,
    head: 'Wobblequint Family',
    member: 'Snorrefald Family',
    number: 'CN-WOB-71',
    document: paper(80_000_000 + order),
    card: house.register.signer.make().token,
    imports: { done: far, checked: far + 1, start: far + 2, drop: far + 3, check: far + 4, undo: far + 5 },
    held: { place: `${thing.hamlet}0`, number: `CN-NONE-${order}` },
    mapping: thing.mapping,
    period: thing.period,
  }
}

/** Everything the database holds of a target's ford, for saying afterwards that nothing moved. */
export async function stateOf(house: TestHouse, target: Target): Promise<unknown> {
  return house.db.transaction(subtree(target.ford), async (tx) => {
    const read = (table: string, condition = sql`in_scope(place_code)`) =>
      tx.all(sql`select to_jsonb(t) as row from ${sql.table(table)} t where ${condition} order by 1`)
    const ours = sql`import_id in (select import_id from import_run)`
    return {
      household: await read('household'),
      member: await read('member'),
      household_facts: await read('household_facts'),
      member_facts: await read('member_facts'),
      household_action: await read('household_action'),
      import_run: await read('import_run'),
      import_held: await read('import_held'),
      import_row: await read('import_row', ours),
      import_secret: await read('import_secret', ours),
      job: await read('job'),
      village_tally: await read('village_tally'),
      post: await read('post'),
      form_period: await read('form_period'),
      place_card: await read('place_card'),
      place_facts: await read('place_facts'),
      place_action: await read('place_action'),
    }
  })
}
