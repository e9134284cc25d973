import { createHash, randomBytes } from 'node:crypto'
import { dayOf } from '../../src/kernel/calendar.ts'
import { NOWHERE } from '../../src/kernel/place-code.ts'
import { insertAccount, insertPost } from '../../src/platform/access/accounts.ts'
import { sql } from '../../src/platform/db/database.ts'
import { type Person, personWith, type TestHouse } from './house.ts'

export type Holder = Person & { readonly accountId: number; readonly postId: number; readonly role: string }

let made = 0

/**
 * An account with a post and an open session, written straight into the database: hundreds of them take no time,
 * where hashing a password for each would take minutes. The account cannot sign in.
 */
export async function holderOf(house: TestHouse, role: string, place: string, login?: string): Promise<Holder> {
  const { ids } = house.register
  const accountId = await ids.next('account')
  const postId = await ids.next('post')
  const now = house.settings.now()
  const name = login ?? `holder-${++made}`
  await house.db.transaction(NOWHERE, async (tx) => {
    await insertAccount(tx, {
      accountId,
      login: name,
      name,
      passwordHash: '!',
      language: house.pack.languages[0]!,
      at: now,
    })
    await insertPost(tx, { postId, accountId, role, place, from: dayOf(now, house.pack.utcOffset) })
  })
  return { ...(await freshSession(house, { login: name, accountId, postId })), accountId, postId, role }
}

/** One more session of an account. */
export async function freshSession(
  house: TestHouse,
  holder: { login: string; accountId: number; postId: number },
): Promise<Person> {
  const token = randomBytes(32).toString('base64url')
  const now = house.settings.now()
  await house.db.transaction(NOWHERE, (tx) =>
    tx.run(sql`
      insert into session (token_hash, account_id, post_id, created_at, seen_at, expires_at, agent)
      values (${createHash('sha256').update(token).digest()}, ${holder.accountId}, ${holder.postId}, ${now}, ${now},
              ${new Date(now.getTime() + 3_600_000)}, 'test')`),
  )
  return personWith(house.http, {
    login: holder.login,
    cookie: `fourbeams_session=${token}`,
    pageToken: house.sessions.pageToken(token),
  })
}
