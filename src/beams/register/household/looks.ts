import { OPERATOR_ACCOUNT } from '../../../platform/access/caller.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'

/** One line of the report on who saw a household: looks within a minute, or identity numbers shown in full. */
export type LookRow = {
  kind: 'card' | 'reveal'
  at: Date
  account_id: number
  post_id: number
  times: number
  /** The reason given for a reveal. */
  why: string | null
  /** Nothing for the operator of the machine. */
  by: string | null
  login: string | null
  role: string | null
  place_name: string | null
}

/** After which line a page begins. */
export type LookKey = { readonly at: string; readonly kind: string; readonly account: number; readonly post: number }

/** Whether there is, or was, such a household in the scope of the transaction. */
export async function householdThere(tx: Tx, householdId: number): Promise<boolean> {
  const found = await tx.first(sql`
    select from household where household_id = ${householdId}
    union all select from household_end where household_id = ${householdId}`)
  return found !== undefined
}

/** Who saw a household, the latest first. The audit has no fence of its own: ask `householdThere` before. */
export async function looksAt(
  tx: Tx,
  householdId: number,
  { after, limit }: { after: LookKey | undefined; limit: number },
): Promise<LookRow[]> {
  const beyond = (at: string, kind: string, account: string, post: string) =>
    after === undefined
      ? sql`true`
      : sql`(${sql.raw(at)} < ${after.at}::timestamptz or ${sql.raw(at)} = ${after.at}::timestamptz
             and (${sql.lit(kind)}::text, ${sql.raw(account)}, ${sql.raw(post)}) > (${after.kind}, ${after.account}, ${after.post}))`
  return tx.all<LookRow>(sql`
    select s.*, case when s.account_id <> ${OPERATOR_ACCOUNT} then a.name end as by,
           case when s.account_id <> ${OPERATOR_ACCOUNT} then a.login end as login, p.role, l.name as place_name
    from (
      (select 'card' as kind, minute as at, account_id, post_id, times, null as why
       from access_log
       where household_id = ${householdId} and ${beyond('minute', 'card', 'account_id', 'post_id')}
       order by minute desc, account_id, post_id limit ${limit})
      union all
      (select 'reveal', k.at, k.account_id, coalesce(k.post_id, 0), 1, e.detail->>'why'
       from audit_entry e join audit_link k using (chain, link_no)
       where e.subject = 'household' and e.subject_id = ${String(householdId)} and e.kind = 'identity.reveal'
         and ${beyond('k.at', 'reveal', 'k.account_id', 'coalesce(k.post_id, 0)')}
       order by k.at desc, k.account_id limit ${limit})
    ) s
    join account a using (account_id)
    left join post p on p.post_id = s.post_id
    left join place l on l.code = p.place_code
    order by s.at desc, s.kind, s.account_id, s.post_id
    limit ${limit}`)
}
