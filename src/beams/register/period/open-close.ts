import { dayOf, isPeriod } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, reaches } from '../../../platform/access/caller.ts'
import type { Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Form, Pack } from '../../../policy/pack.ts'
import type { RegisterParts } from '../parts.ts'
import { findPlace } from '../place/queries.ts'
import { stateOfPeriod } from './gate.ts'
import { insertPeriod, type PeriodRow, periodsAt, setClosed } from './queries.ts'

type Parts = Pick<RegisterParts, 'pack' | 'ids'>
type At = { readonly now: Date; readonly audit: (entry: Entry) => void }

export type OpenWish = {
  readonly form: string
  readonly period: string
  readonly place?: string | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly why: string
}

/** A form of the pack by its id. */
export function getForm(pack: Pack, id: string): Form {
  const form = pack.forms.get(id)
  if (!form) throw new Problem('period.unknown-form', { form: id, known: [...pack.forms.keys()].join(', ') })
  return form
}

/** A period that the caller may see: opened at his place, above or below. */
export async function getPeriod(tx: Tx, caller: Caller, id: number): Promise<PeriodRow> {
  const [row] = await periodsAt(tx, caller, { id, limit: 1 })
  if (!row) throw new Problem('request.not-found')
  return row
}

/** Opens a form for a period at a place in reach, or opens it again. */
export async function openFor(tx: Tx, parts: Parts, caller: Caller, wish: OpenWish, at: At): Promise<PeriodRow> {
  const { pack, ids } = parts
  const today = dayOf(at.now, pack.utcOffset)
  const { form, period, why, place = caller.place, from = today, until = null } = wish
  getForm(pack, form)
  if (!isPeriod(period) || period.length !== pack.period.length) throw new Problem('change.bad-period', { period })
  if (period > from) throw new Problem('period.too-early', { period, from })
  if (until !== null && until < from) throw new Problem('period.bad-days', { from, until })
  const found = reaches(caller, place) ? await findPlace(tx, place) : undefined
  if (!found) throw new Problem('request.not-found')
  const opening = { id: await ids.next('period'), form, period, place, opensOn: from, closesOn: until, why }
  const id = await insertPeriod(tx, { ...opening, by: caller.accountId, at: at.now }, today)
  if (id === undefined) throw new Problem('period.open-already', { period })
  at.audit({ kind: 'period.open', place, subject: 'period', subjectId: id, detail: { form, period, why } })
  return getPeriod(tx, caller, id)
}

/** Closes a period that was opened within the caller's place. */
export async function closeOf(tx: Tx, caller: Caller, id: number, why: string, at: At): Promise<PeriodRow> {
  const row = await getPeriod(tx, caller, id)
  const { form, period, place_code: place } = row
  if (!reaches(caller, place)) throw new Problem('period.above', { place: row.place_name })
  if (!(await setClosed(tx, id, { why, by: caller.accountId, at: at.now })))
    throw new Problem('period.closed-already', { period })
  at.audit({ kind: 'period.close', place, subject: 'period', subjectId: id, detail: { form, period, why } })
  return getPeriod(tx, caller, id)
}

/** A period as its contract shows it. */
export function periodAnswerOf(row: PeriodRow, caller: Caller, pack: Pick<Pack, 'utcOffset'>, now: Date) {
  return {
    id: row.period_id,
    form: row.form,
    period: row.period,
    place: { code: row.place_code, name: row.place_name, level: row.place_level },
    opensOn: row.opens_on,
    closesOn: row.closes_on,
    state: stateOfPeriod(row, dayOf(now, pack.utcOffset)),
    why: row.why,
    openedAt: row.opened_at.toISOString(),
    openedBy: row.opened_by,
    closedAt: row.closed_at?.toISOString() ?? null,
    closedBy: row.closed_by,
    inReach: reaches(caller, row.place_code),
  }
}
