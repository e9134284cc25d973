import type { PlaceCode } from '../../../kernel/place-code.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'

const MOST = 200

export type KeptPlaceChange = {
  readonly id: number
  readonly kind: string
  readonly place: { code: string; name: string; level: number; officialCode: string }
  readonly effectiveOn: string
  readonly recordedAt: Date
  readonly why: string
  readonly places: number
  readonly households: number
  readonly persons: number
}

/** What was done to a place, to those that became it and to what it came from; latest first, at most 200. */
export async function placeChangesOf(tx: Tx, code: PlaceCode): Promise<KeptPlaceChange[]> {
  return tx.all<KeptPlaceChange>(sql`
    with recursive before as (
      select code from place where code = ${code}
      union
      select p.code from before join place p on p.became = before.code
    )
    select c.change_id as id, c.kind, c.effective_on as "effectiveOn", c.recorded_at as "recordedAt", c.why,
           (c.detail ->> 'places')::int as places, (c.detail ->> 'households')::int as households,
           (c.detail ->> 'persons')::int as persons,
           jsonb_build_object('code', p.code, 'name', coalesce(f.name, p.name), 'level', p.level,
                              'officialCode', coalesce(f.official_code, p.official_code)) as place
    from place_change c
    join place p on p.code = c.place_code
    left join place_former f on f.place_code = c.place_code and f.change_id = c.change_id
    where c.place_code in (select code from before) or c.detail ->> 'result' = ${code}
    order by c.change_id desc limit ${MOST}`)
}
