import { type Day, dayOf } from '../../../kernel/calendar.ts'
import type { PlaceCode } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import type { Entry } from '../../audit/write.ts'
import type { Tx } from '../../db/database.ts'
import type { Ids } from '../../db/ids.ts'
import { findAccount, insertAccount, insertPost, setPassword } from '../accounts.ts'
import { type Caller, reaches } from '../caller.ts'
import { removeFactor } from '../second-factor.ts'
import { endSession, endSessions } from '../session-list.ts'
import { demandGiveable, demandVerdict, type Roles, type Verdict, verdictOn } from './authority.ts'
import {
  disable as disableAccount,
  enable as enableAccount,
  findUser,
  levelOf,
  lockUser,
  postsOf,
  setEnd,
  type UserAccount,
  type UserPost,
} from './queries.ts'

/** What running accounts needs to know of the house. */
export type UserParts = { readonly ids: Ids; readonly utcOffset: number; readonly roles: Roles }

/** What an act has in its hands: a transaction, who acts, and where it is noted. */
export type UserAct = { readonly tx: Tx; readonly caller: Caller; readonly now: Date; audit(entry: Entry): void }

export type NewPost = {
  readonly role: string
  readonly place: PlaceCode
  /** First day; today when it is left out. */
  readonly from?: Day | undefined
  /** Day from which no longer. */
  readonly to?: Day | undefined
}

export type NewUser = {
  readonly login: string
  readonly name: string
  readonly passwordHash: string
  /** Whether somebody else than the person knows the password. */
  readonly temporary: boolean
  readonly language: string
}

/** An account as an administrator sees it: what it is, its posts, and what may be done about it. */
export type SeenUser = { readonly account: UserAccount; readonly posts: readonly UserPost[]; readonly verdict: Verdict }

/** An account that holds, or held, a post in the caller's reach. Throws `request.not-found` for any other. */
export async function seeUser(
  parts: UserParts,
  { tx, caller, now }: Omit<UserAct, 'audit'>,
  accountId: number,
  find: typeof findUser = findUser,
): Promise<SeenUser> {
  const account = await find(tx, accountId)
  const posts = account ? await postsOf(tx, accountId, dayOf(now, parts.utcOffset)) : []
  if (!account || !(seesAll(caller) || posts.some((post) => reaches(caller, post.place_code)))) {
    throw new Problem('request.not-found')
  }
  return { account, posts, verdict: verdictOn(caller, parts.roles, accountId, posts) }
}

/** The operator finds accounts without a post too. */
const seesAll = (caller: Caller) => caller.postId === null

/**
 * Makes an account with its first post.
 * Throws `access.login-taken`, and as `addPost` does.
 */
export async function addUser(parts: UserParts, act: UserAct, user: NewUser, post: NewPost): Promise<number> {
  const given = await checkedPost(parts, act, post)
  if (await findAccount(act.tx, user.login)) throw new Problem('access.login-taken', { login: user.login })
  return createUser(parts.ids, act, user, given)
}

/** Makes an account with a post that has been checked. */
export async function createUser(
  ids: Ids,
  act: Omit<UserAct, 'caller'>,
  user: NewUser,
  post: NewPost & { from: Day },
): Promise<number> {
  const accountId = await ids.next('account')
  const postId = await ids.next('post')
  await insertAccount(act.tx, { accountId, ...user, at: act.now })
  await insertPost(act.tx, { postId, accountId, ...post })
  act.audit(entry('account.add', accountId, post.place, { post: postId, role: post.role }))
  return accountId
}

/**
 * Gives an account one more post.
 * Throws `request.not-found` for an account or place out of reach, `user.self`, `access.unknown-role`,
 * `user.role-above`, `user.wrong-level`, `user.bad-days`, and `user.post-there` for one it holds.
 */
export async function addPost(parts: UserParts, act: UserAct, accountId: number, post: NewPost): Promise<number> {
  const { account, posts, verdict } = await seeUser(parts, act, accountId, lockUser)
  if (verdict === 'self') demandVerdict(verdict, account.login)
  const given = await checkedPost(parts, act, post)
  const there = posts.find((one) => !one.ended && one.role === post.role && one.place_code === post.place)
  if (there) throw new Problem('user.post-there', { login: account.login, role: post.role, place: there.place_name })
  const postId = await parts.ids.next('post')
  await insertPost(act.tx, { postId, accountId, ...given })
  const { role, from, to } = given
  act.audit(entry('account.add-post', accountId, post.place, { post: postId, role, from, ...(to ? { to } : {}) }))
  return postId
}

/** What a post must be before it is given: within reach, of a role the caller may give, at its level, from today on. */
async function checkedPost(
  parts: UserParts,
  { tx, caller, now }: UserAct,
  post: NewPost,
): Promise<NewPost & { from: Day }> {
  const today = dayOf(now, parts.utcOffset)
  const from = post.from ?? today
  const role = demandGiveable(caller, parts.roles, post.role)
  const level = reaches(caller, post.place) ? await levelOf(tx, post.place, today) : undefined
  if (level === undefined) throw new Problem('request.not-found')
  if (level !== role.level) throw new Problem('user.wrong-level', { role: post.role })
  if (from < today || (post.to !== undefined && post.to <= from)) throw new Problem('user.bad-days')
  return { ...post, from }
}

/**
 * Ends a post, from today on or from a later day. What is done under it stops at once.
 * Throws `request.not-found`, `user.self`, `user.role-above`, `user.bad-days`.
 */
export async function endPost(
  parts: UserParts,
  act: UserAct,
  accountId: number,
  postId: number,
  on: Day | undefined,
): Promise<Day> {
  const { account, posts, verdict } = await seeUser(parts, act, accountId, lockUser)
  const post = posts.find((one) => one.post_id === postId && reaches(act.caller, one.place_code))
  if (!post) throw new Problem('request.not-found')
  if (verdict === 'self') demandVerdict(verdict, account.login)
  if (parts.roles.has(post.role)) demandGiveable(act.caller, parts.roles, post.role)
  const today = dayOf(act.now, parts.utcOffset)
  const to = on ?? today
  if (post.ended || to < today) throw new Problem('user.bad-days')
  // A post that has not begun is withdrawn: it then ends on its first day.
  const last = to < post.from_on ? post.from_on : to
  await setEnd(act.tx, postId, last)
  act.audit(entry('account.end-post', accountId, post.place_code, { post: postId, role: post.role, to: last }))
  return last
}

/** An account that the caller may rule over, locked. Throws `request.not-found`, or the sentence of the verdict. */
async function ruled(parts: UserParts, act: UserAct, accountId: number): Promise<SeenUser & { place: PlaceCode }> {
  const seen = await seeUser(parts, act, accountId, lockUser)
  demandVerdict(seen.verdict, seen.account.login)
  return { ...seen, place: seen.posts[0]?.place_code ?? act.caller.place }
}

/** Closes an account and signs it out everywhere. Closing a closed one is harmless. */
export async function disableUser(parts: UserParts, act: UserAct, accountId: number): Promise<number> {
  const { place } = await ruled(parts, act, accountId)
  const changed = await disableAccount(act.tx, accountId, act.now)
  const ended = await endSessions(act.tx, accountId)
  if (changed) act.audit(entry('account.disable', accountId, place, { ended }))
  return ended
}

/** Opens an account again, and the lock after wrong passwords. */
export async function enableUser(parts: UserParts, act: UserAct, accountId: number): Promise<void> {
  const { place } = await ruled(parts, act, accountId)
  if (await enableAccount(act.tx, accountId, act.now)) act.audit(entry('account.enable', accountId, place))
}

/**
 * Sets another password and signs out everywhere.
 * @param temporary whether it must be changed at the next sign-in
 * @returns how many sessions ended
 */
export async function resetPassword(
  parts: UserParts,
  act: UserAct,
  accountId: number,
  { passwordHash, temporary }: { passwordHash: string; temporary: boolean },
): Promise<number> {
  const { place } = await ruled(parts, act, accountId)
  await setPassword(act.tx, accountId, passwordHash, temporary)
  const ended = await endSessions(act.tx, accountId)
  act.audit(entry('account.reset-password', accountId, place, { ended }))
  return ended
}

/** Takes away the second factor of a lost device and signs out everywhere. Throws `user.no-factor` without one. */
export async function resetFactor(parts: UserParts, act: UserAct, accountId: number): Promise<number> {
  const { place, account } = await ruled(parts, act, accountId)
  if (!(await removeFactor(act.tx, accountId))) throw new Problem('user.no-factor', { login: account.login })
  const ended = await endSessions(act.tx, accountId)
  act.audit(entry('account.reset-factor', accountId, place, { ended }))
  return ended
}

/** Signs somebody out: of one session, or everywhere. Throws `access.unknown-session`. */
export async function signOutUser(
  parts: UserParts,
  act: UserAct,
  accountId: number,
  session: string | undefined,
): Promise<number> {
  const { place, account } = await ruled(parts, act, accountId)
  if (session !== undefined && !(await endSession(act.tx, accountId, session)))
    throw new Problem('access.unknown-session', { login: account.login })
  const ended = session === undefined ? await endSessions(act.tx, accountId) : 1
  act.audit(entry('session.end', accountId, place, { ended }))
  return ended
}

function entry(kind: string, accountId: number, place: PlaceCode, detail: Record<string, unknown> = {}): Entry {
  return { kind, place, subject: 'account', subjectId: accountId, detail }
}
