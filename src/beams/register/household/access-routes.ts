import { Problem } from '../../../kernel/problem.ts'
import { fulfilAfter, type Route } from '../../../platform/http/handler.ts'
import type { RegisterParts } from '../parts.ts'
import { householdAccess } from './contract.ts'
import { householdThere, type LookKey, looksAt } from './looks.ts'

/** The report on who saw a household. */
export function accessRoutes({ accessLog }: RegisterParts): Route[] {
  return [
    fulfilAfter(
      householdAccess,
      // Looks of the last second are still in memory.
      () => accessLog.flush(),
      async ({ tx }, { params, query }) => {
        if (!(await householdThere(tx, params.household))) throw new Problem('request.not-found')
        const wish = { after: readKey(query.after), limit: query.limit + 1 }
        const rows = await looksAt(tx, params.household, wish)
        const page = rows.slice(0, query.limit)
        const last = page.at(-1)
        return {
          looks: page.map((row) => ({
            kind: row.kind,
            at: row.at.toISOString(),
            times: row.times,
            by: row.by,
            login: row.login,
            role: row.role,
            place: row.place_name,
            why: row.why,
          })),
          next:
            rows.length > query.limit && last
              ? `${last.at.toISOString()}.${last.kind}.${last.account_id}.${last.post_id}`
              : null,
        }
      },
    ),
  ]
}

function readKey(after: string | undefined): LookKey | undefined {
  if (after === undefined) return undefined
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\.(card|reveal)\.(\d{1,15})\.(\d{1,15})$/.exec(after)
  if (!match || Number.isNaN(Date.parse(match[1]!)))
    throw new Problem('request.invalid', { detail: 'query.after: use the “next” of the page before' })
  return { at: match[1]!, kind: match[2]!, account: Number(match[3]), post: Number(match[4]) }
}
