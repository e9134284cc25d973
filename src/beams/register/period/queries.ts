import type { Day } from '../../../kernel/calendar.ts'
import { type PlaceCode, ROOT, type Scope } from '../../../kernel/place-code.ts'
import { OPERATOR_ACCOUNT } from '../../../platform/access/caller.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'

export type PeriodRow = {
  period_id: number
  form: string
  period: string
  place_code: string
  place_name: string
  place_level: number
  opens_on: Day
  closes_on: Day | null
  why: string
  opened_at: Date
  opened_by: string | null
  closed_at: Date | null
  closed_by: string | null
}

const columns = sql`
  f.period_id, f.form, f.period, f.place_code, p.name as place_name, p.level::int as place_level, f.opens_on, f.closes_on, f.why,
  f.opened_at, case when f.opened_by <> ${OPERATOR_ACCOUNT} then a.name end as opened_by,
  f.closed_at, case when f.closed_by <> ${OPERATOR_ACCOUNT} then c.name end as closed_by
  from form_period f join place p on p.code = f.place_code join account a on a.account_id = f.opened_by
  left join account c on c.account_id = f.closed_by`

/** The condition that a period (alias f) covers a place: it was opened there or above. */
function covers(place: PlaceCode): RawBuilder<unknown> {
  return sql`(f.place_code = ${ROOT} or ${place} >= f.place_code and ${place} < upper_bound(f.place_code))`
}

/** Openings that hold at a place or below it, newest first. */
export async function periodsAt(
  tx: Tx,
  reach: { place: PlaceCode; scope: Scope },
  filter: { id?: number | undefined; form?: string | undefined; before?: number | undefined; limit: number },
): Promise<PeriodRow[]> {
  return tx.all<PeriodRow>(sql`
    select ${columns}
    where (${covers(reach.place)} or f.place_code >= ${reach.scope.lo} and f.place_code < ${reach.scope.hi})
      and (${filter.id ?? null}::bigint is null or f.period_id = ${filter.id ?? null})
      and (${filter.form ?? null}::text is null or f.form = ${filter.form ?? null})
      and (${filter.before ?? null}::bigint is null or f.period_id < ${filter.before ?? null})
    order by f.period_id desc limit ${filter.limit}`)
}

/** Of the openings of a form for a period that cover a place, the nearest; locked against being closed meanwhile. */
export async function findGoverning(
  tx: Tx,
  asked: { form: string; period: string; place: PlaceCode },
): Promise<Pick<PeriodRow, 'opens_on' | 'closes_on' | 'closed_at'> | undefined> {
  return tx.first(sql`
    select f.opens_on, f.closes_on, f.closed_at from form_period f
    where f.form = ${asked.form} and f.period = ${asked.period} and ${covers(asked.place)}
    order by f.place_code <> ${ROOT} desc, length(f.place_code) desc limit 1 for share`)
}

/** The condition that a form is open for a period at a place, an expression: the nearest opening decides. */
export function isOpenSql(
  asked: { form: string; period: string; today: Day },
  place: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`coalesce((
    select f.closed_at is null and f.opens_on <= ${asked.today}::date and (f.closes_on is null or f.closes_on >= ${asked.today}::date)
    from form_period f
    where f.form = ${asked.form} and f.period = ${asked.period}
      and (f.place_code = ${ROOT} or ${place} >= f.place_code and ${place} < upper_bound(f.place_code))
    order by f.place_code <> ${ROOT} desc, length(f.place_code) desc limit 1), false)`
}

/** The periods of a form that are open at a place on a day. */
export async function openPeriods(tx: Tx, asked: { form: string; place: PlaceCode; today: Day }): Promise<string[]> {
  const rows = await tx.all<{ period: string }>(sql`
    select distinct f.period from form_period f
    where f.form = ${asked.form} and ${covers(asked.place)} and f.closed_at is null
      and f.opens_on <= ${asked.today}::date and (f.closes_on is null or f.closes_on >= ${asked.today}::date)
    order by 1 desc limit 12`)
  return rows.map((row) => row.period)
}

export type Opening = {
  readonly id: number
  readonly form: string
  readonly period: string
  readonly place: PlaceCode
  readonly opensOn: Day
  readonly closesOn: Day | null
  readonly why: string
  readonly by: number
  readonly at: Date
}

/**
 * Opens a form for a period at a place, or opens it again when it was closed or its days are over.
 * @returns the number of the opening; nothing when it is open already
 */
export async function insertPeriod(tx: Tx, opening: Opening, today: Day): Promise<number | undefined> {
  const row = await tx.first<{ period_id: number }>(sql`
    insert into form_period as f (period_id, form, period, place_code, opens_on, closes_on, why, opened_at, opened_by)
    values (${opening.id}, ${opening.form}, ${opening.period}, ${opening.place}, ${opening.opensOn}, ${opening.closesOn},
            ${opening.why}, ${opening.at}, ${opening.by})
    on conflict (form, period, place_code) do update
      set opens_on = excluded.opens_on, closes_on = excluded.closes_on, why = excluded.why, opened_at = excluded.opened_at,
          opened_by = excluded.opened_by, closed_at = null, closed_by = null
      where f.closed_at is not null or f.closes_on < ${today}::date
    returning period_id`)
  return row?.period_id
}

/** Closes an opening. Says whether it was open until now. */
export async function setClosed(tx: Tx, id: number, close: { why: string; by: number; at: Date }): Promise<boolean> {
  const rows = await tx.run(sql`
    update form_period set closed_at = ${close.at}, closed_by = ${close.by}, why = ${close.why}
    where period_id = ${id} and closed_at is null`)
  return rows === 1
}
