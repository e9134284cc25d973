import { sql, type Tx } from '../../../platform/db/database.ts'

type Known = {
  readonly code: string
  readonly parent: string | null
  readonly level: number
  readonly name: string
  readonly officialCode: string
  readonly at: number
}

const KEEP_MS = 60_000
const MOST_KNOWN = 200_000

/** A place with the names on the way to it. */
export type PlacePath = { code: string; name: string; officialCode: string; path: { code: string; name: string }[] }

/**
 * Names of places and the way down to them, remembered for a minute: every list and every card shows them, and they
 * change some times a year.
 */
export function createPaths(now: () => Date) {
  const known = new Map<string, Known>()

  async function load(tx: Tx, codes: readonly string[]): Promise<void> {
    const time = now().getTime()
    const missing = codes.filter((code) => !(time - (known.get(code)?.at ?? Number.NEGATIVE_INFINITY) < KEEP_MS))
    if (missing.length === 0) return
    const rows = await tx.all<Omit<Known, 'at'>>(sql`
      with recursive up as (
        select code, parent, level, name, official_code from place where code = any(${missing})
        union
        select p.code, p.parent, p.level, p.name, p.official_code from up join place p on p.code = up.parent
      )
      select code, parent, level, name, official_code as "officialCode" from up`)
    if (known.size > MOST_KNOWN) known.clear()
    for (const row of rows) known.set(row.code, { ...row, at: time })
  }

  return {
    /** The paths of some places, by code. Places that do not exist are absent. */
    async of(tx: Tx, codes: readonly string[]): Promise<Map<string, PlacePath>> {
      await load(tx, codes)
      const paths = new Map<string, PlacePath>()
      for (const code of new Set(codes)) {
        const place = known.get(code)
        if (!place) continue
        const path: { code: string; name: string }[] = []
        for (
          let at: Known | undefined = place;
          at && at.level > 0;
          at = at.parent === null ? undefined : known.get(at.parent)
        ) {
          path.unshift({ code: at.code, name: at.name })
        }
        paths.set(code, { code, name: place.name, officialCode: place.officialCode, path })
      }
      return paths
    },
    /** Forgets everything, after places were changed here. */
    forget(): void {
      known.clear()
    },
  }
}

export type Paths = ReturnType<typeof createPaths>
