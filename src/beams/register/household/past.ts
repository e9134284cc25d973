import { dayOf } from '../../../kernel/calendar.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'
import { behind, chosenFacts, conditions, type HouseholdFilter, type ListedRow, type PageKey } from './queries.ts'

/** A moment on two axes: as it was on a day, as it was known at an instant. */
export type Moment = { readonly asOf: string; readonly knownAt: Date }

type AskedMoment = { readonly asOf?: string | undefined; readonly knownAt?: string | undefined }

/** The moment that is asked about: today, and what is known by now, where nothing is said. */
export function momentOf({ asOf, knownAt }: AskedMoment, now: Date, pack: Pick<Pack, 'utcOffset'>): Moment {
  return { asOf: asOf ?? dayOf(now, pack.utcOffset), knownAt: knownAt === undefined ? now : new Date(knownAt) }
}

/** As `momentOf`; nothing when the present is asked about. */
export function pastMoment(asked: AskedMoment, now: Date, pack: Pick<Pack, 'utcOffset'>): Moment | undefined {
  return asked.asOf === undefined && asked.knownAt === undefined ? undefined : momentOf(asked, now, pack)
}

type Page = {
  readonly after?: PageKey | undefined
  readonly limit: number
  readonly columns?: readonly string[] | undefined
}

/** A page of households as they were, in order of place; what the present tables still say is read from them. */
export async function pastPage(tx: Tx, filter: HouseholdFilter, moment: Moment, page: Page): Promise<ListedRow[]> {
  const end = sql`${behind(page.after)} order by h.place_code, h.household_id limit ${page.limit}`
  const shown = sql`h.household_id, h.place_code, h.number, h.head_name, h.status, h.cause, h.size, h.income, h.period, h.registered_on`
  const rows = await tx.all<Omit<ListedRow, 'matched'>>(sql`
    (select ${shown}, ${chosenFacts(page.columns)} as facts ${stillTrue(filter, moment)} ${end})
    union all
    (select ${shown}, ${chosenFacts(page.columns, sql`(h.state -> 'facts' -> h.period)`)} as facts ${notAnyMore(filter, moment)} ${end})
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
export function stillTrue(filter: HouseholdFilter, { asOf, knownAt }: Moment): RawBuilder<unknown> {
  // What has not changed since registration is as old as its first action.
  return sql`
    from household h
    left join household_action a on h.since_valid is null and a.household_id = h.household_id and a.action_no = 1
    where ${pastConditions(filter, asOf)} and coalesce(h.since_valid, a.effective_on) <= ${asOf}::date
      and coalesce(h.since_known, a.recorded_at) <= ${knownAt}`
}

/** States of before, or no longer believed, that held then and were known. */
export function notAnyMore(filter: HouseholdFilter, { asOf, knownAt }: Moment): RawBuilder<unknown> {
  return sql`
    from household_state h
    where ${pastConditions(filter, asOf)} and h.valid_from <= ${asOf}::date and (h.valid_to is null or h.valid_to > ${asOf}::date)
      and h.known_from <= ${knownAt} and (h.known_to is null or h.known_to > ${knownAt})`
}

/** Names are looked up as they are spelled today, among those who were members then. */
function pastConditions(filter: HouseholdFilter, asOf: string): RawBuilder<unknown> {
  return conditions(filter, sql`m.joined_on <= ${asOf}::date and (m.left_on is null or m.left_on > ${asOf}::date)`)
}
