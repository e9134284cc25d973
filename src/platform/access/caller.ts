import { intersect, NOWHERE, type PlaceCode, type Scope, subtree } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import type { Right } from '../http/contract.ts'

/** Who is asking, and under which post. Everything somebody may do follows from this. */
export type Caller = {
  readonly accountId: number
  readonly login: string
  readonly name: string
  readonly language: string
  /** Empty for the operator of the machine, who acts through the command line. */
  readonly postId: number | null
  readonly role: string
  readonly place: PlaceCode
  readonly scope: Scope
  readonly rights: ReadonlySet<string>
  /** The second factor: in use, not in use, or missing though the role demands it. Of no meaning on the command line. */
  readonly factor?: 'on' | 'none' | 'wanted'
  /** Whether the password is one that somebody else set, to be changed first. */
  readonly temporary?: boolean
  /** When the password or a code was last shown. */
  readonly provedAt?: Date
}

/** So long after somebody proved who they are, grave acts are done without asking again. */
const PROOF_MS = 15 * 60_000

/** The account under which the program acts for whoever runs it on the machine itself. */
export const OPERATOR_ACCOUNT = 1

/** Throws unless the caller's post carries the right. */
export function demandRight(caller: Caller | undefined, right: Right): void {
  if (right === 'public') return
  if (!caller) throw new Problem('access.not-signed-in')
  // Somebody else knows the password, so nobody knows yet who is asking.
  if (right !== 'signed-in' && caller.temporary) throw new Problem('access.password-wanted')
  // Until it is set up one can do no more than set it up.
  if (right !== 'signed-in' && caller.factor === 'wanted') throw new Problem('access.factor-wanted')
  if (right !== 'signed-in' && !caller.rights.has(right)) throw new Problem('access.no-right', { right })
}

/** Throws unless the caller showed the password or a code a short while ago: a screen left open must not do grave acts. */
export function demandProof({ provedAt }: Caller, now: Date): void {
  const age = provedAt ? now.getTime() - provedAt.getTime() : Number.POSITIVE_INFINITY
  if (age > PROOF_MS) throw new Problem('access.proof-wanted')
}

/** The range to search when a place is asked for: never more than the caller's own. Nothing asked is everything seen. */
export function narrow(caller: Caller, place: PlaceCode | undefined): Scope {
  if (place === undefined || place === caller.place) return caller.scope
  return intersect(caller.scope, subtree(place))
}

/** Whether a place lies in reach of the caller. */
export function reaches(caller: Caller, place: PlaceCode): boolean {
  const asked = subtree(place)
  return asked.lo >= caller.scope.lo && asked.hi <= caller.scope.hi && caller.scope !== NOWHERE
}
