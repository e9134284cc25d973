import { Problem } from '../../../kernel/problem.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import { checkToken } from './check.ts'
import { checkCard, listCards, printHousehold, printPlace, revokeCard } from './contract.ts'
import { householdsToPrint, printNoted, revokeNoted } from './noted.ts'
import type { PaperParts } from './print.ts'
import { findCards } from './queries.ts'

export function paperRoutes(parts: PaperParts): Route[] {
  const { pack } = parts
  return [
    fulfil(checkCard, ({ tx, caller, language }, { params }) => checkToken(tx, parts, caller, params.token, language)),

    fulfil(listCards, async ({ tx }, { params }) => {
      const cards = await findCards(tx, params.household)
      if (!cards) throw new Problem('request.not-found')
      return {
        cards: cards.map(({ card_no: no, issued_at, ended_at, ...card }) => ({
          ...card,
          no,
          issuedAt: issued_at.toISOString(),
          endedAt: ended_at?.toISOString() ?? null,
        })),
      }
    }),

    fulfil(revokeCard, async ({ tx, caller, audit, now }, { params, body }) => {
      await revokeNoted(tx, pack, caller, now, { ...params, ...body }, audit)
      return {}
    }),

    fulfil(printHousehold, async ({ tx, caller, audit, now, language }, { params, query }) => {
      const content = await printNoted(
        tx,
        parts,
        caller,
        now,
        [params.household],
        { ...query, language: query.language ?? language },
        audit,
      )
      if (!content) throw new Problem('request.not-found')
      return { fileName: `card-${params.household}.pdf`, type: 'application/pdf', content }
    }),

    fulfil(printPlace, async ({ tx, caller, audit, now, language }, { params, query }) => {
      const ids = await householdsToPrint(tx, caller, params.code)
      const content = await printNoted(
        tx,
        parts,
        caller,
        now,
        ids,
        { ...query, language: query.language ?? language },
        audit,
      )
      if (!content) throw new Problem('print.nothing')
      return { fileName: `cards-${params.code}.pdf`, type: 'application/pdf', content }
    }),
  ]
}
