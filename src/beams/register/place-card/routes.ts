import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { reaches } from '../../../platform/access/caller.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import { momentOf, pastMoment } from '../household/past.ts'
import type { RegisterParts } from '../parts.ts'
import { openPeriods } from '../period/queries.ts'
import type { Paths } from '../place/paths.ts'
import { findPlace } from '../place/queries.ts'
import { periodBefore, replayCard } from './card.ts'
import { changePlaceCard, listPlaceCards, placeCardHistory, showPlaceCard } from './contract.ts'
import { cardHistory, cardsOfPlace, changesOf, readCard } from './queries.ts'
import { getCardPlace, recordCardChange } from './record-change.ts'

export function placeCardRoutes({ pack, paths }: RegisterParts & { paths: Paths }): Route[] {
  return [
    fulfil(listPlaceCards, async ({ tx, caller }, { params }) => {
      const place = reaches(caller, params.code) ? await findPlace(tx, params.code) : undefined
      if (!place) throw new Problem('request.not-found')
      const known = await cardsOfPlace(tx, place.code)
      const forms = [...pack.forms.values()].filter((form) => form.level === place.level)
      return {
        cards: forms.map(({ id }) => ({ form: id, ...(known.get(id) ?? { period: null, version: 0 }) })),
      }
    }),

    fulfil(showPlaceCard, async ({ tx, caller, now }, { params, query }) => {
      const key = { place: params.code, form: params.form }
      const { row, form } = await getCardPlace(tx, pack, caller, key)
      const card = await readCard(tx, key)
      const moment = pastMoment(query, now, pack)
      const state = moment
        ? replayCard(
            form,
            (await changesOf(tx, key, momentOf(query, now, pack).knownAt)).filter(
              (one) => one.effectiveOn <= moment.asOf,
            ),
          )
        : card.state
      const period = query.period ?? state.period
      if (query.period !== undefined && state.facts[query.period] === undefined)
        throw new Problem('change.no-facts', { period })
      const before = period === null ? undefined : periodBefore(state, period)
      const path = (await paths.of(tx, [row.code])).get(row.code)
      return {
        place: { code: row.code, name: row.name, officialCode: row.official_code, level: row.level },
        path: path?.path ?? [],
        form: form.id,
        version: card.version,
        period,
        periods: Object.keys(state.facts).sort().reverse(),
        facts: period === null ? {} : (state.facts[period] ?? {}),
        before: before === undefined ? null : { period: before, facts: state.facts[before] ?? {} },
        open: await openPeriods(tx, { form: form.id, place: row.code, today: dayOf(now, pack.utcOffset) }),
      }
    }),

    fulfil(changePlaceCard, ({ tx, caller, now, requestId, audit }, { params, body }) => {
      const actor = { accountId: caller.accountId, postId: caller.postId, requestId, at: now, caller }
      return recordCardChange(tx, pack, actor, { place: params.code, form: params.form }, body, audit)
    }),

    fulfil(placeCardHistory, async ({ tx, caller }, { params }) => {
      const key = { place: params.code, form: params.form }
      await getCardPlace(tx, pack, caller, key)
      const rows = await cardHistory(tx, key)
      return {
        actions: rows.map((row) => ({
          no: row.no,
          kind: row.kind,
          period: row.change.period,
          effectiveOn: row.effective_on,
          recordedAt: row.recorded_at.toISOString(),
          by: row.by,
          role: row.role,
          why: row.why,
          facts: row.change.facts,
        })),
      }
    }),
  ]
}
