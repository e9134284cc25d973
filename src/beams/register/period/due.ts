import type { Day } from '../../../kernel/calendar.ts'
import type { PlaceCode, Scope } from '../../../kernel/place-code.ts'
import { type RawBuilder, sql, type Tx } from '../../../platform/db/database.ts'

/** How many are brought up to date, and how many are not yet. */
export type Counts = { readonly due: number; readonly done: number }

/** What is to be brought up to date: everyone on the register, or every place of a level, for one period. */
export type Task = {
  readonly of: 'household' | 'place'
  readonly form: string
  readonly period: string
  /** Codes of households that left the register for good; nobody visits them again. */
  readonly gone: readonly string[]
  /** Level of the places that the work is shared out by. */
  readonly level: number
  /** Roles that do the work there. */
  readonly roles: readonly string[]
}

/** Counts in a range of places, as one row. `lo` and `hi` may be columns. */
function countsSql(
  { of, form, period, gone, level }: Task,
  lo: RawBuilder<unknown>,
  hi: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (of === 'household') {
    return sql`
    select count(*) filter (where h.period < ${period})::int as due, count(*) filter (where h.period >= ${period})::int as done
    from household h where h.place_code >= ${lo} and h.place_code < ${hi} and h.status <> all(${gone})`
  }
  return sql`
    select count(*) filter (where k.period is null or k.period < ${period})::int as due,
           count(*) filter (where k.period >= ${period})::int as done
    from place q left join place_card k on k.place_code = q.code and k.form = ${form}
    where q.level = ${level} and q.valid_to is null and q.code >= ${lo} and q.code < ${hi}`
}

/** Places of a range whose card is not up to date, in order. */
export async function duePlaces(
  tx: Tx,
  { form, period, level }: Task,
  asked: { scope: Scope; places?: readonly string[] | undefined },
  page: { after?: string | undefined; limit: number },
): Promise<{ code: string; name: string; last: string | null }[]> {
  const { scope, places } = asked
  return tx.all(sql`
    select q.code, q.name, k.period as last
    from place q left join place_card k on k.place_code = q.code and k.form = ${form}
    where q.level = ${level} and q.valid_to is null and q.code >= ${scope.lo} and q.code < ${scope.hi}
      and (k.period is null or k.period < ${period})
      ${places ? sql`and q.code = any(${places})` : sql``} ${page.after === undefined ? sql`` : sql`and q.code > ${page.after}`}
    order by q.code limit ${page.limit}`)
}

/** Counts in a range of places. */
export async function countsIn(tx: Tx, task: Task, { lo, hi }: Scope): Promise<Counts> {
  return (await tx.first<Counts>(sql`${countsSql(task, sql`${lo}`, sql`${hi}`)}` as RawBuilder<Counts>))!
}

export type ChildCounts = Counts & { code: string; name: string; level: number; has_children: boolean }

/** Counts in each place right below one. */
export async function countsOfChildren(tx: Tx, task: Task, place: PlaceCode): Promise<ChildCounts[]> {
  return tx.all<ChildCounts>(sql`
    select p.code, p.name, p.level::int as level, exists (select from place c where c.parent = p.code) as has_children, t.due, t.done
    from place p cross join lateral (${countsSql(task, sql`p.code`, sql`upper_bound(p.code)`)}) t
    where p.parent = ${place} and p.valid_to is null order by p.code`)
}

/** Who holds a post (alias w) of the work at a day. */
function workersSql({ roles }: Task, today: Day): RawBuilder<unknown> {
  return sql`
    select w.place_code, w.account_id, a.name from post w join account a using (account_id)
    where w.role = any(${roles}) and w.from_on <= ${today}::date and (w.to_on is null or w.to_on > ${today}::date)
      and a.disabled_at is null`
}

/** The places where somebody works. */
export async function placesOfWorker(tx: Tx, task: Task, worker: number, today: Day): Promise<string[]> {
  const rows = await tx.all<{ place_code: string }>(sql`
    select distinct place_code from (${workersSql(task, today)} and w.account_id = ${worker}) w order by 1`)
  return rows.map((row) => row.place_code)
}

export type WorkerKey = { readonly place: string; readonly worker: number }
export type WorkerCounts = Counts & { code: string; worker: number | null; name: string | null }

/** Places of the work in a range with those who do it, as far as there is something to do, in order of place. */
export async function workersIn(
  tx: Tx,
  task: Task,
  scope: Scope,
  page: { after?: WorkerKey | undefined; limit: number; today: Day },
): Promise<WorkerCounts[]> {
  const { after, limit, today } = page
  return tx.all<WorkerCounts>(sql`
    select p.code, w.account_id as worker, w.name, t.due, t.done
    from place p
    left join lateral (select * from (${workersSql(task, today)} and w.place_code = p.code) w) w on true
    cross join lateral (${countsSql(task, sql`p.code`, sql`upper_bound(p.code)`)}) t
    where p.level = ${task.level} and p.valid_to is null and p.code >= ${scope.lo} and p.code < ${scope.hi} and t.due + t.done > 0
      ${after ? sql`and p.code >= ${after.place} and (p.code, coalesce(w.account_id, 0)) > (${after.place}, ${after.worker})` : sql``}
    order by p.code, coalesce(w.account_id, 0) limit ${limit}`)
}
