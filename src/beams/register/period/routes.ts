import { dayOf } from '../../../kernel/calendar.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import { downloadTypes, exportStream } from '../household/export.ts'
import { readKey, villageOf } from '../household/routes.ts'
import type { RegisterParts } from '../parts.ts'
import type { Paths } from '../place/paths.ts'
import {
  closePeriod,
  dueList,
  dueSheet,
  listPeriods,
  openPeriod,
  periodProgress,
  periodWorkers,
  showPeriod,
} from './contract.ts'
import { countsIn, workersIn } from './due.ts'
import { closeOf, getPeriod, openFor, periodAnswerOf } from './open-close.ts'
import { periodsAt } from './queries.ts'
import { dueFilter, duePage, progressAt, rangeOf, taskOf } from './work.ts'

export function periodRoutes(parts: RegisterParts & { paths: Paths }): Route[] {
  const { pack, paths } = parts

  return [
    fulfil(listPeriods, async ({ tx, caller, now }, { query }) => {
      const rows = await periodsAt(tx, caller, { ...query, limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      return {
        periods: page.map((row) => periodAnswerOf(row, caller, pack, now)),
        next: rows.length > query.limit ? page.at(-1)!.period_id : null,
      }
    }),

    fulfil(openPeriod, async ({ tx, caller, now, audit }, { body }) =>
      periodAnswerOf(await openFor(tx, parts, caller, body, { now, audit }), caller, pack, now),
    ),

    fulfil(closePeriod, async ({ tx, caller, now, audit }, { params, body }) =>
      periodAnswerOf(await closeOf(tx, caller, params.period, body.why, { now, audit }), caller, pack, now),
    ),

    fulfil(showPeriod, async ({ tx, caller, now }, { params }) => {
      const row = await getPeriod(tx, caller, params.period)
      const counts = await countsIn(tx, taskOf(pack, row), rangeOf(caller, row))
      return { ...periodAnswerOf(row, caller, pack, now), ...counts }
    }),

    fulfil(periodProgress, async ({ tx, caller }, { params, query }) => {
      const row = await getPeriod(tx, caller, params.period)
      const { place, counts, above, children } = await progressAt(tx, pack, caller, row, query.place)
      return {
        place: { code: place.code, name: place.name, level: place.level, ...counts },
        above: above.map(({ code, name }) => ({ code, name })),
        children: children.map(({ has_children, ...child }) => ({ ...child, hasChildren: has_children })),
      }
    }),

    fulfil(dueList, async ({ tx, caller, now }, { params, query }) => {
      const row = await getPeriod(tx, caller, params.period)
      const asked = { ...query, after: readKey(query.after), limit: query.limit + 1 }
      const rows = await duePage(tx, pack, caller, row, asked, now)
      const page = rows.slice(0, query.limit)
      const places = await paths.of(
        tx,
        page.map((one) => one.placeCode),
      )
      const last = page.at(-1)
      return {
        due: page.map(({ placeCode, ...one }) => ({ ...one, place: villageOf(placeCode, places) })),
        next: rows.length > query.limit && last ? `${last.placeCode}.${last.household ?? 0}` : null,
      }
    }),

    fulfil(dueSheet, async ({ tx, caller, now, language, requestId, audit }, { params, query }) => {
      const row = await getPeriod(tx, caller, params.period)
      const filter = await dueFilter(tx, pack, caller, row, query, now)
      const options = { format: query.format, shape: 'cards', columns: [], full: false, language } as const
      const { content, households } = await exportStream(tx, parts, filter, options, `${requestId}.${query.format}`)
      audit({
        kind: 'period.due-sheet',
        place: caller.place,
        subject: 'period',
        subjectId: row.period_id,
        detail: { households },
      })
      return { fileName: `due-${row.period}.${query.format}`, type: downloadTypes[query.format], content }
    }),

    fulfil(periodWorkers, async ({ tx, caller, now }, { params, query }) => {
      const row = await getPeriod(tx, caller, params.period)
      const key = readKey(query.after)
      const rows = await workersIn(tx, taskOf(pack, row), rangeOf(caller, row, query.place), {
        after: key && { place: key.place, worker: key.household },
        limit: query.limit + 1,
        today: dayOf(now, pack.utcOffset),
      })
      const page = rows.slice(0, query.limit)
      const places = await paths.of(
        tx,
        page.map((one) => one.code),
      )
      const last = page.at(-1)
      return {
        workers: page.map(({ code, ...one }) => ({ ...one, place: villageOf(code, places) })),
        next: rows.length > query.limit && last ? `${last.code}.${last.worker ?? 0}` : null,
      }
    }),
  ]
}
