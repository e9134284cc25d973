import { type Database, sql, type Tx } from '../../../platform/db/database.ts'
import { inLanes } from '../lanes.ts'
import { tableNames } from './lines.ts'

/** How an index or a constraint is made again, and how one sees that it is there. */
export type Definition = {
  readonly kind: 'index' | 'key' | 'reference'
  readonly table: string
  readonly name: string
  readonly sql: string
}

/** The indexes, keys and references of the tables that a load fills, as the migrations made them. */
export async function definitionsOf(tx: Tx): Promise<Definition[]> {
  return tx.all<Definition>(sql`
    with loaded as (select t::regclass as oid from unnest(${tableNames}::text[]) t)
    select 'index' as kind, i.indrelid::regclass::text as "table", i.indexrelid::regclass::text as name,
           pg_get_indexdef(i.indexrelid) as sql
    from pg_index i join loaded on loaded.oid = i.indrelid
    union all
    select case c.contype when 'f' then 'reference' else 'key' end, c.conrelid::regclass::text, quote_ident(c.conname),
           case c.contype when 'f' then pg_get_constraintdef(c.oid)
                else case c.contype when 'p' then 'primary key' else 'unique' end || ' using index ' || quote_ident(c.conname) end
    from pg_constraint c join loaded on loaded.oid = c.conrelid where c.contype in ('p', 'u', 'f')
    order by 1, 2, 3`)
}

/**
 * Takes them away and lowers the second fence for the owner, because COPY cannot fill a fenced table. Together with the
 * note that says so in one transaction: from here on the house does not open but for the load.
 */
export async function makeBare(tx: Tx, definitions: readonly Definition[]): Promise<void> {
  for (const { kind, table, name } of definitions) {
    if (kind !== 'index') await tx.raw(`alter table ${table} drop constraint ${name}`)
  }
  for (const { kind, name } of definitions) if (kind === 'index') await tx.raw(`drop index if exists ${name}`)
  for (const table of tableNames.filter((one) => one !== 'identity')) {
    await tx.raw(`alter table ${table} no force row level security`)
  }
}

/** Raises the second fence again. */
export async function raiseFence(tx: Tx): Promise<void> {
  for (const table of tableNames.filter((one) => one !== 'identity')) {
    await tx.raw(`alter table ${table} force row level security`)
  }
}

/** Two indexes at a time: each is one core's work, and two can be built on one table at once. */
const BUILDERS = 2

/**
 * Makes again what is missing, largest tables first. Safe to run after an interruption.
 * @param done told the name of each that stands
 */
export async function makeWhole(
  db: Database,
  definitions: readonly Definition[],
  done: (name: string) => void,
): Promise<void> {
  const left = definitions.filter(({ kind }) => kind === 'index').sort((a, b) => weight(b) - weight(a))
  await inLanes(BUILDERS, async (stopped) => {
    for (let next = left.shift(); next && !stopped(); next = left.shift()) {
      const { name, sql: text } = next
      await inScopeOfAll(db, async (tx) => {
        if (await exists(tx, sql`select from pg_class where oid = to_regclass(${name})`)) return
        // No helpers: two builders keep two cores busy, and a helper's share of memory is no smaller.
        await tx.raw('set local max_parallel_maintenance_workers = 0')
        await tx.raw(text)
      })
      done(name)
    }
  })
  for (const { kind, table, name, sql: text } of definitions) {
    if (kind === 'index') continue
    await inScopeOfAll(db, async (tx) => {
      const there = sql`select from pg_constraint where conrelid = ${table}::regclass and quote_ident(conname) = ${name}`
      if (!(await exists(tx, there))) await tx.raw(`alter table ${table} add constraint ${name} ${text}`)
    })
  }
}

/** Longest work first, so that the two builders end together. */
function weight({ table }: Definition): number {
  return ['audit_entry', 'household', 'household_action', 'member_facts', 'identity', 'member'].indexOf(table)
}

async function exists(tx: Tx, query: ReturnType<typeof sql>): Promise<boolean> {
  return (await tx.first(query)) !== undefined
}

export function inScopeOfAll<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction({ lo: '0', hi: '~' }, work, { bulk: true })
}
