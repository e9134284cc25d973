import type pg from 'pg'

export type IdKind = 'account' | 'post' | 'household' | 'person' | 'job' | 'import' | 'place-change' | 'view' | 'period'

/**
 * Hands out ids. The application makes them, so that a table spread over nodes needs no sequence; they come from
 * blocks reserved in one row per kind, so they stay small enough to be said on the telephone. Gaps are harmless.
 */
export type Ids = {
  /** The next id of a kind. */
  next(kind: IdKind): Promise<number>
  /** The first of `count` ids in a row. */
  take(kind: IdKind, count: number): Promise<number>
}

const BLOCK = 32

export function createIds(pool: pg.Pool): Ids {
  const open = new Map<IdKind, { next: number; end: number }>()
  const waiting = new Map<IdKind, Promise<void>>()

  // Outside the caller's transaction: a held row lock would make all writers queue.
  const take = async (kind: IdKind, count: number) => {
    const { rows } = await pool.query(
      `insert into id_block (name, next) values ($1, $2 + 1)
       on conflict (name) do update set next = id_block.next + $2 returning next - $2 as first`,
      [kind, count],
    )
    return Number(rows[0].first)
  }

  return {
    take,
    async next(kind) {
      for (;;) {
        const block = open.get(kind)
        if (block && block.next < block.end) return block.next++
        let refill = waiting.get(kind)
        if (!refill) {
          refill = take(kind, BLOCK).then((first) => {
            open.set(kind, { next: first, end: first + BLOCK })
            waiting.delete(kind)
          })
          refill.catch(() => waiting.delete(kind))
          waiting.set(kind, refill)
        }
        await refill
      }
    },
  }
}
