import type { PlaceCode } from '../../kernel/place-code.ts'
import { ROOT, subtree } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import { type Database, sql } from '../db/database.ts'

/** Somebody looked at a household. */
export type Look = {
  readonly household: number
  readonly place: PlaceCode
  readonly accountId: number
  /** Nothing for the operator of the machine. */
  readonly postId: number | null
  readonly at: Date
}

/** How long looks wait in memory: what a process that is killed outright can lose at most. */
export const FLUSH_EVERY_MS = 1_000
/** So many looks may wait while the database takes none; then nobody looks any more. */
const MOST_WAITING = 100_000
/** Looks written by one statement: what one second of hard reading brings. */
const MOST_AT_ONCE = 10_000
const MINUTE = 60_000

/** A look by whoever acts. */
export function lookBy(
  { accountId, postId }: { readonly accountId: number; readonly postId: number | null },
  household: number,
  place: PlaceCode,
  at: Date,
): Look {
  return { household, place, accountId, postId, at }
}

export type AccessLog = ReturnType<typeof createAccessLog>

/**
 * Who looked at which household. To note a look is one push onto a list in memory, because it happens with every card
 * that is read; the list is written in bulk every second, when somebody asks who looked, and at the end. Looks of one
 * person at one household within a minute are one line with a number.
 *
 * A process that ends in order loses nothing; one that is killed loses at most the last second. When the database does
 * not take them the looks wait and are tried again, and when too many wait, looking is refused: none is lost silently.
 */
export function createAccessLog(
  db: Pick<Database, 'transaction'>,
  report: (reference: string, error: unknown) => void,
) {
  let waiting: Look[] = []
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const writeAll = async () => {
    while (waiting.length > 0) {
      const looks = waiting.slice(0, MOST_AT_ONCE)
      await write(db, looks)
      waiting = waiting.slice(looks.length)
    }
  }
  /** One after the other, so that the same looks are never written by two. */
  const flush = (): Promise<void> => {
    writing = writing.then(writeAll, writeAll)
    return writing
  }
  const flushLater = () => {
    timer = setTimeout(() => {
      flush()
        .catch((error) => report('access-log', error))
        .finally(() => {
          timer = undefined
          if (waiting.length > 0) flushLater()
        })
    }, FLUSH_EVERY_MS)
    timer.unref()
  }

  return {
    /** Notes a look. Throws `server.busy` when too many wait for the database. */
    note(look: Look): void {
      if (waiting.length >= MOST_WAITING) throw new Problem('server.busy')
      waiting.push(look)
      if (timer === undefined) flushLater()
    },

    /** Writes everything noted so far. */
    flush,

    /** Writes what is left and stops. */
    async close(): Promise<void> {
      clearTimeout(timer)
      await flush()
      clearTimeout(timer)
    },
  }
}

async function write(db: Pick<Database, 'transaction'>, looks: readonly Look[]): Promise<void> {
  const lines = new Map<string, { look: Look; minute: number; times: number }>()
  for (const look of looks) {
    const minute = Math.floor(look.at.getTime() / MINUTE)
    const key = `${look.household} ${minute} ${look.accountId} ${look.postId}`
    const line = lines.get(key)
    if (line) line.times++
    else lines.set(key, { look, minute, times: 1 })
  }
  // In one order, so that two processes that write the same lines cannot wait for each other.
  const rows = [...lines.values()].sort(
    (a, b) =>
      a.look.household - b.look.household ||
      a.minute - b.minute ||
      a.look.accountId - b.look.accountId ||
      (a.look.postId ?? 0) - (b.look.postId ?? 0),
  )
  await db.transaction(subtree(ROOT), (tx) =>
    tx.run(sql`
      insert into access_log (household_id, minute, account_id, post_id, place_code, times)
      select * from unnest(
        ${rows.map(({ look }) => look.household)}::bigint[],
        ${rows.map(({ minute }) => new Date(minute * MINUTE).toISOString())}::timestamptz[],
        ${rows.map(({ look }) => look.accountId)}::bigint[], ${rows.map(({ look }) => look.postId ?? 0)}::bigint[],
        ${rows.map(({ look }) => look.place)}::text[], ${rows.map(({ times }) => times)}::int[])
      on conflict (household_id, minute, account_id, post_id)
      do update set times = access_log.times + excluded.times`),
  )
}
