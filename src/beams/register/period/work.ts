import { dayOf } from '../../../kernel/calendar.ts'
import { intersect, type PlaceCode, type Scope, subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, narrow, reaches } from '../../../platform/access/caller.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { goneStatuses } from '../../../policy/ask.ts'
import type { Pack } from '../../../policy/pack.ts'
import { type HouseholdFilter, householdPage, type PageKey } from '../household/queries.ts'
import { findPlace, type PlaceRow, placesAbove } from '../place/queries.ts'
import {
  type ChildCounts,
  type Counts,
  countsIn,
  countsOfChildren,
  duePlaces,
  placesOfWorker,
  type Task,
} from './due.ts'
import type { PeriodRow } from './queries.ts'

/**
 * What a period asks for. The work is shared out by the places that the form is filled for, households by the lowest
 * ones; who may change what stands there does it.
 */
export function taskOf(pack: Pack, row: Pick<PeriodRow, 'form' | 'period'>): Task {
  const level = pack.forms.get(row.form)?.level
  const at = level ?? pack.levels.length - 1
  const { id } = pack.levels[at]!
  const roles = pack.roles.filter((role) => role.level === id && role.rights.includes('household.change'))
  return {
    of: level === undefined ? 'household' : 'place',
    form: row.form,
    period: row.period,
    gone: goneStatuses(pack),
    level: at,
    roles: roles.map((role) => role.id),
  }
}

/** The part of a range that a period covers, as far as the caller sees it. */
export function rangeOf(caller: Caller, row: PeriodRow, place?: PlaceCode): Scope {
  return intersect(narrow(caller, place), subtree(row.place_code))
}

/** Which part of the due list is asked for. */
export type Asked = { readonly place?: PlaceCode | undefined; readonly worker?: number | undefined }

/** The filter that leaves the households still due. */
export async function dueFilter(
  tx: Tx,
  pack: Pack,
  caller: Caller,
  row: PeriodRow,
  asked: Asked,
  now: Date,
): Promise<HouseholdFilter> {
  const task = taskOf(pack, row)
  const villages = await worksAt(tx, pack, task, asked, now)
  return {
    scope: rangeOf(caller, row, asked.place),
    olderThan: row.period,
    statusNot: task.gone,
    ...(villages ? { villages } : {}),
  }
}

/** The places of the worker asked for; nothing when no worker is. */
async function worksAt(tx: Tx, pack: Pack, task: Task, { worker }: Asked, now: Date): Promise<string[] | undefined> {
  return worker === undefined ? undefined : placesOfWorker(tx, task, worker, dayOf(now, pack.utcOffset))
}

/** A household or a place that is still due. */
export type DueRow = {
  readonly household: number | null
  readonly number: string | null
  readonly name: string
  readonly placeCode: string
  readonly size: number | null
  readonly income: number | null
  /** Latest period recorded; null when there is none yet. */
  readonly last: string | null
}

/** A page of those who are still due, in order of place. */
export async function duePage(
  tx: Tx,
  pack: Pack,
  caller: Caller,
  row: PeriodRow,
  asked: Asked & { readonly after?: PageKey | undefined; readonly limit: number },
  now: Date,
): Promise<DueRow[]> {
  const task = taskOf(pack, row)
  const { after, limit } = asked
  if (task.of === 'household') {
    const rows = await householdPage(tx, await dueFilter(tx, pack, caller, row, asked, now), { after, limit })
    return rows.map((one) => ({
      household: one.household_id,
      number: one.number,
      name: one.head_name,
      placeCode: one.place_code,
      size: one.size,
      income: one.income,
      last: one.period,
    }))
  }
  const where = { scope: rangeOf(caller, row, asked.place), places: await worksAt(tx, pack, task, asked, now) }
  const places = await duePlaces(tx, task, where, { after: after?.place, limit })
  const nobody = { household: null, number: null, size: null, income: null }
  return places.map(({ code, name, last }) => ({ ...nobody, name, placeCode: code, last }))
}

export type Progress = { place: PlaceRow; counts: Counts; above: PlaceRow[]; children: ChildCounts[] }

/** How far a period has come at a place and in each place right below. */
export async function progressAt(
  tx: Tx,
  pack: Pack,
  caller: Caller,
  row: PeriodRow,
  asked: PlaceCode | undefined,
): Promise<Progress> {
  // The highest place that both reach: one of the two lies below the other.
  const top = reaches(caller, row.place_code) ? row.place_code : caller.place
  const code = asked ?? top
  const { lo, hi } = subtree(top)
  const inside = subtree(code).lo >= lo && subtree(code).hi <= hi
  const place = inside ? await findPlace(tx, code) : undefined
  if (!place) throw new Problem('request.not-found')
  const task = taskOf(pack, row)
  return {
    place,
    counts: await countsIn(tx, task, subtree(code)),
    above: (await placesAbove(tx, code)).filter((one) => {
      const range = subtree(one.code)
      return range.lo >= lo && range.hi <= hi
    }),
    children: await countsOfChildren(tx, task, code),
  }
}
