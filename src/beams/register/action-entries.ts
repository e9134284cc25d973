import { type RawBuilder, sql } from '../../platform/db/database.ts'

/**
 * What the audit keeps of actions, one entry each with its digest, for `appendLink`.
 * @param kind of the entries, such as `household.move`
 * @param actions FROM and WHERE of a query in which household_action is named a
 */
export function actionEntries(kind: string, actions: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select (row_number() over (order by a.household_id))::int as entry_no, ${kind}::text as kind, a.place_code,
           'household' as subject, a.household_id::text as subject_id,
           jsonb_build_object('action', a.action_no, 'digest', action_digest(a.household_id, a.action_no, a.kind,
             a.place_code, a.effective_on, a.recorded_at, a.account_id, a.post_id, a.why, a.detail)) as detail
    ${actions}`
}
