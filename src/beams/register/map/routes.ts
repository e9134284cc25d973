import { within } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, reaches } from '../../../platform/access/caller.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import type { RegisterParts } from '../parts.ts'
import { findPlace, type PlaceRow, placesAbove } from '../place/queries.ts'
import { brief } from '../place/routes.ts'
import { showMapCounts, showMapShapes } from './contract.ts'
import { mapCounts } from './counts.ts'
import { createShapes } from './shapes.ts'

export function mapRoutes({ now }: Pick<RegisterParts, 'now'>): Route[] {
  const shapes = createShapes(now)
  return [
    fulfil(showMapCounts, async ({ tx, caller }, { query }) => {
      const place = await getReachable(tx, caller, query.place)
      const { unit, total, children } = await mapCounts(tx, place.code, query)
      const above = await placesAbove(tx, place.code)
      return {
        measure: query.measure,
        unit,
        place: { ...brief(place), ...total },
        above: above.filter((row) => within(row.code, caller.scope)).map(brief),
        children: children.map(({ row, ...counts }) => ({
          ...brief(row),
          ...counts,
          hasChildren: row.has_children,
          tags: row.tags,
        })),
      }
    }),

    fulfil(showMapShapes, async ({ tx, caller }, { query }) => {
      const { code } = await getReachable(tx, caller, query.place)
      return { place: code, ...(await shapes.below(tx, code)) }
    }),
  ]
}

/** A place in the caller's reach; the caller's own when none is asked for. */
async function getReachable(tx: Tx, caller: Caller, code: string | undefined): Promise<PlaceRow> {
  const asked = code ?? caller.place
  const place = reaches(caller, asked) ? await findPlace(tx, asked) : undefined
  if (!place) throw new Problem('request.not-found')
  return place
}
