import type { PlaceCode } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, reaches } from '../caller.ts'

/** What the pack says of a role, as far as giving it to somebody is concerned. */
export type RoleRights = {
  /** Depth in the tree at which its posts sit. */
  readonly level: number
  readonly rights: ReadonlySet<string>
  /** Rights that whoever holds it may give to others without carrying them. */
  readonly gives: ReadonlySet<string>
}

export type Roles = ReadonlyMap<string, RoleRights>

/** What is asked of a post before somebody may rule over its holder. */
export type Held = { readonly role: string; readonly place_code: PlaceCode; readonly ended: boolean }

/**
 * What an administrator may do about an account: all, nothing because it is the own one, because it also holds a post
 * outside the administrator's place, or because a post carries more than the administrator may give.
 */
export type Verdict = 'yes' | 'self' | 'elsewhere' | 'above'

/** The rights of a role that the caller neither carries nor may give. Empty is good. A role nobody knows carries none. */
export function beyond(caller: Caller, roles: Roles, role: string): string[] {
  const gives = roles.get(caller.role)?.gives
  return [...(roles.get(role)?.rights ?? [])].filter((right) => !caller.rights.has(right) && !gives?.has(right))
}

/**
 * Whether the caller may rule over an account. Whoever sets a password can sign in with it, so all posts count that
 * the account holds or will hold, not only those that the caller sees; of an account without any, all it ever held.
 */
export function verdictOn(caller: Caller, roles: Roles, accountId: number, posts: readonly Held[]): Verdict {
  if (accountId === caller.accountId) return 'self'
  const open = posts.filter((post) => !post.ended)
  const counted = open.length > 0 ? open : posts
  if (!counted.every((post) => reaches(caller, post.place_code))) return 'elsewhere'
  return counted.every((post) => beyond(caller, roles, post.role).length === 0) ? 'yes' : 'above'
}

/** Throws the sentence of a verdict that is not yes. */
export function demandVerdict(verdict: Verdict, login: string): void {
  if (verdict === 'self') throw new Problem('user.self')
  if (verdict === 'elsewhere') throw new Problem('user.elsewhere', { login })
  if (verdict === 'above') throw new Problem('user.above', { login })
}

/** Throws unless the pack knows the role and the caller may give it. */
export function demandGiveable(caller: Caller, roles: Roles, role: string): RoleRights {
  const known = roles.get(role)
  if (!known) throw new Problem('access.unknown-role', { role, known: [...roles.keys()].join(', ') })
  const rights = beyond(caller, roles, role)
  if (rights.length > 0) throw new Problem('user.role-above', { role, rights: rights.join(', ') })
  return known
}
