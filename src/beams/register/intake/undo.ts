import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Actor, appendLink } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { actionEntries } from '../action-entries.ts'
import { endCardsOf } from '../paper/queries.ts'
import type { RegisterParts } from '../parts.ts'
import { tallySql } from '../place/tally.ts'

/**
 * Takes some households of an import out of the register again, all of one audit chain. Their actions stay, and one
 * more is added that says so.
 * @returns how many; 0 when none is left
 */
export async function undoSome(
  tx: Tx,
  parts: Pick<RegisterParts, 'chainOf' | 'now' | 'pack'>,
  actor: Actor,
  undo: { importId: number; why: string },
  limit: number,
): Promise<number> {
  const rows = await tx.all<{ household_id: number; place_code: string; version: number }>(sql`
    select household_id, place_code, version from household where import_id = ${undo.importId}
    order by place_code, household_id limit ${limit} for update`)
  if (rows.length === 0) return 0
  const ended = await tx.first<{ count: number }>(
    sql`select count(*) as count from household_end where import_id = ${undo.importId}`,
  )
  const changed = rows.filter((row) => row.version > 1).length + ended!.count
  if (changed > 0) throw new Problem('import.built-upon', { count: changed })
  const chain = parts.chainOf(rows[0]!.place_code)
  const ids = rows.filter((row) => parts.chainOf(row.place_code) === chain).map((row) => row.household_id)
  const today = dayOf(parts.now(), parts.pack.utcOffset)
  await tx.run(sql`
    insert into household_action (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    select household_id, 2, 'undo-import', place_code, ${today}::date, ${actor.at}::timestamptz, ${actor.accountId}::bigint,
           ${actor.postId}::bigint, ${undo.why}, jsonb_build_object('import', ${undo.importId}::bigint)
    from household where household_id = any(${ids})`)
  const counted = sql`
    select place_code, status, cause, -count(*) as households, -sum(size) as persons
    from household where household_id = any(${ids}) group by 1, 2, 3`
  for (const statement of tallySql(
    counted,
    rows.map((row) => row.place_code),
  ))
    await tx.run(statement)
  await appendLink(
    tx,
    actor,
    chain,
    actionEntries(
      'household.undo-import',
      sql`from household_action a where a.household_id = any(${ids}) and a.action_no = 2`,
    ),
  )
  await endCardsOf(tx, ids, { accountId: actor.accountId, at: actor.at, day: today, why: undo.why })
  for (const table of ['identity', 'member_facts', 'household_facts', 'member', 'household']) {
    await tx.run(sql`delete from ${sql.table(table)} where household_id = any(${ids})`)
  }
  return ids.length
}
