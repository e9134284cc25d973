import { Problem } from '../../../kernel/problem.ts'
import { lookBy } from '../../../platform/audit/access-log.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import { momentOf } from '../household/past.ts'
import { notHere } from '../household/routes.ts'
import type { Paths } from '../place/paths.ts'
import { changeHousehold, pastHousehold } from './contract.ts'
import { findLife, findPastState } from './queries.ts'
import { type ChangeParts, recordChange } from './record-change.ts'

export function changeRoutes(parts: ChangeParts & { readonly paths: Paths }): Route[] {
  return [
    fulfil(changeHousehold, ({ tx, caller, now, requestId, audit }, { params, body }) => {
      const actor = { accountId: caller.accountId, postId: caller.postId, requestId, at: now, scope: caller.scope }
      return recordChange(tx, parts, actor, params.household, body, audit)
    }),

    fulfil(pastHousehold, async ({ tx, caller, now }, { params, query }) => {
      const life = await findLife(tx, params.household, { lock: false })
      const moment = momentOf(query, now, parts.pack)
      const isPresent = life !== undefined && moment.asOf >= life.validFrom && moment.knownAt >= life.knownFrom
      const found = isPresent
        ? { no: life.version, from: life.validFrom, state: life.now }
        : await findPastState(tx, params.household, moment)
      if (!found) {
        throw life ? new Problem('change.not-known-then', { day: moment.asOf }) : await notHere(tx, params.household)
      }
      const { place } = found.state
      parts.accessLog.note(lookBy(caller, params.household, life?.now.place ?? place, now))
      const known = (await parts.paths.of(tx, [place])).get(place)
      const village = { code: place, name: known?.name ?? place, officialCode: known?.officialCode ?? place }
      const { no, from, state } = found
      return { version: no, from, ...state, village, path: known?.path ?? [], members: [...state.members] }
    }),
  ]
}
