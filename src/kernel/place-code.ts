/**
 * A place code is the key of a place in the tree: every place's code begins with the code of the place above it.
 * Countries whose official codes nest use them as they are; others get fixed-width path segments, and the official
 * code stands beside. The alphabet is 0-9 and A-Z, compared byte by byte (`collate "C"` in the database), so a
 * place and everything below it is one range of codes.
 */
export type PlaceCode = string

/** A half-open range of place codes: `code >= lo and code < hi`. */
export type Scope = { readonly lo: string; readonly hi: string }

/** The code of the whole programme area. It is not a prefix of the others; `subtree` knows it. */
export const ROOT: PlaceCode = '0'

const EVERYWHERE: Scope = { lo: '0', hi: '~' }

/** Sees nothing. The scope of somebody who holds no post. */
export const NOWHERE: Scope = { lo: '~', hi: '~' }

/** Whether a text has the form of a place code. Says nothing about whether such a place exists. */
export function isPlaceCode(text: string): boolean {
  return /^[0-9A-Z]{1,40}$/.test(text)
}

/** The range of a place and everything below it. */
export function subtree(code: PlaceCode): Scope {
  if (code === ROOT) return EVERYWHERE
  const last = code.charCodeAt(code.length - 1)
  return { lo: code, hi: code.slice(0, -1) + String.fromCharCode(last + 1) }
}

/** Whether a place lies in a range. */
export function within(code: PlaceCode, scope: Scope): boolean {
  if (code === ROOT) return scope.lo === EVERYWHERE.lo && scope.hi === EVERYWHERE.hi
  return code >= scope.lo && code < scope.hi
}

/** The part that two ranges share; `NOWHERE` when they share nothing. */
export function intersect(a: Scope, b: Scope): Scope {
  const lo = a.lo > b.lo ? a.lo : b.lo
  const hi = a.hi < b.hi ? a.hi : b.hi
  return lo < hi ? { lo, hi } : NOWHERE
}
