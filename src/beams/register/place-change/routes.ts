import { Problem } from '../../../kernel/problem.ts'
import { reaches } from '../../../platform/access/caller.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import type { Paths } from '../place/paths.ts'
import { findPlace } from '../place/queries.ts'
import { changePlaces, type PlaceChangeParts } from './change-places.ts'
import { changePlace, placeHistory } from './contract.ts'
import { placeChangesOf } from './history.ts'

/** More households are moved by the operator: others would wait too long for this request. */
const MOST_IN_REQUEST = 50_000

export function placeChangeRoutes(parts: PlaceChangeParts & { paths: Paths }): Route[] {
  return [
    fulfil(changePlace, async ({ tx, caller, now, requestId, audit, afterCommit }, { params, body }) => {
      // Who sits at a place is not the one to end it.
      if (params.code === caller.place) throw new Problem('place.own')
      const actor = { accountId: caller.accountId, postId: caller.postId, requestId, at: now, scope: caller.scope }
      if (!body.preview) afterCommit(() => parts.paths.forget())
      return changePlaces(tx, parts, actor, params.code, body, audit, MOST_IN_REQUEST)
    }),

    fulfil(placeHistory, async ({ tx, caller }, { params }) => {
      const place = reaches(caller, params.code) ? await findPlace(tx, params.code) : undefined
      if (!place) throw new Problem('request.not-found')
      const changes = await placeChangesOf(tx, place.code)
      return { changes: changes.map((one) => ({ ...one, recordedAt: one.recordedAt.toISOString() })) }
    }),
  ]
}
