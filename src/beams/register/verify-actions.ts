import { sql, type Tx } from '../../platform/db/database.ts'

/**
 * Compares every action with the digest that the audit keeps of it.
 * @returns household and number of each action that was changed, removed or slipped in, at most a thousand
 */
export async function verifyActions(tx: Tx): Promise<{ householdId: number; actionNo: number; what: string }[]> {
  return tx.all(sql`
    select coalesce(a.household_id, e.household_id) as "householdId", coalesce(a.action_no, e.action_no) as "actionNo",
           case when a.household_id is null then 'action-missing' when e.household_id is null then 'action-unaudited'
                else 'action-changed' end as what
    from household_action a
    full join (select subject_id::bigint as household_id, (detail ->> 'action')::int as action_no, detail ->> 'digest' as digest
               from audit_entry where subject = 'household' and detail ? 'digest') e
      on e.household_id = a.household_id and e.action_no = a.action_no
    where e.digest is distinct from action_digest(a.household_id, a.action_no, a.kind, a.place_code, a.effective_on,
            a.recorded_at, a.account_id, a.post_id, a.why, a.detail)
    order by 1, 2 limit 1000`)
}
