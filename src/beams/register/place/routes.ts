import { subtree, within } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { reaches } from '../../../platform/access/caller.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import type { KeysOf } from '../name-keys.ts'
import { findPlaces, showPlace } from './contract.ts'
import { childrenOf, findPlace, type PlaceRow, placesAbove, searchPlaces, tagsOf, tallyIn } from './queries.ts'

export function placeRoutes(keysOf: KeysOf): Route[] {
  return [
    fulfil(showPlace, async ({ tx, caller }, { params }) => {
      const place = reaches(caller, params.code) ? await findPlace(tx, params.code) : undefined
      if (!place) throw new Problem('request.not-found')
      const [tally, above, tags, children] = [
        await tallyIn(tx, subtree(place.code)),
        await placesAbove(tx, place.code),
        await tagsOf(tx, place.code),
        await childrenOf(tx, place.code),
      ]
      return {
        ...brief(place),
        ...tally,
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
      const code = /^[0-9A-Z]+$/.test(text) ? text : ''
      const places = await searchPlaces(tx, caller.scope, { name: text, key, code }, query.limit)
      return { places: places.map((row) => ({ ...brief(row), path: row.path ?? '' })) }
    }),
  ]
}

export function brief(row: PlaceRow) {
  return { code: row.code, name: row.name, level: row.level, officialCode: row.official_code }
}
