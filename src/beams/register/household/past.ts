import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import { conditions, type HouseholdFilter, type ListedRow, type PageKey } from './queries.ts'
import { nameSql, type TextSearch } from './text-search.ts'

/** A moment on two axes: as it was on a day, as it was known at an instant. */
export type Moment = { readonly asOf: string; readonly knownAt: Date }

type Page = {
  readonly after?: PageKey | undefined
  readonly limit: number
  readonly columns?: readonly string[] | undefined
}

/** A page of households as they were, in order of place; what the present tables still say is read from them. */
export async function pastPage(tx: Tx, filter: HouseholdFilter, moment: Moment, page: Page): Promise<ListedRow[]> {
  const after = page.after
    ? sql`and (h.place_code, h.household_id) > (${page.after.place}, ${page.after.household})`
    : sql``
  const end = sql`${after} order by h.place_code, h.household_id limit ${page.limit}`
  const shown = sql`h.household_id, h.place_code, h.number, h.head_name, h.status, h.cause, h.size, h.income, h.period, h.registered_on`
  const rows = await tx.all<Omit<ListedRow, 'matched'>>(sql`
    (select ${shown}, ${presentFacts(page.columns)} as facts ${stillTrue(filter, moment)} ${end})
    union all
    (select ${shown}, ${pastFacts(page.columns)} as facts ${notAnyMore(filter, moment)} ${end})
    order by place_code, household_id limit ${page.limit}`)
  return rows.map((row) => ({ ...row, matched: [] }))
}

/** How many households a filter left then, counted up to a bound. */
export async function countPast(tx: Tx, filter: HouseholdFilter, moment: Moment, bound: number): Promise<number> {
  const row = await tx.first<{ count: number }>(sql`
    select count(*) as count from (
      (select 1 ${stillTrue(filter, moment)} limit ${bound}) union all (select 1 ${notAnyMore(filter, moment)} limit ${bound})
      limit ${bound}) counted`)
  return row!.count
}

/** Households whose present state held then already, and was known. */
function stillTrue(filter: HouseholdFilter, { asOf, knownAt }: Moment): RawBuilder<unknown> {
  // What has not changed since registration is as old as its first action.
  return sql`
    from household h
    left join household_action a on h.since_valid is null and a.household_id = h.household_id and a.action_no = 1
    where ${pastConditions(filter, asOf)} and coalesce(h.since_valid, a.effective_on) <= ${asOf}::date
      and coalesce(h.since_known, a.recorded_at) <= ${knownAt}`
}

/** States of before, or no longer believed, that held then and were known. */
function notAnyMore(filter: HouseholdFilter, { asOf, knownAt }: Moment): RawBuilder<unknown> {
  return sql`
    from household_state h
    where ${pastConditions(filter, asOf)} and h.valid_from <= ${asOf}::date and (h.valid_to is null or h.valid_to > ${asOf}::date)
      and h.known_from <= ${knownAt} and (h.known_to is null or h.known_to > ${knownAt})`
}

function pastConditions(filter: HouseholdFilter, asOf: string): RawBuilder<unknown> {
  const { search, ...rest } = filter
  return search?.kind === 'name' ? sql`${conditions(rest)} and ${wasMember(search, filter, asOf)}` : conditions(filter)
}

/** Somebody of that name was a member then. Names are looked up as they are spelled today. */
function wasMember(
  search: Extract<TextSearch, { kind: 'name' }>,
  { scope }: HouseholdFilter,
  asOf: string,
): RawBuilder<unknown> {
  return sql`h.household_id in (select m.household_id from member m where ${nameSql(search)}
    and m.place_code >= ${scope.lo} and m.place_code < ${scope.hi}
    and m.joined_on <= ${asOf}::date and (m.left_on is null or m.left_on > ${asOf}::date))`
}

function presentFacts(columns: readonly string[] | undefined): RawBuilder<unknown> {
  if (!columns?.length) return sql`'{}'::jsonb`
  return chosen(
    columns,
    sql`(select f.facts from household_facts f where f.household_id = h.household_id and f.period = h.period)`,
  )
}

function pastFacts(columns: readonly string[] | undefined): RawBuilder<unknown> {
  if (!columns?.length) return sql`'{}'::jsonb`
  return chosen(columns, sql`(h.state -> 'facts' -> h.period)`)
}

function chosen(columns: readonly string[], facts: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(${facts}) e where e.key = any(${columns})), '{}')`
}
