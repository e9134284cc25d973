import { sql, type Tx } from '../../platform/db/database.ts'

/**
 * Compares every action with the digest that the audit keeps of it.
 * @returns household and number of each action that was changed, removed or slipped in, at most a thousand
 */
export async function verifyActions(tx: Tx): Promise<{ householdId: number; actionNo: number; what: string }[]> {
  // What was tampered with may be no number and no day any more; that is a finding, not a reason to give up.
  return tx.all(sql`
    select coalesce(a.household_id, e.household_id::bigint) as "householdId", coalesce(a.action_no, e.action_no::int) as "actionNo",
           case when a.household_id is null then 'action-missing' when e.household_id is null then 'action-unaudited'
                else 'action-changed' end as what
    from household_action a
    full join (select case when subject_id ~ '^[0-9]{1,15}$' then subject_id end as household_id,
                      case when detail ->> 'action' ~ '^[0-9]{1,9}$' then detail ->> 'action' end as action_no,
                      detail ->> 'digest' as digest
               from audit_entry where subject = 'household' and detail ? 'digest') e
      on e.household_id = a.household_id::text and e.action_no = a.action_no::text
    where (a.household_id is not null or e.household_id is not null and e.action_no is not null)
      and e.digest is distinct from case when isfinite(a.effective_on) and isfinite(a.recorded_at) then
            action_digest(a.household_id, a.action_no, a.kind, a.place_code, a.effective_on, a.recorded_at, a.account_id,
                          a.post_id, a.why, a.detail) end
    order by 1, 2 limit 1000`)
}

/** As `verifyActions`, of the actions on the cards of places: place, form and number of each that is not as written. */
export async function verifyPlaceActions(
  tx: Tx,
): Promise<{ place: string; form: string; actionNo: number; what: string }[]> {
  return tx.all(sql`
    select coalesce(a.place_code, split_part(e.card, '/', 1)) as place, coalesce(a.form, split_part(e.card, '/', 2)) as form,
           coalesce(a.action_no, e.action_no::int) as "actionNo",
           case when a.place_code is null then 'action-missing' when e.card is null then 'action-unaudited'
                else 'action-changed' end as what
    from place_action a
    full join (select subject_id as card, detail ->> 'digest' as digest,
                      case when detail ->> 'action' ~ '^[0-9]{1,9}$' then detail ->> 'action' end as action_no
               from audit_entry where subject = 'place-card' and detail ? 'digest') e
      on e.card = a.place_code || '/' || a.form and e.action_no = a.action_no::text
    where (a.place_code is not null or e.action_no is not null)
      and e.digest is distinct from case when isfinite(a.effective_on) and isfinite(a.recorded_at) then
            place_action_digest(a.place_code, a.form, a.action_no, a.kind, a.effective_on, a.recorded_at, a.account_id, a.post_id,
                                a.why, a.detail) end
    order by 1, 2, 3 limit 1000`)
}
