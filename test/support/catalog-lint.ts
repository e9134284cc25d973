import type pg from 'pg'

/**
 * What a table is once the database is spread over several nodes.
 * - household: spread by `household_id`
 * - hashed: spread by the hash of an identity number
 * - reference: a whole copy on every node
 * - local: on the coordinating node only
 */
export type TableKind = 'household' | 'hashed' | 'reference' | 'local'

/** Every table of the schema. A table that is not here is a fault: whoever adds one says what it is. */
export const tableKinds: Readonly<Record<string, TableKind>> = {
  household: 'household',
  member: 'household',
  household_facts: 'household',
  member_facts: 'household',
  household_action: 'household',
  household_request: 'household',
  household_state: 'household',
  household_end: 'household',
  household_evidence: 'household',
  printed_card: 'household',
  access_log: 'household',
  identity: 'hashed',
  card_seal: 'hashed',
  place: 'reference',
  place_tag: 'reference',
  place_former: 'reference',
  place_change: 'reference',
  saved_view: 'reference',
  place_boundary: 'reference',
  form_period: 'reference',
  place_card: 'reference',
  place_facts: 'reference',
  place_action: 'reference',
  village_tally: 'reference',
  place_tally: 'reference',
  tally_delta: 'reference',
  account: 'reference',
  post: 'reference',
  second_factor: 'reference',
  setting: 'reference',
  id_block: 'local',
  session: 'local',
  job: 'local',
  import_run: 'local',
  import_row: 'local',
  import_secret: 'local',
  import_held: 'local',
  import_update: 'local',
  audit_head: 'local',
  audit_link: 'local',
  audit_entry: 'local',
  schema_migration: 'local',
}

/** Tables that are only ever added to. */
export const appendOnly: readonly string[] = [
  'household_action',
  'household_evidence',
  'place_action',
  'audit_link',
  'audit_entry',
]

/** Tables that hold personal data of a place beyond those that carry a household's number. */
const fenced: readonly string[] = ['import_run', 'place_card', 'place_facts', 'place_action']

/** Columns that hold a place code, whatever they are called. */
const placeCodes = /^(place_code|chain|parent|official_code)$/

type Column = {
  table: string
  name: string
  type: string
  collation: string | null
  generated: boolean
  described: boolean
}
type Key = { table: string; name: string; primary: boolean; columns: string[] }
type Foreign = { table: string; name: string; to: string; columns: string[]; toColumns: string[] }
type Policy = { table: string; name: string; command: string; using: string | null; check: string | null }
type Table = { name: string; described: boolean; secure: boolean; forced: boolean }

/**
 * Reads the system catalogue and says, one sentence each, where the schema is not shaped as the design asks: ready to
 * be spread over nodes, fenced by row-level security, appended where it must be, and described.
 * @returns nothing to say: an empty list
 */
export async function lintCatalog(
  client: pg.ClientBase,
  kinds: Readonly<Record<string, TableKind>> = tableKinds,
): Promise<string[]> {
  const catalog = await readCatalog(client)
  const known = catalog.tables.filter((table) => kinds[table.name])
  return [
    ...catalog.tables.filter((table) => !kinds[table.name]).map(({ name }) => `${name}: not in the list of tables`),
    ...Object.keys(kinds)
      .filter((name) => !catalog.tables.some((table) => table.name === name))
      .map((name) => `${name}: listed, but not in the database`),
    ...known.flatMap((table) => lintKeys(table.name, kinds, catalog)),
    ...catalog.tables.flatMap((table) => lintFence(table, catalog)),
    ...catalog.columns.flatMap(lintColumn),
    ...catalog.tables.filter((table) => !table.described).map(({ name }) => `${name}: the table has no comment`),
    ...catalog.functions.filter((one) => !one.described).map(({ name }) => `${name}(): the function has no comment`),
    ...catalog.triggers.map(({ table, name }) => `${table}: has the trigger ${name}`),
    ...catalog.sequences.map(({ name }) => `${name}: is a sequence; numbers are made by the application`),
  ].sort()
}

type Catalog = Awaited<ReturnType<typeof readCatalog>>

function lintKeys(table: string, kinds: Readonly<Record<string, TableKind>>, catalog: Catalog): string[] {
  const faults: string[] = []
  const kind = kinds[table]!
  const shard = kind === 'household' ? 'household_id' : kind === 'hashed' ? 'id_hash' : undefined
  const keys = catalog.keys.filter((key) => key.table === table)
  const primary = keys.find((key) => key.primary)
  if (!primary) faults.push(`${table}: has no primary key`)
  if (kind === 'household') {
    const column = catalog.columns.find((one) => one.table === table && one.name === 'household_id')
    if (column?.type !== 'bigint') faults.push(`${table}: household_id is ${column?.type ?? 'missing'}, not bigint`)
  }
  if (shard) {
    if (primary && primary.columns[0] !== shard) faults.push(`${table}: ${shard} is not first in the primary key`)
    for (const key of keys) {
      if (!key.columns.includes(shard)) faults.push(`${table}: the unique index ${key.name} is without ${shard}`)
    }
  }
  for (const foreign of catalog.foreigns.filter((one) => one.table === table)) {
    const target = kinds[foreign.to]
    const at = foreign.columns.indexOf('household_id')
    const together =
      kind === 'household' && target === 'household' && at >= 0 && foreign.toColumns[at] === 'household_id'
    const alone = kind === 'local' && target === 'local'
    if (target !== 'reference' && !together && !alone) {
      faults.push(`${table}: the foreign key ${foreign.name} goes to ${foreign.to} (${target ?? 'unknown'})`)
    }
  }
  return faults
}

// As the catalogue writes the policies of the migrations.
const SCOPE = 'in_scope(place_code)'

/** What belongs to a household may also be seen with it: after a move its history lies elsewhere. */
function follows(table: string): string[] {
  const seen = (alias: string, from: string) =>
    `(EXISTS ( SELECT\n   FROM ${from} ${alias}\n  WHERE (${alias}.household_id = ${table}.household_id)))`
  return [seen('h', 'household'), seen('e', 'household_end')]
}

function lintFence(table: Table, catalog: Catalog): string[] {
  const faults: string[] = []
  const has = (name: string) => catalog.columns.some((column) => column.table === table.name && column.name === name)
  const personal = (has('place_code') && has('household_id')) || fenced.includes(table.name)
  const appended = appendOnly.includes(table.name)
  const policies = catalog.policies.filter((policy) => policy.table === table.name)
  if (!personal && !appended) return faults
  if (!table.secure) faults.push(`${table.name}: row-level security is not enabled`)
  if (!table.forced) faults.push(`${table.name}: row-level security is not forced`)
  if (policies.length === 0) faults.push(`${table.name}: has no policy`)
  for (const { name, command, using, check } of policies) {
    if (personal && [using, check].some((text) => text !== null && ![SCOPE, ...follows(table.name)].includes(text))) {
      faults.push(`${table.name}: the policy ${name} is not of the form ${SCOPE}`)
    }
    if (personal && command !== 'r' && check === null) faults.push(`${table.name}: the policy ${name} has no check`)
    if (appended && command !== 'r' && command !== 'a') {
      faults.push(`${table.name}: the policy ${name} allows more than to read and to add`)
    }
  }
  return faults
}

function lintColumn({ table, name, type, collation, generated, described }: Column): string[] {
  const faults: string[] = []
  if (!described) faults.push(`${table}.${name}: has no comment`)
  if (type === 'timestamp without time zone') faults.push(`${table}.${name}: is a time without its zone`)
  if (generated) faults.push(`${table}.${name}: is numbered by the database`)
  const isCode = placeCodes.test(name) || (table === 'place' && name === 'code')
  if (isCode && collation !== 'C') {
    faults.push(`${table}.${name}: a place code must have the collation "C", not ${collation}`)
  }
  return faults
}

async function readCatalog(client: pg.ClientBase) {
  const all = async <Row extends pg.QueryResultRow>(text: string) => (await client.query<Row>(text)).rows
  const mine = `join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'`
  return {
    tables: await all<Table>(`
      select c.relname as name, obj_description(c.oid, 'pg_class') is not null as described,
             c.relrowsecurity as secure, c.relforcerowsecurity as forced
      from pg_class c ${mine} where c.relkind in ('r', 'p') order by 1`),
    columns: await all<Column>(`
      select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type, l.collname as collation,
             a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like '%nextval%' as generated,
             col_description(c.oid, a.attnum) is not null as described
      from pg_class c ${mine}
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_collation l on l.oid = a.attcollation
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relkind in ('r', 'p') order by 1, a.attnum`),
    keys: await all<Key>(`
      select c.relname as table, i.relname as name, x.indisprimary as primary,
             array(select a.attname::text from unnest(x.indkey) with ordinality k (attnum, place)
                   join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.place) as columns
      from pg_class c ${mine}
      join pg_index x on x.indrelid = c.oid and (x.indisunique or x.indisexclusion)
      join pg_class i on i.oid = x.indexrelid`),
    foreigns: await all<Foreign>(`
      select c.relname as table, k.conname as name, t.relname as to,
             array(select a.attname::text from unnest(k.conkey) with ordinality f (attnum, place)
                   join pg_attribute a on a.attrelid = k.conrelid and a.attnum = f.attnum order by f.place) as columns,
             array(select a.attname::text from unnest(k.confkey) with ordinality f (attnum, place)
                   join pg_attribute a on a.attrelid = k.confrelid and a.attnum = f.attnum order by f.place) as "toColumns"
      from pg_class c ${mine}
      join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' join pg_class t on t.oid = k.confrelid`),
    policies: await all<Policy>(`
      select c.relname as table, p.polname as name, p.polcmd::text as command,
             pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
      from pg_class c ${mine} join pg_policy p on p.polrelid = c.oid`),
    functions: await all<{ name: string; described: boolean }>(`
      select p.proname as name, obj_description(p.oid, 'pg_proc') is not null as described
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'public'
      where not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')`),
    triggers: await all<{ table: string; name: string }>(`
      select c.relname as table, t.tgname as name from pg_class c ${mine}
      join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal`),
    sequences: await all<{ name: string }>(`select c.relname as name from pg_class c ${mine} where c.relkind = 'S'`),
  }
}
