import { randomUUID } from 'node:crypto'
import { ensureRoot } from '../beams/register/index.ts'
import { dayOf } from '../kernel/calendar.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { type Caller, OPERATOR_ACCOUNT } from '../platform/access/caller.ts'
import { hashPassword } from '../platform/access/password.ts'
import { createUser } from '../platform/access/users/acts.ts'
import { type Actor, type ChainOf, type Entry, writeEntries } from '../platform/audit/write.ts'
import { type Database, sql } from '../platform/db/database.ts'
import type { Ids } from '../platform/db/ids.ts'
import { rights } from '../platform/http/contract.ts'
import type { Pack } from '../policy/pack.ts'

/** Makes the operator's account and the root of the tree, once. Nobody can sign in as the operator: it has no password. */
export async function ensureOperator(db: Database, ids: Ids, pack: Pack, now: Date): Promise<void> {
  await db.transaction(subtree(ROOT), async (tx) => {
    const there = await tx.first(sql`select from account where account_id = ${OPERATOR_ACCOUNT}`)
    if (there) return
    await ensureRoot(tx, pack, '1900-01-01')
    await tx.run(sql`
      insert into account (account_id, login, name, password_hash, language, created_at)
      values (${OPERATOR_ACCOUNT}, 'operator', 'operator', '!', ${pack.languages[0]}, ${now}) on conflict do nothing`)
  })
  // Numbers below are the operator's.
  await ids.take('account', 1)
}

/** Who acts when a command is given on the machine itself: everywhere, with every right. */
export function operatorCaller(language: string): Caller {
  return {
    accountId: OPERATOR_ACCOUNT,
    login: 'operator',
    name: 'operator',
    language,
    postId: null,
    role: 'operator',
    place: ROOT,
    scope: subtree(ROOT),
    rights: new Set<string>(rights),
  }
}

export function operatorActor(now: Date): Actor & { accountId: number } {
  return { accountId: OPERATOR_ACCOUNT, postId: null, requestId: randomUUID(), at: now }
}

/** Makes an account with one post, of whatever role at whatever place: for what the program itself sets up. */
export async function addUser(
  house: { db: Database; pack: Pack; now: () => Date; ids: Ids; chainOf: ChainOf },
  user: { login: string; name: string; password: string; role: string; place: string },
): Promise<number> {
  const { db, pack, ids, chainOf } = house
  const { login, name, role, place } = user
  const now = house.now()
  const passwordHash = await hashPassword(user.password, login)
  return db.transaction(subtree(ROOT), async (tx) => {
    const entries: Entry[] = []
    const accountId = await createUser(
      ids,
      { tx, now, audit: (entry) => entries.push(entry) },
      { login, name, passwordHash, temporary: false, language: pack.languages[0]! },
      { role, place, from: dayOf(now, pack.utcOffset) },
    )
    writeEntries(tx, operatorActor(now), entries, chainOf)
    return accountId
  })
}
