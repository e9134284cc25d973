import type { Day } from '../../kernel/calendar.ts'
import type { PlaceCode } from '../../kernel/place-code.ts'
import { sql, type Tx } from '../db/database.ts'

export type Account = {
  account_id: number
  login: string
  name: string
  password_hash: string
  language: string
  failed_count: number
  locked_until: Date | null
  disabled_at: Date | null
}

export type PostRow = { post_id: number; role: string; place_code: PlaceCode; place_name: string; level: number }

export async function findAccount(tx: Tx, login: string): Promise<Account | undefined> {
  return tx.first<Account>(sql`select * from account where login = ${login.trim().toLowerCase()}`)
}

export async function insertAccount(
  tx: Tx,
  account: {
    accountId: number
    login: string
    name: string
    passwordHash: string
    temporary?: boolean
    language: string
    at: Date
  },
): Promise<void> {
  await tx.run(sql`
    insert into account (account_id, login, name, password_hash, password_temporary, language, created_at)
    values (${account.accountId}, ${account.login.trim().toLowerCase()}, ${account.name}, ${account.passwordHash},
            ${account.temporary ?? false}, ${account.language}, ${account.at})`)
}

export async function insertPost(
  tx: Tx,
  post: { postId: number; accountId: number; role: string; place: PlaceCode; from: Day; to?: Day | undefined },
): Promise<void> {
  await tx.run(sql`
    insert into post (post_id, account_id, role, place_code, from_on, to_on)
    values (${post.postId}, ${post.accountId}, ${post.role}, ${post.place}, ${post.from}, ${post.to ?? null})`)
}

/** The posts an account holds on a day, highest place first. */
export async function postsHeld(tx: Tx, accountId: number, on: Day): Promise<PostRow[]> {
  return tx.all<PostRow>(sql`
    select p.post_id, p.role, p.place_code, l.name as place_name, l.level
    from post p join place l on l.code = p.place_code
    where p.account_id = ${accountId} and p.from_on <= ${on} and (p.to_on is null or p.to_on > ${on})
    order by l.level, p.post_id`)
}

/** Counts a wrong password; the account is locked when there were too many. */
export async function countFailure(tx: Tx, accountId: number, most: number, lockUntil: Date): Promise<void> {
  await tx.run(sql`
    update account set failed_count = case when failed_count + 1 >= ${most} then 0 else failed_count + 1 end,
           locked_until = case when failed_count + 1 >= ${most} then ${lockUntil}::timestamptz else locked_until end
    where account_id = ${accountId}`)
}

/** Keeps an account as it was read until the transaction ends. Says no when it was closed or its password changed. */
export async function lockUnchanged(tx: Tx, { account_id, password_hash }: Account): Promise<boolean> {
  const found = await tx.first(sql`
    select from account where account_id = ${account_id} and password_hash = ${password_hash} and disabled_at is null
    for update`)
  return found !== undefined
}

/**
 * Sets another password and opens the lock that wrong ones closed.
 * @param temporary whether somebody else than the person knows it
 */
export async function setPassword(tx: Tx, accountId: number, passwordHash: string, temporary: boolean): Promise<void> {
  await tx.run(sql`
    update account set password_hash = ${passwordHash}, password_temporary = ${temporary}, failed_count = 0,
           locked_until = null
    where account_id = ${accountId}`)
}

export async function clearFailures(tx: Tx, accountId: number): Promise<void> {
  await tx.run(sql`
    update account set failed_count = 0, locked_until = null
    where account_id = ${accountId} and (failed_count > 0 or locked_until is not null)`)
}

export async function setLanguage(tx: Tx, accountId: number, language: string): Promise<void> {
  await tx.run(sql`update account set language = ${language} where account_id = ${accountId}`)
}
