import type { Day } from '../../../kernel/calendar.ts'
import type { PlaceCode, Scope } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { sql, type Tx } from '../../db/database.ts'
import { findAccount } from '../accounts.ts'
import { OPERATOR_ACCOUNT } from '../caller.ts'

/** A post with its holder, as the list of users shows it. */
export type UserRow = {
  post_id: number
  account_id: number
  role: string
  place_code: PlaceCode
  place_name: string
  level: number
  from_on: Day
  to_on: Day | null
  login: string
  name: string
  disabled: boolean
  temporary: boolean
  has_factor: boolean
}

export type UserFilter = {
  readonly scope: Scope
  /** Beginning of a sign-in name or a name. */
  readonly text: string | undefined
  readonly roles: readonly string[] | undefined
  /** Posts held now or later by accounts that are open, or closed; or posts that have ended. Nothing: the first two. */
  readonly state: 'open' | 'disabled' | 'ended' | undefined
  readonly on: Day
}

/** After which line a page begins. */
export type UserKey = { readonly place: PlaceCode; readonly post: number }

/** Posts in a range of places with who holds them, in the order of places. */
export async function usersPage(
  tx: Tx,
  { scope, text, roles, state, on }: UserFilter,
  { after, limit }: { after: UserKey | undefined; limit: number },
): Promise<UserRow[]> {
  const ended = sql`coalesce(p.to_on <= ${on}, false)`
  return tx.all<UserRow>(sql`
    select p.post_id, p.account_id, p.role, p.place_code, l.name as place_name, l.level, p.from_on, p.to_on, a.login,
           a.name, a.disabled_at is not null as disabled, a.password_temporary as temporary,
           f.account_id is not null as has_factor
    from post p join account a using (account_id) join place l on l.code = p.place_code
      left join second_factor f on f.account_id = p.account_id and f.confirmed_at is not null
    where p.place_code >= ${scope.lo} and p.place_code < ${scope.hi} and p.account_id <> ${OPERATOR_ACCOUNT}
      and ${after ? sql`(p.place_code, p.post_id) > (${after.place}, ${after.post})` : sql`true`}
      and ${state === 'ended' ? ended : sql`not ${ended}`}
      and ${state === 'open' ? sql`a.disabled_at is null` : state === 'disabled' ? sql`a.disabled_at is not null` : sql`true`}
      and ${roles ? sql`p.role = any(${roles}::text[])` : sql`true`}
      and ${text === undefined ? sql`true` : sql`p.account_id in (${startingWith(text)})`}
    order by p.place_code, p.post_id
    limit ${limit}`)
}

function startingWith(text: string) {
  const [login, name] = [text.toLowerCase(), text]
  // The highest character there is, so that the range holds whatever goes on after the text.
  const end = '\u{10FFFF}'
  return sql`
    select account_id from account where login collate "C" >= ${login} and login collate "C" < ${login + end}
    union
    select account_id from account where name collate "C" >= ${name} and name collate "C" < ${name + end}`
}

export type UserAccount = {
  account_id: number
  login: string
  name: string
  created_at: Date
  disabled_at: Date | null
  locked_until: Date | null
  temporary: boolean
  has_factor: boolean
}

const userColumns = sql`
  a.account_id, a.login, a.name, a.created_at, a.disabled_at, a.locked_until, a.password_temporary as temporary,
  exists (select from second_factor f where f.account_id = a.account_id and f.confirmed_at is not null) as has_factor`

/** An account by number; never the operator's. */
export async function findUser(tx: Tx, accountId: number): Promise<UserAccount | undefined> {
  return tx.first<UserAccount>(sql`
    select ${userColumns} from account a where a.account_id = ${accountId} and a.account_id <> ${OPERATOR_ACCOUNT}`)
}

/** As `findUser`, and nobody else gives or takes a post of it until the transaction ends. */
export async function lockUser(tx: Tx, accountId: number): Promise<UserAccount | undefined> {
  return tx.first<UserAccount>(sql`
    select ${userColumns} from account a where a.account_id = ${accountId} and a.account_id <> ${OPERATOR_ACCOUNT}
    for update`)
}

export type UserPost = {
  post_id: number
  role: string
  place_code: PlaceCode
  place_name: string
  level: number
  from_on: Day
  to_on: Day | null
  ended: boolean
}

/** Every post an account ever had, those not ended first, the highest place first. */
export async function postsOf(tx: Tx, accountId: number, on: Day): Promise<UserPost[]> {
  return tx.all<UserPost>(sql`
    select p.post_id, p.role, p.place_code, l.name as place_name, l.level, p.from_on, p.to_on,
           coalesce(p.to_on <= ${on}, false) as ended
    from post p join place l on l.code = p.place_code
    where p.account_id = ${accountId}
    order by ended, l.level, p.place_code, p.from_on, p.post_id`)
}

/** Depth of a place that there is on a day. */
export async function levelOf(tx: Tx, place: PlaceCode, on: Day): Promise<number | undefined> {
  const row = await tx.first<{ level: number }>(sql`
    select level from place where code = ${place} and valid_from <= ${on} and (valid_to is null or valid_to > ${on})`)
  return row?.level
}

export async function setEnd(tx: Tx, postId: number, to: Day): Promise<void> {
  await tx.run(sql`update post set to_on = ${to} where post_id = ${postId}`)
}

/** Closes an account. Says no when it was closed. */
export async function disable(tx: Tx, accountId: number, now: Date): Promise<boolean> {
  return (
    (await tx.run(sql`
      update account set disabled_at = ${now} where account_id = ${accountId} and disabled_at is null`)) > 0
  )
}

/** Opens an account again, and the lock that wrong passwords closed. Says no when neither was closed. */
export async function enable(tx: Tx, accountId: number, now: Date): Promise<boolean> {
  return (
    (await tx.run(sql`
      update account set disabled_at = null, failed_count = 0, locked_until = null
      where account_id = ${accountId} and (disabled_at is not null or locked_until > ${now})`)) > 0
  )
}

/** The number of the account with a sign-in name. Throws `user.unknown`. */
export async function accountNamed(tx: Tx, login: string): Promise<number> {
  const account = await findAccount(tx, login)
  if (!account || account.account_id === OPERATOR_ACCOUNT) throw new Problem('user.unknown', { login })
  return account.account_id
}
