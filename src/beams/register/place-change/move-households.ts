import type { PlaceCode } from '../../../kernel/place-code.ts'
import { subtree } from '../../../kernel/place-code.ts'
import { type Actor, appendLink, type ChainOf } from '../../../platform/audit/write.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import { actionEntries } from '../action-entries.ts'
import { tallySql } from '../place/tally.ts'

/** Why households move: the change of places, the day and the reason. */
export type Cause = { readonly change: number; readonly on: string; readonly why: string }

/**
 * Moves the households named in the temporary table `moving` (household_id, place, number) to other villages, in a
 * handful of statements however many they are. Each gets an action of the kind `move`, as if somebody had recorded it
 * on its card, so that replaying its actions still gives its state; those whose present state began after the day of
 * the change move on that later day.
 */
export async function moveHouseholds(
  tx: Tx,
  actor: Actor,
  chainOf: ChainOf,
  { change, on, why }: Cause,
): Promise<void> {
  // Held before their versions are read: a change under way would otherwise have given the same number to its action.
  await tx.run(sql`
    select 1 from household where household_id in (select household_id from moving) order by household_id for update`)
  await tx.run(sql`
    create temporary table moving_life on commit drop as
    select h.household_id, m.place, m.number, h.version + 1 as action_no, h.place_code as was,
           coalesce(h.since_valid, a.effective_on) as held_from, coalesce(h.since_known, a.recorded_at) as known_from,
           greatest(${on}::date, coalesce(h.since_valid, a.effective_on)) as effective_on
    from moving m join household h using (household_id)
    join household_action a on a.household_id = h.household_id and a.action_no = 1`)
  await tx.run(sql`create index on moving_life (household_id)`)
  await tx.run(sql`analyze moving_life`)
  await keepStates(tx, actor.at)
  await tx.run(sql`
    insert into household_action (household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail)
    select household_id, action_no, 'move', place, effective_on, ${actor.at}::timestamptz, ${actor.accountId}::bigint,
           ${actor.postId}::bigint, ${why},
           jsonb_build_object('change', jsonb_build_object('kind', 'move', 'place', place, 'number', number),
                              'placeChange', ${change}::bigint)
    from moving_life`)
  for (const statement of await tallyShift(tx)) await tx.run(statement)
  await tx.run(sql`
    update household h set place_code = l.place, number = l.number, version = l.action_no, since_valid = l.effective_on,
           since_known = ${actor.at}::timestamptz
    from moving_life l where h.household_id = l.household_id`)
  for (const table of ['member', 'household_facts', 'member_facts']) {
    await tx.run(sql`
      update ${sql.table(table)} t set place_code = l.place from moving_life l where t.household_id = l.household_id`)
  }
  await auditMoves(tx, actor, chainOf)
}

/** What was believed until now, and what is believed from now on of the time before the move. */
async function keepStates(tx: Tx, at: Date): Promise<void> {
  await tx.run(sql`
    insert into household_state (household_id, state_no, place_code, action_no, valid_from, valid_to, known_from, known_to, number,
                                 status, cause, size, head_name, income, period, registered_on, state)
    select h.household_id, coalesce((select max(state_no) from household_state s where s.household_id = h.household_id), 0) + k.at,
           h.place_code, h.version, l.held_from, k.valid_to, k.known_from, k.known_to, h.number, h.status, h.cause, h.size,
           h.head_name, h.income, h.period, h.registered_on,
           jsonb_build_object('place', h.place_code, 'number', h.number, 'status', h.status, 'cause', h.cause,
             'registeredOn', h.registered_on, 'period', h.period,
             'sealed', translate(encode(h.sealed, 'base64'), E'\\n', ''),
             'facts', coalesce((select jsonb_object_agg(f.period, f.facts) from household_facts f
                                where f.household_id = h.household_id), '{}'),
             'members', (select jsonb_agg(jsonb_build_object('person', m.person_id, 'line', m.line, 'name', m.name,
                 'relation', m.relation, 'sex', m.sex, 'bornOn', m.born_on, 'joinedOn', m.joined_on, 'leftOn', m.left_on,
                 'leftWhy', m.left_why, 'documentTail', m.document_tail, 'documentMask', m.document_mask,
                 'sealed', translate(encode(m.sealed, 'base64'), E'\\n', ''), 'disputed', m.disputed,
                 'facts', coalesce((select jsonb_object_agg(f.period, f.facts) from member_facts f
                                    where f.household_id = m.household_id and f.person_id = m.person_id), '{}')) order by m.line)
               from member m where m.household_id = h.household_id))
    from moving_life l join household h using (household_id)
    cross join lateral (
      values (1, null::date, l.known_from, ${at}::timestamptz), (2, l.effective_on, ${at}::timestamptz, null)
    ) k (at, valid_to, known_from, known_to)
    where k.valid_to is null or k.valid_to > l.held_from`)
}

async function tallyShift(tx: Tx): Promise<RawBuilder<unknown>[]> {
  const left = await tx.all<{ was: PlaceCode }>(sql`select distinct was from moving_life`)
  return tallySql(
    sql`select place_code, status, cause, sum(households) as households, sum(persons) as persons
        from (select l.was as place_code, h.status, h.cause, -1 as households, -h.size as persons
              from moving_life l join household h using (household_id)
              union all
              select l.place, h.status, h.cause, 1, h.size from moving_life l join household h using (household_id)) cell
        group by 1, 2, 3`,
    left.map(({ was }) => was),
  )
}

/** One link for each chain that households come into, with the digest of every action. */
async function auditMoves(tx: Tx, actor: Actor, chainOf: ChainOf): Promise<void> {
  const villages = await tx.all<{ place: PlaceCode }>(sql`select distinct place from moving_life order by place`)
  for (const chain of [...new Set(villages.map(({ place }) => chainOf(place)))].sort()) {
    const { lo, hi } = subtree(chain)
    await appendLink(
      tx,
      actor,
      chain,
      actionEntries(
        'household.move',
        sql`from moving_life l join household_action a using (household_id, action_no) where l.place >= ${lo} and l.place < ${hi}`,
      ),
    )
  }
}
