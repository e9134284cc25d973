import { randomUUID } from 'node:crypto'
import { ensureRoot } from '../beams/register/index.ts'
import { dayOf } from '../kernel/calendar.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'
import { type Account, findAccount, insertAccount, insertPost, setPassword } from '../platform/access/accounts.ts'
import { type Caller, OPERATOR_ACCOUNT } from '../platform/access/caller.ts'
import { hashPassword } from '../platform/access/password.ts'
import { removeFactor } from '../platform/access/second-factor.ts'
import { endSession, endSessions, listSessions, type SessionLine } from '../platform/access/session-list.ts'
import { type Actor, type ChainOf, writeEntries } from '../platform/audit/write.ts'
import { type Database, sql, type Tx } from '../platform/db/database.ts'
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

/** Makes an account with one post. */
export async function addUser(
  house: { db: Database; pack: Pack; now: () => Date; ids: Ids; chainOf: ChainOf },
  user: { login: string; name: string; password: string; role: string; place: string },
): Promise<number> {
  const { db, pack, ids, chainOf } = house
  const at = house.now()
  const passwordHash = await hashPassword(user.password, user.login)
  const accountId = await ids.next('account')
  const postId = await ids.next('post')
  await db.transaction(subtree(ROOT), async (tx) => {
    await insertAccount(tx, {
      accountId,
      login: user.login,
      name: user.name,
      passwordHash,
      language: pack.languages[0]!,
      at,
    })
    await insertPost(tx, { postId, accountId, role: user.role, place: user.place, from: dayOf(at, pack.utcOffset) })
    await writeEntries(
      tx,
      operatorActor(at),
      [
        {
          kind: 'account.add',
          place: user.place,
          subject: 'account',
          subjectId: accountId,
          detail: { role: user.role },
        },
      ],
      chainOf,
    )
  })
  return accountId
}

/** The open account with a sign-in name. Throws `access.unknown-account`. */
async function getAccount(tx: Tx, login: string): Promise<Account> {
  const account = await findAccount(tx, login)
  if (!account || account.account_id === OPERATOR_ACCOUNT || account.disabled_at)
    throw new Problem('access.unknown-account', { login })
  return account
}

type OperatorHouse = { db: Database; now: () => Date; chainOf: ChainOf }

/**
 * Sets another password for somebody and signs them out everywhere.
 * @returns how many sessions ended
 */
export async function resetPassword(house: OperatorHouse, login: string, password: string): Promise<number> {
  const passwordHash = await hashPassword(password, login)
  return house.db.transaction(subtree(ROOT), async (tx) => {
    const { account_id: accountId } = await getAccount(tx, login)
    await setPassword(tx, accountId, passwordHash)
    const ended = await endSessions(tx, accountId)
    await note(tx, house, 'account.reset-password', accountId, { ended })
    return ended
  })
}

/**
 * Takes somebody's second factor away, whose device is lost, and signs them out everywhere.
 * @returns how many sessions ended
 */
export async function resetFactor(house: OperatorHouse, login: string): Promise<number> {
  return house.db.transaction(subtree(ROOT), async (tx) => {
    const { account_id: accountId } = await getAccount(tx, login)
    if (!(await removeFactor(tx, accountId))) throw new Problem('access.factor-missing')
    const ended = await endSessions(tx, accountId)
    await note(tx, house, 'account.reset-factor', accountId, { ended })
    return ended
  })
}

/** Where somebody is signed in. */
export async function sessionsOf(house: OperatorHouse, login: string): Promise<SessionLine[]> {
  return house.db.transaction(
    subtree(ROOT),
    async (tx) => listSessions(tx, (await getAccount(tx, login)).account_id, house.now()),
    { readOnly: true },
  )
}

/**
 * Signs somebody out: of one session, or everywhere.
 * @param id of the session, as listed
 * @returns how many sessions ended
 */
export async function signOutOf(house: OperatorHouse, login: string, id: string | undefined): Promise<number> {
  return house.db.transaction(subtree(ROOT), async (tx) => {
    const { account_id: accountId } = await getAccount(tx, login)
    if (id !== undefined && !(await endSession(tx, accountId, id)))
      throw new Problem('access.unknown-session', { login })
    const ended = id === undefined ? await endSessions(tx, accountId) : 1
    await note(tx, house, 'session.end', accountId, { ended })
    return ended
  })
}

function note(tx: Tx, house: OperatorHouse, kind: string, accountId: number, detail: Record<string, unknown>) {
  const entry = { kind, place: ROOT, subject: 'account', subjectId: accountId, detail }
  return writeEntries(tx, operatorActor(house.now()), [entry], house.chainOf)
}
