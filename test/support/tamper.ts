import type pg from 'pg'
import type { Random } from '../../src/kernel/random.ts'

/** One value of one row, changed behind the program's back. */
export type Tampering = {
  readonly table: string
  readonly column: string
  /** Whether the column is part of the row's key, so that the row has moved. */
  readonly moved: boolean
  /** The row as it was, values as text. */
  readonly row: Readonly<Record<string, string | null>>
}

type Column = { name: string; type: string; key: boolean; nullable: boolean }

/**
 * Draws a row, a column and a small change of its value: a bit of a byte, a character, a number beside, a microsecond.
 * Writes it with the rights of the connection, which are to be a superuser's.
 * @returns what was changed, or nothing when the database refused the drawn change, as it would anybody's
 */
export async function tamper(
  client: pg.ClientBase,
  tables: readonly string[],
  random: Random,
): Promise<Tampering | undefined> {
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)]!
  const table = pick(tables)
  const columns = await columnsOf(client, table)
  const column = pick(columns)
  const { rows } = await client.query<Record<string, string | null>>(
    `select ${columns.map(({ name }) => `${name}::text`).join(', ')} from ${table} order by ${columns
      .filter(({ key }) => key)
      .map(({ name }) => name)
      .join(', ')}`,
  )
  const row = pick(rows)
  const value = changed(row[column.name]!, column, random)
  if (value === row[column.name]) return undefined
  const keys = columns.filter(({ key }) => key)
  await client.query('savepoint tampering')
  try {
    const { rows: after } = await client.query<{ value: string | null }>(
      `update ${table} set ${column.name} = $1::text::${column.type}
       where ${keys.map(({ name, type }, at) => `${name} = $${at + 2}::text::${type}`).join(' and ')}
       returning ${column.name}::text as value`,
      [value, ...keys.map(({ name }) => row[name])],
    )
    // Another spelling of the same value is no change.
    if (after.length !== 1 || after[0]!.value === row[column.name]) return undefined
  } catch {
    await client.query('rollback to savepoint tampering')
    return undefined
  }
  return { table, column: column.name, moved: column.key, row }
}

async function columnsOf(client: pg.ClientBase, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select a.attname as name, format_type(a.atttypid, null) as type, not a.attnotnull as nullable,
            exists (select from pg_index x where x.indrelid = a.attrelid and x.indisprimary and a.attnum = any(x.indkey)) as key
     from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [table],
  )
  return rows
}

function changed(value: string | null, column: Column, random: Random): string | null {
  const at = (length: number) => Math.floor(random() * length)
  if (value === null) return '7'
  if (column.nullable && random() < 0.1) return null
  switch (column.type) {
    case 'bigint':
    case 'integer':
      return String(random() < 0.5 ? Number(value) + (random() < 0.5 ? 1 : -1) : Number(value) ^ (1 << at(20)))
    case 'timestamp with time zone':
      return random() < 0.1
        ? 'infinity'
        : `${value.slice(0, 19)}.${String(1 + at(999_999)).padStart(6, '0')}${value.slice(-3)}`
    case 'date':
      return random() < 0.1 ? 'infinity' : `${value.slice(0, 8)}${String(1 + at(28)).padStart(2, '0')}`
    case 'bytea':
    case 'uuid': {
      const digits = [...value.matchAll(/[0-9a-f]/g)].map((match) => match.index).filter((index) => index > 1)
      const index = digits[at(digits.length)]!
      const flipped = (Number.parseInt(value[index]!, 16) ^ (1 << at(4))).toString(16)
      return value.slice(0, index) + flipped + value.slice(index + 1)
    }
    default: {
      // One character of a text, or of the writing of a JSON value; what is no JSON any more the database refuses.
      const index = at(value.length + 1)
      return value.slice(0, index) + String.fromCharCode(33 + at(90)) + value.slice(index + 1)
    }
  }
}
