import { subtree, within } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { reaches } from '../../../platform/access/caller.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import type { Pack } from '../../../policy/pack.ts'
import { pastMoment } from '../household/past.ts'
import type { KeysOf } from '../name-keys.ts'
import { findPlaces, showPlace } from './contract.ts'
import { childrenThen } from './past-tree.ts'
import {
  childrenOf,
  findPlace,
  formerNames,
  type PlaceRow,
  placesAbove,
  searchPlaces,
  tagsOf,
  tallyIn,
} from './queries.ts'

export function placeRoutes({ keysOf, pack }: { keysOf: KeysOf; pack: Pack }): Route[] {
  return [
    fulfil(showPlace, async ({ tx, caller, now }, { params, query }) => {
      const place = reaches(caller, params.code) ? await findPlace(tx, params.code) : undefined
      if (!place) throw new Problem('request.not-found')
      const moment = pastMoment(query, now, pack)
      const then = moment && (await childrenThen(tx, place.code, moment, query.tree))
      const [tally, above, tags, children, became, former] = [
        then?.whole ?? (await tallyIn(tx, subtree(place.code))),
        await placesAbove(tx, place.code),
        await tagsOf(tx, place.code),
        then?.children ?? (await childrenOf(tx, place.code)),
        place.became === null ? undefined : await findPlace(tx, place.became),
        await formerNames(tx, place.code),
      ]
      return {
        ...brief(place),
        ...tally,
        from: place.valid_from,
        until: place.valid_to,
        became: became && within(became.code, caller.scope) ? brief(became) : null,
        former,
        above: above.filter((row) => within(row.code, caller.scope)).map(brief),
        tags,
        children: children.map((row) => ({
          ...brief(row),
          households: row.households,
          persons: row.persons,
          hasChildren: row.has_children,
          tags: row.tags,
        })),
      }
    }),

    fulfil(findPlaces, async ({ tx, caller }, { query }) => {
      const text = query.text.trim()
      const key = /^[\p{Script=Latin}\s'-]+$/u.test(text) ? keysOf(text).key : ''
      const code = /^[0-9A-Z][0-9A-Z./-]*$/.test(text) ? text : ''
      const places = await searchPlaces(tx, caller.scope, { name: text, key, code }, query.limit)
      return { places: places.map((row) => ({ ...brief(row), path: row.path ?? '', former: row.former })) }
    }),
  ]
}

export function brief(row: PlaceRow) {
  return { code: row.code, name: row.name, level: row.level, officialCode: row.official_code }
}
