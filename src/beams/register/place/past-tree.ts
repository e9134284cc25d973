import { type PlaceCode, type Scope, subtree } from '../../../kernel/place-code.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import { type Moment, notAnyMore, stillTrue } from '../household/past.ts'
import type { ChildRow } from './queries.ts'

/** A place of then with what was counted in all of it. */
type ChildThen = Omit<ChildRow, 'all_households' | 'all_persons'>

type Counted = { readonly households: number; readonly persons: number }

/**
 * The places right below one and what the register counted in each at a moment of the past. With the tree of `then`
 * these are the places of that day under the names of that day; with that of `now` the places of today, each with
 * what was counted in all the places that became it.
 */
export async function childrenThen(
  tx: Tx,
  code: PlaceCode,
  moment: Moment,
  tree: 'then' | 'now',
): Promise<{ whole: Counted; children: ChildThen[] }> {
  const scope = subtree(code)
  const counted = tree === 'then' ? inScope(scope, moment) : inTreeOfToday(scope, moment)
  const exists = (place: RawBuilder<unknown>) =>
    tree === 'now'
      ? sql`${place}.valid_to is null`
      : sql`${place}.valid_from <= ${moment.asOf}::date and (${place}.valid_to is null or ${place}.valid_to > ${moment.asOf}::date)`
  const [whole, children] = [
    await tx.first<Counted>(sql`
      select coalesce(sum(households), 0)::int as households, coalesce(sum(persons), 0)::int as persons from (${counted}) c`),
    await tx.all<ChildThen>(sql`
      with counted as materialized (${counted})
      select p.code, p.parent, p.level, coalesce(f.name, p.name) as name, coalesce(f.official_code, p.official_code) as official_code,
             coalesce(c.households, 0)::int as households, coalesce(c.persons, 0)::int as persons,
             exists (select from place b where b.parent = p.code and ${exists(sql`b`)}) as has_children,
             array(select g.tag from place_tag g where g.place_code = p.code and g.from_on <= ${moment.asOf}::date
                     and (g.to_on is null or g.to_on > ${moment.asOf}::date) order by g.tag) as tags
      from place p
      left join lateral (
        select name, official_code from place_former o
        where ${tree === 'then'} and o.place_code = p.code and o.until > ${moment.asOf}::date order by o.until, o.change_id limit 1
      ) f on true
      left join lateral (
        select sum(households) as households, sum(persons) as persons from counted
        where counted.place_code >= p.code and counted.place_code < upper_bound(p.code)
      ) c on true
      where p.parent = ${code} and ${exists(sql`p`)}
      order by p.code`),
  ]
  return { whole: whole!, children }
}

/** Households and persons by the village they were in then. */
function inScope(scope: Scope, moment: Moment): RawBuilder<unknown> {
  return sql`
    select place_code, sum(households) as households, sum(persons) as persons from (
      select h.place_code, count(*) as households, sum(h.size) as persons ${stillTrue({ scope }, moment)} group by 1
      union all
      select h.place_code, count(*), sum(h.size) ${notAnyMore({ scope }, moment)} group by 1
    ) v group by 1`
}

/** As `inScope`, under the village of today that each has become; also of villages that lay elsewhere. */
function inTreeOfToday(scope: Scope, moment: Moment): RawBuilder<unknown> {
  const everywhere: Scope = { lo: '', hi: '~' }
  const elsewhere = sql`
    h.place_code in (select e.code from place e where e.became is not null and not (e.code >= ${scope.lo} and e.code < ${scope.hi})
                       and place_today(e.code) >= ${scope.lo} and place_today(e.code) < ${scope.hi})`
  return sql`
    select t.code as place_code, sum(households) as households, sum(persons) as persons from (
      ${inScope(scope, moment)}
      union all
      select h.place_code, count(*), sum(h.size) ${notAnyMore({ scope: everywhere }, moment)} and ${elsewhere} group by 1
    ) v join lateral (select place_today(v.place_code) collate "C" as code) t on t.code >= ${scope.lo} and t.code < ${scope.hi}
    group by 1`
}
