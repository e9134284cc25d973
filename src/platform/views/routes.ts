import { type PlaceCode, ROOT } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import { sql } from '../db/database.ts'
import type { Ids } from '../db/ids.ts'
import { fulfil, type Route } from '../http/handler.ts'
import { listViews, removeView, saveView } from './contract.ts'

const MOST = 100

type Row = { id: number; name: string; page: string; query: string; shared: boolean; own: boolean; by: string }

export function viewRoutes({ ids }: { ids: Ids }): Route[] {
  return [
    fulfil(listViews, async ({ tx, caller }, { query }) => {
      const views = await tx.all<Row>(sql`
        select v.view_id as id, v.name, v.page, v.query, v.shared, v.account_id = ${caller.accountId} as own, a.name as by
        from saved_view v join account a using (account_id)
        where (v.account_id = ${caller.accountId} or v.shared and v.place_code = any(${upFrom(caller.place)}))
          and (${query.page ?? null}::text is null or v.page = ${query.page ?? null})
        order by v.account_id <> ${caller.accountId}, v.name, v.view_id limit ${MOST * 2}`)
      return { views }
    }),

    fulfil(saveView, async ({ tx, caller, now, audit }, { body }) => {
      // A name or an identity number would stand in the open, and travel to everybody at the place.
      const query = new URLSearchParams(body.query)
      if (query.has('text')) throw new Problem('view.no-text')
      const kept = await tx.first<{ id: number; count: number }>(sql`
        select (select view_id from saved_view where account_id = ${caller.accountId} and page = ${body.page} and name = ${body.name}) as id,
               count(*)::int as count
        from saved_view where account_id = ${caller.accountId}`)
      if (!kept?.id && (kept?.count ?? 0) >= MOST) throw new Problem('view.too-many', { most: MOST })
      const id = kept?.id ?? (await ids.next('view'))
      await tx.run(sql`
        insert into saved_view (view_id, account_id, place_code, page, name, query, shared, created_at)
        values (${id}, ${caller.accountId}, ${caller.place}, ${body.page}, ${body.name}, ${query.toString()}, ${body.shared}, ${now})
        on conflict (view_id) do update
          set query = excluded.query, shared = excluded.shared, place_code = excluded.place_code, created_at = excluded.created_at`)
      if (body.shared) audit({ kind: 'view.share', place: caller.place, subject: 'view', subjectId: id })
      return { id }
    }),

    fulfil(removeView, async ({ tx, caller }, { params }) => {
      const removed = await tx.run(
        sql`delete from saved_view where view_id = ${params.view} and account_id = ${caller.accountId}`,
      )
      if (removed === 0) throw new Problem('request.not-found')
      return {}
    }),
  ]
}

/** Codes of a place and of everything above it: every code begins with the one above. */
function upFrom(place: PlaceCode): PlaceCode[] {
  return [ROOT, ...Array.from(place, (_, at) => place.slice(0, at + 1))]
}
