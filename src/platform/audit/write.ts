import { type PlaceCode, ROOT } from '../../kernel/place-code.ts'
import { often, type RawBuilder, sql, type Tx } from '../db/database.ts'

/** On whose behalf a transaction writes. */
export type Actor = {
  readonly accountId: number | null
  readonly postId: number | null
  readonly requestId: string
  readonly at: Date
}

/** Something done or seen. No personal data: numbers of things, not their content. */
export type Entry = {
  readonly kind: string
  readonly place: PlaceCode
  readonly subject: string
  readonly subjectId: string | number
  readonly detail?: Record<string, unknown>
  /** What only the database can say of it when all is written: an expression of one JSON object, added to the detail. */
  readonly proof?: RawBuilder<unknown>
}

/** The chain a place belongs to: its ancestor of the first level, or the root. */
export type ChainOf = (place: PlaceCode) => string

/** Chains by the length that codes of the first level have. */
export function chainsByLength(length: number): ChainOf {
  return (place) => (place === ROOT || place.length < length ? ROOT : place.slice(0, length))
}

/**
 * Writes entries, one link for each chain they touch. To be called last in a transaction: they leave together with its
 * commit, and the chain's head stays locked until it ends. Chains are taken in order, so that two transactions cannot
 * wait for each other.
 */
export function writeEntries(tx: Tx, actor: Actor, entries: readonly Entry[], chainOf: ChainOf): void {
  const byChain = Map.groupBy(entries, (entry) => chainOf(entry.place))
  const links = [...byChain.keys()].sort().map((chain) => {
    const written = byChain.get(chain)!
    const proofs = written.map(({ proof }) => proof ?? sql`'{}'::jsonb`)
    const rows = written.map((entry) => ({
      kind: entry.kind,
      place_code: entry.place,
      subject: entry.subject,
      subject_id: String(entry.subjectId),
      detail: entry.detail ?? {},
    }))
    return often(sql`
      select audit_append(${chain}, ${actor.at}, ${actor.accountId}, ${actor.postId}, ${actor.requestId}, ${JSON.stringify(rows)},
                          ${written.some(({ proof }) => proof) ? sql`jsonb_build_array(${sql.join(proofs)})` : sql`'[]'`})`)
  })
  tx.later(links)
}

/**
 * Writes one link whose entries come from a query, however many they are.
 * @param entries query with columns entry_no (from 1, dense), kind, place_code, subject, subject_id, detail
 */
export async function appendLink(tx: Tx, actor: Actor, chain: string, entries: RawBuilder<unknown>): Promise<void> {
  const head = await lockHead(tx, chain)
  const linkNo = head.link_no + 1
  const [written] = await tx.all<{ entries: number; root: Buffer }>(sql`
    with new_entry as (
      insert into audit_entry (chain, link_no, entry_no, kind, place_code, subject, subject_id, detail, leaf)
      select ${chain}, ${linkNo}, e.entry_no, e.kind, e.place_code, e.subject, e.subject_id, e.detail,
             audit_leaf(${chain}, ${linkNo}, e.entry_no, e.kind, e.place_code, e.subject, e.subject_id, e.detail)
      from (${entries}) e
      returning entry_no, leaf
    )
    select count(*)::int as entries, sha256(string_agg(leaf, ''::bytea order by entry_no)) as root from new_entry`)
  if (written && written.entries > 0) await addLink(tx, actor, chain, head, written)
}

type Head = { link_no: number; hash: Buffer }

/** The number that the next link of a chain will have, for entries that are written before it. Locks the chain. */
export async function nextLinkNo(tx: Tx, chain: string): Promise<number> {
  return (await lockHead(tx, chain)).link_no + 1
}

/**
 * Closes entries that stand in the audit already, under the number of the chain's next link, with that link.
 * @param written how many they are, and the SHA-256 over their leaves in order
 */
export async function closeLink(
  tx: Tx,
  actor: Actor,
  chain: string,
  written: { readonly entries: number; readonly root: Buffer },
): Promise<void> {
  await addLink(tx, actor, chain, await lockHead(tx, chain), written)
}

async function addLink(
  tx: Tx,
  actor: Actor,
  chain: string,
  head: Head,
  written: { readonly entries: number; readonly root: Buffer },
): Promise<void> {
  await tx.run(sql`
    select audit_seal(${chain}, ${head.link_no + 1}, ${actor.at}, ${actor.accountId}, ${actor.postId}, ${actor.requestId},
                      ${written.entries}, ${written.root}, ${head.hash})`)
}

async function lockHead(tx: Tx, chain: string): Promise<Head> {
  const head = await tx.first<Head>(sql`select head_no as link_no, head_hash as hash from audit_lock(${chain})`)
  return head!
}
