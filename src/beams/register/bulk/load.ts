import { once } from 'node:events'
import { ROOT, subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { allRows, withDuckDB } from '../../../platform/analysis/duckdb.ts'
import { closeLink, nextLinkNo, writeEntries } from '../../../platform/audit/write.ts'
import { type Database, sql, type Tx } from '../../../platform/db/database.ts'
import { inLanes } from '../lanes.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { placesByOfficialCode } from '../place/queries.ts'
import { foldTallies, tallySql } from '../place/tally.ts'
import { type Definition, definitionsOf, makeBare, makeWhole, raiseFence } from './bare-tables.ts'
import { type BulkIntake, chainWriter, type Lines, loadedTables, tableNames } from './lines.ts'
import { type BulkFiles, damaged, readSpan, villagesSql } from './read-files.ts'

export type LoadParts = Pick<RegisterParts, 'db' | 'pack' | 'vault' | 'ids' | 'chainOf'> & { readonly keysOf: KeysOf }

export type LoadOrder = {
  readonly files: BulkFiles
  /** What the files are, e.g. their digest: an interrupted load goes on only with the same. */
  readonly digest: string
  readonly intake: BulkIntake
  /** Told how far it is: a step's name, and households where they are counted. */
  readonly progress: (step: string, done?: number, total?: number) => void
}

export type LoadResult = { readonly households: number; readonly persons: number }

/** How far a load is: households are being written; all are there and what makes the tables whole is missing. */
type Note = { step: 'rows' | 'whole'; digest: string; definitions: Definition[] }

const NOTE = 'bulk-load'

/** Households of one transaction. */
const CHUNK = 4_096

/** Chains written at once: the database works on each with a core of its own. */
const LANES = 2

/** Whether a load has begun and not ended: the register is then half full and its second fence down. */
export async function isHalfLoaded(db: Database): Promise<boolean> {
  return (await db.transaction(subtree(ROOT), findNote)) !== undefined
}

/**
 * Fills an empty register from files that this program wrote, many times faster than an import: nothing is staged or
 * compared, rows go straight into tables without indexes, and indexes, keys and references are made again at the end,
 * which proves what they say. What stands there afterwards is what an import leaves: actions, audit, keys for search,
 * sealed values, tally. Interrupted, it begins anew, or goes on where only indexes are missing.
 * @throws Problem `register.not-empty`, `register.in-use`, `register.half-loaded`, `nation.damaged`, `nation.unknown-village`
 */
export async function loadRegister(parts: LoadParts, order: LoadOrder): Promise<LoadResult> {
  const { db } = parts
  const whole = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(subtree(ROOT), work, { bulk: true })
  let note = await whole((tx) => begin(tx, order.digest))
  if (note.step === 'rows') {
    const links = await fill(parts, order)
    note = await whole(async (tx) => {
      for (const { chain, ...written } of links) await closeLink(tx, order.intake.actor, chain, written)
      const counted = sql`select place_code, status, cause, count(*)::int as households, sum(size)::int as persons
                          from household group by 1, 2, 3`
      for (const statement of tallySql(counted, [])) await tx.run(statement)
      return setNote(tx, { ...note, step: 'whole' })
    })
  }
  await makeWhole(db, note.definitions, (name) => order.progress(name))
  order.progress('statistics')
  await foldTallies(db)
  // Not inside the transaction that ends the load: it reads for long, and the fence waits for nobody's locks.
  await whole((tx) => tx.raw(`analyze ${[...tableNames, 'village_tally', 'place_tally'].join(', ')}`))
  return whole(async (tx) => {
    const counts = await tallied(tx)
    await raiseFence(tx)
    writeEntries(
      tx,
      order.intake.actor,
      [
        {
          kind: 'register.load',
          place: ROOT,
          subject: 'register',
          subjectId: order.digest.slice(0, 16),
          detail: counts,
        },
      ],
      parts.chainOf,
    )
    await tx.run(sql`delete from setting where name = ${NOTE}`)
    return counts
  })
}

async function findNote(tx: Tx): Promise<Note | undefined> {
  return (await tx.first<{ value: Note }>(sql`select value from setting where name = ${NOTE}`))?.value
}

async function setNote(tx: Tx, note: Note): Promise<Note> {
  await tx.run(sql`
    insert into setting (name, value) values (${NOTE}, ${JSON.stringify(note)})
    on conflict (name) do update set value = excluded.value`)
  return note
}

/** Opens the tables for the load, or finds out where an interrupted one stands. */
async function begin(tx: Tx, digest: string): Promise<Note> {
  await refuseCompany(tx)
  const note = await findNote(tx)
  if (note?.step === 'whole') {
    // Its audit is written: it can only go on.
    if (note.digest !== digest) throw new Problem('register.half-loaded')
    return note
  }
  if (note) {
    await empty(tx)
    return setNote(tx, { ...note, digest, step: 'rows' })
  }
  const { full } = (await tx.first<{ full: boolean }>(sql`
    select exists (select from household) or exists (select from household_action) or exists (select from identity)
        or exists (select from household_state) as full`))!
  if (full) throw new Problem('register.not-empty')
  const definitions = await definitionsOf(tx)
  await makeBare(tx, definitions)
  return setNote(tx, { digest, step: 'rows', definitions })
}

/** Nobody may look on while the fence is down. Every process of the house has its own name at the database. */
async function refuseCompany(tx: Tx): Promise<void> {
  const { others } = (await tx.first<{ others: number }>(sql`
    select count(*)::int as others from pg_stat_activity
    where datname = current_database() and application_name like 'fourbeams%'
      and application_name <> current_setting('application_name')`))!
  if (others > 0) throw new Problem('register.in-use')
}

/** Takes out what an interrupted load wrote. Links are written with the last household, so its entries have none. */
async function empty(tx: Tx): Promise<void> {
  const register = tableNames.filter((table) => table !== 'audit_entry')
  await tx.raw(`truncate ${register.join(', ')}`)
  await tx.run(sql`
    delete from audit_entry e where not exists (select from audit_link l where l.chain = e.chain and l.link_no = e.link_no)`)
}

type ChainLink = { readonly chain: string; readonly entries: number; readonly root: Buffer }

type Span = { chain: string; from: string; to: string; households: number; persons: number }

/** Writes all households, chain beside chain, and tells what the link of each chain must hold. */
async function fill(parts: LoadParts, order: LoadOrder): Promise<ChainLink[]> {
  const { ids } = parts
  const { spans, codes } = await spansOf(parts, order.files)
  const total = spans.reduce((sum, span) => sum + span.households, 0)
  let household = await ids.take('household', total)
  let person = await ids.take(
    'person',
    spans.reduce((sum, span) => sum + span.persons, 0),
  )
  const numbered = spans.map((span) => {
    const first = { household, person }
    household += span.households
    person += span.persons
    return { span, first }
  })
  // The largest first, so that the lanes end together.
  const left = numbered.sort((a, b) => b.span.households - a.span.households)
  const links: ChainLink[] = []
  let done = 0
  await inLanes(LANES, async (stopped) => {
    for (let next = left.shift(); next && !stopped(); next = left.shift()) {
      const link = await fillChain(parts, order, codes, next, (households) => {
        done += households
        order.progress('households', done, total)
        return !stopped()
      })
      links.push(link)
    }
  })
  if (done !== total) throw damaged(`${total} households counted, ${done} read`)
  return links.sort((a, b) => (a.chain < b.chain ? -1 : 1))
}

async function tallied(tx: Tx): Promise<{ households: number; persons: number }> {
  return (await tx.first<{ households: number; persons: number }>(sql`
    select coalesce(sum(households), 0)::bigint as households, coalesce(sum(persons), 0)::bigint as persons from village_tally`))!
}

/** What each audit chain has to take in, and the key of each village. */
async function spansOf(
  { db, pack, chainOf }: LoadParts,
  files: BulkFiles,
): Promise<{ spans: Span[]; codes: Map<string, string> }> {
  type Counted = { village: string; rows: number }
  const [households, members] = await withDuckDB(async (connection) => [
    await allRows<Counted>(connection, villagesSql(pack, files.households)),
    await allRows<Counted>(connection, villagesSql(pack, files.members)),
  ])
  const lowest = pack.levels.length - 1
  const found = await db.transaction(
    subtree(ROOT),
    (tx) =>
      placesByOfficialCode(
        tx,
        households!.map(({ village }) => village),
      ),
    { readOnly: true },
  )
  const codes = new Map(found.flatMap((row) => (row.level === lowest ? [[row.official_code, row.code]] : [])))
  const persons = new Map(members!.map(({ village, rows }) => [village, rows]))
  const spans = new Map<string, Span>()
  for (const { village, rows } of households!) {
    const code = codes.get(village)
    if (code === undefined) throw new Problem('nation.unknown-village', { code: village })
    const chain = chainOf(code)
    const span = spans.get(chain) ?? { chain, from: village, to: village, households: 0, persons: 0 }
    span.to = village
    span.households += rows
    span.persons += persons.get(village) ?? 0
    spans.set(chain, span)
  }
  return { spans: [...spans.values()], codes }
}

/** Writes the households of a chain; while the database takes a chunk in, the next is made. */
async function fillChain(
  parts: LoadParts,
  order: LoadOrder,
  codes: ReadonlyMap<string, string>,
  { span, first }: { span: Span; first: { household: number; person: number } },
  goOn: (households: number) => boolean,
): Promise<ChainLink> {
  const { db, pack, chainOf } = parts
  const linkNo = await db.transaction(subtree(ROOT), (tx) => nextLinkNo(tx, span.chain), { bulk: true })
  const writer = chainWriter(parts, order.intake, { chain: span.chain, linkNo, ...first })
  const placeOf = (village: string) => codes.get(village)!
  const one = { threads: 1, memory: '512MB' }
  await withDuckDB(
    (households) =>
      withDuckDB(async (members) => {
        let sent: Promise<void> = Promise.resolve()
        let held: Lines[] = []
        let count = 0
        const send = async () => {
          const chunk = held
          held = []
          await sent
          sent = sendLines(db, chunk)
          // A failure is met where the chunk is awaited; meanwhile it must not end the process.
          sent.catch(() => {})
        }
        for await (const read of readSpan(pack, order.files, [span.from, span.to], [households, members])) {
          // Where official codes do not nest, a span may hold villages of other chains.
          const own = read.filter(({ village }) => chainOf(placeOf(village)) === span.chain)
          held.push(writer.write(own, placeOf))
          count += own.length
          if (count < CHUNK) continue
          await send()
          if (!goOn(count)) return
          count = 0
        }
        await send()
        goOn(count)
        await sent
      }, one),
    one,
  )
  return { chain: span.chain, ...writer.link() }
}

async function sendLines(db: Database, chunk: readonly Lines[]): Promise<void> {
  await db.transaction(
    subtree(ROOT),
    async (tx) => {
      // A crash here means beginning anew, so a commit need not wait for the disk; the last one does.
      await tx.raw('set local synchronous_commit = off')
      for (const table of tableNames) {
        await tx.copyIn(`copy ${table} (${loadedTables[table]}) from stdin`, async (to) => {
          for (const lines of chunk) if (!to.write(lines[table])) await once(to, 'drain')
        })
      }
    },
    { bulk: true },
  )
}
