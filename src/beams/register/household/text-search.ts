import type { Scope } from '../../../kernel/place-code.ts'
import type { Vault } from '../../../platform/access/vault.ts'
import { type RawBuilder, sql } from '../../../platform/db/database.ts'
import { checkIdentity } from '../../../policy/identity.ts'
import type { Pack } from '../../../policy/pack.ts'
import { isHan, type KeysOf } from '../name-keys.ts'

/** What a text typed into the search box can mean. */
export type TextSearch =
  | { readonly kind: 'identity'; readonly hash: Buffer }
  | { readonly kind: 'name'; readonly column: 'name' | 'name_key'; readonly prefix: string; readonly initials?: string }
  | { readonly kind: 'number'; readonly prefix: string; readonly tail?: string }

/**
 * Reads a search text: a whole identity number, digits (household number, or the last four characters of an identity
 * number), a name in its own script, or its letters or initials.
 */
export function readSearch(text: string, parts: { pack: Pack; vault: Vault; keysOf: KeysOf }): TextSearch | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const identity = checkIdentity(parts.pack.identity, trimmed)
  if (identity.ok) return { kind: 'identity', hash: parts.vault.blindIndex(identity.normal) }
  if (/\d/.test(trimmed)) {
    const tail = /^[0-9A-Za-z]{4}$/.test(trimmed) ? trimmed.toUpperCase() : undefined
    return { kind: 'number', prefix: trimmed, ...(tail ? { tail } : {}) }
  }
  if (isHan(trimmed) || !/\p{Script=Latin}/u.test(trimmed)) return { kind: 'name', column: 'name', prefix: trimmed }
  const { key } = parts.keysOf(trimmed)
  return { kind: 'name', column: 'name_key', prefix: key, ...(key.length <= 6 ? { initials: key } : {}) }
}

/**
 * The condition that a household (alias h) fits a search. Each branch has an index of its own; the range of places is
 * said again inside, so that the planner may begin from either side.
 * @param memberships which rows of members (alias m) count, for households of the past; those of today when left out
 */
export function searchSql(search: TextSearch, scope: Scope, memberships?: RawBuilder<unknown>): RawBuilder<unknown> {
  switch (search.kind) {
    case 'identity':
      return sql`h.household_id in (select household_id from identity where id_hash = ${search.hash})`
    case 'number': {
      if (!search.tail) return numberSql('h', search.prefix)
      const tailed = sql`select m.household_id from member m where m.document_tail = ${search.tail} and ${inScope('m', scope)}`
      // Households of the past bore numbers that those of today do not tell.
      if (memberships) return sql`(h.household_id in (${tailed}) or ${numberSql('h', search.prefix)})`
      // One set from two indexes: an alternative would be tried on every household of the range, one after the other.
      return sql`h.household_id in (${tailed} union all
        select n.household_id from household n where ${numberSql('n', search.prefix)} and ${inScope('n', scope)})`
    }
    case 'name':
      return sql`h.household_id in (select m.household_id from member m
        where ${nameSql(search)} and ${inScope('m', scope)} and ${memberships ?? sql`m.left_on is null`})`
  }
}

function numberSql(alias: string, prefix: string): RawBuilder<unknown> {
  const number = sql.ref(`${alias}.number`)
  return sql`${number} >= ${prefix} and ${number} < ${after(prefix)}`
}

/** The condition that a member (alias m) has the name looked for. */
export function nameSql(search: Extract<TextSearch, { kind: 'name' }>): RawBuilder<unknown> {
  const column = sql.ref(`m.${search.column}`)
  const prefix = sql`${column} >= ${search.prefix} and ${column} < ${after(search.prefix)}`
  return search.initials ? sql`(${prefix} or m.initials = ${search.initials})` : prefix
}

function inScope(alias: string, scope: Scope): RawBuilder<unknown> {
  const place = sql.ref(`${alias}.place_code`)
  return sql`${place} >= ${scope.lo} and ${place} < ${scope.hi}`
}

/** The end of the range of texts that begin with a prefix, in byte order. */
function after(prefix: string): string {
  return `${prefix}\u{10ffff}`
}
