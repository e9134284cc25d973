import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql, type Tx } from '../db/database.ts'

/** Something in the audit that is not as it was written. */
export type AuditFault = {
  readonly chain: string
  readonly linkNo: number
  readonly entryNo?: number
  /** entry-changed, entries-changed, link-changed, link-missing, head-changed, rolled-back */
  readonly what: string
}

export type AuditReport = {
  readonly chains: number
  readonly links: number
  readonly entries: number
  readonly faults: readonly AuditFault[]
}

export type Checkpoint = { readonly at: string; readonly chain: string; readonly linkNo: number; readonly hash: string }

/**
 * Recomputes every digest and follows every chain to its head, then compares with checkpoints kept outside the
 * database. Reads only.
 * @param checkpoints heads noted earlier, which must still be found unchanged
 * @returns counts, and every fault with the first bad row of each chain named
 */
export async function verifyAudit(tx: Tx, checkpoints: readonly Checkpoint[]): Promise<AuditReport> {
  const [counts] = await tx.all<{ chains: number; links: number; entries: number }>(sql`
    select (select count(*)::int from audit_head) as chains, (select count(*) from audit_link) as links,
           (select count(*) from audit_entry) as entries`)
  const faults: AuditFault[] = []
  const note = (what: string, rows: { chain: string; link_no: number; entry_no?: number }[]) => {
    for (const row of rows) faults.push({ chain: row.chain, linkNo: row.link_no, entryNo: row.entry_no, what })
  }

  note(
    'entry-changed',
    await tx.all(sql`
    select chain, link_no, entry_no from audit_entry
    where leaf is distinct from audit_leaf(chain, link_no, entry_no, kind, place_code, subject, subject_id, detail)
    order by 1, 2, 3 limit 1000`),
  )
  note(
    'entries-changed',
    await tx.all(sql`
    select coalesce(l.chain, e.chain) as chain, coalesce(l.link_no, e.link_no) as link_no
    from audit_link l
    full join (select chain, link_no, count(*) as entries, max(entry_no) as last,
                      sha256(string_agg(leaf, ''::bytea order by entry_no)) as root
               from audit_entry group by 1, 2) e on e.chain = l.chain and e.link_no = l.link_no
    where l.entries is distinct from e.entries or e.last is distinct from e.entries or l.root is distinct from e.root
    order by 1, 2 limit 1000`),
  )
  note(
    'link-changed',
    await tx.all(sql`
    select chain, link_no from audit_link
    where hash is distinct from case when isfinite(at) then
            audit_hash(chain, link_no, at, account_id, post_id, request_id, entries, root, previous) end
    order by 1, 2 limit 1000`),
  )
  note(
    'link-missing',
    await tx.all(sql`
    select chain, link_no from (
      select chain, link_no, previous,
             lag(link_no, 1, 0::bigint) over w as before_no,
             lag(hash, 1, ${Buffer.alloc(32)}::bytea) over w as before_hash
      from audit_link window w as (partition by chain order by link_no)
    ) l where link_no <> before_no + 1 or previous <> before_hash
    order by 1, 2 limit 1000`),
  )
  note(
    'head-changed',
    await tx.all(sql`
    select coalesce(h.chain, l.chain) as chain, coalesce(l.link_no, h.link_no) as link_no
    from audit_head h
    full join (select distinct on (chain) chain, link_no, hash from audit_link order by chain, link_no desc) l
      on l.chain = h.chain
    where h.link_no is distinct from l.link_no or h.hash is distinct from l.hash
    order by 1, 2`),
  )
  if (checkpoints.length > 0) {
    note(
      'rolled-back',
      await tx.all(sql`
      select c.chain, c."linkNo" as link_no
      from jsonb_to_recordset(${JSON.stringify(checkpoints)}::jsonb) as c (chain text, "linkNo" bigint, hash text)
      left join audit_link l on l.chain = c.chain and l.link_no = c."linkNo"
      where encode(l.hash, 'hex') is distinct from c.hash
      order by 1, 2`),
    )
  }
  faults.sort((a, b) => (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : a.linkNo - b.linkNo))
  return { chains: counts!.chains, links: counts!.links, entries: counts!.entries, faults }
}

export function checkpointPath(home: string): string {
  return join(home, 'audit', 'checkpoints.jsonl')
}

/** Notes the present heads in a file outside the database, so that a whole table put back to yesterday is noticed. */
export async function noteCheckpoint(tx: Tx, home: string, now: Date): Promise<number> {
  const known = new Map((await readCheckpoints(home)).map((point) => [point.chain, point.linkNo]))
  const heads = await tx.all<{ chain: string; link_no: number; hash: string }>(
    sql`select chain, link_no, encode(hash, 'hex') as hash from audit_head where link_no > 0 order by chain`,
  )
  const fresh = heads.filter((head) => known.get(head.chain) !== head.link_no)
  if (fresh.length === 0) return 0
  const path = checkpointPath(home)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const lines = fresh.map((head) =>
    JSON.stringify({ at: now.toISOString(), chain: head.chain, linkNo: head.link_no, hash: head.hash }),
  )
  await appendFile(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  return fresh.length
}

/** The checkpoints noted so far; a torn last line, left by a crash, is passed over. */
export async function readCheckpoints(home: string): Promise<Checkpoint[]> {
  const text = await readFile(checkpointPath(home), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line) as Checkpoint] : []
    } catch {
      return []
    }
  })
}
