import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'

/** A table of the register: columns in order, primary key, estimated rows, and whether its policies bind the owner. */
export type Table = {
  readonly name: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
  readonly estimate: number
  readonly forced: boolean
}

/** Sessions stay behind: who was signed in on one machine is not signed in on another. The history is made anew. */
const LEFT_OUT = ['schema_migration', 'session']

/** Texts of values must not depend on the settings of a server, because digests are taken over them. */
export const PLAIN_TEXT =
  "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';" +
  "set local bytea_output = 'hex'; set local extra_float_digits = 1; set local statement_timeout = 0"

/** All tables that a backup holds, each after the tables it refers to. */
export async function listTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table & { refers: string[] }>(
    `select c.relname as name, c.relforcerowsecurity as forced, greatest(c.reltuples, 0)::float8 as estimate,
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       (select array_agg(quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end order by k.n)
          from pg_index i, unnest(i.indkey) with ordinality k(attnum, n)
          join pg_attribute a on a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid) as key,
       array(select f.relname::text from pg_constraint o join pg_class f on f.oid = o.confrelid
              where o.conrelid = c.oid and o.contype = 'f' and o.confrelid <> c.oid) as refers
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
     order by c.relname`,
    [LEFT_OUT],
  )
  const sorted: Table[] = []
  const done = new Set<string>()
  const visit = (name: string) => {
    const row = rows.find((one) => one.name === name)
    if (!row || done.has(name)) return
    done.add(name)
    for (const other of row.refers) visit(other)
    sorted.push(row)
  }
  for (const { name } of rows) visit(name)
  return sorted
}

/** A table's rows in text form, by primary key: the same rows give the same bytes wherever they lie on the disk. */
export function copyOut(
  client: pg.ClientBase,
  { name, columns, key }: Pick<Table, 'name' | 'columns' | 'key'>,
): Readable {
  return client.query(
    copyTo(`copy (select ${identifiers(columns)} from ${quoted(name)} order by ${key.join(', ')}) to stdout`),
  )
}

export type Tally = { rows: number; readonly sha256: string }

/** Passes pieces of COPY text on, counting and digesting them. `tally` is complete when the pieces are at their end. */
export function tallied(pieces: AsyncIterable<Buffer>, progress: (rows: number) => void) {
  const hash = createHash('sha256')
  let rows = 0
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      hash.update(piece)
      // In text form a line end inside a value is escaped, so each line is one row.
      for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) rows++
      progress(rows)
      yield piece
    }
  }
  return { pieces: pass(), tally: (): Tally => ({ rows, sha256: hash.digest('hex') }) }
}

export function quoted(name: string): string {
  return pg.escapeIdentifier(name)
}

export function identifiers(names: readonly string[]): string {
  return names.map(quoted).join(', ')
}
