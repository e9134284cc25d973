import { randomUUID } from 'node:crypto'
import { dayOf } from '../kernel/calendar.ts'
import { NOWHERE, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'
import { findAccount, postsHeld } from '../platform/access/accounts.ts'
import type { Caller } from '../platform/access/caller.ts'
import { type Entry, writeEntries } from '../platform/audit/write.ts'
import type { Tx } from '../platform/db/database.ts'
import type { House } from './open.ts'
import { operatorCaller } from './operator.ts'

/** What a command does in one transaction, with what it notes for the audit. */
export type Act = { readonly tx: Tx; readonly caller: Caller; readonly now: Date; audit(entry: Entry): void }

/** Runs work in a transaction of the caller's scope, as a request does: audit in the same transaction. */
export async function act<T>(house: House, caller: Caller, work: (act: Act) => Promise<T>): Promise<T> {
  const now = house.settings.now()
  return house.db.transaction(caller.scope, async (tx) => {
    const entries: Entry[] = []
    const result = await work({ tx, caller, now, audit: (entry) => entries.push(entry) })
    const actor = { accountId: caller.accountId, postId: caller.postId, requestId: randomUUID(), at: now }
    if (entries.length > 0) writeEntries(tx, actor, entries, house.register.chainOf)
    return result
  })
}

/** The operator, or the account with this sign-in name under its highest post. */
export async function callerAs(house: House, login: string | undefined): Promise<Caller> {
  const { db, pack, settings } = house
  if (login === undefined) return operatorCaller(pack.languages[0]!)
  return db.transaction(NOWHERE, async (tx) => {
    const account = await findAccount(tx, login)
    if (!account || account.disabled_at) throw new Problem('access.unknown-account', { login })
    const [post] = await postsHeld(tx, account.account_id, dayOf(settings.now(), pack.utcOffset))
    if (!post) throw new Problem('access.no-post')
    return {
      accountId: account.account_id,
      login: account.login,
      name: account.name,
      language: account.language,
      postId: post.post_id,
      role: post.role,
      place: post.place_code,
      scope: subtree(post.place_code),
      rights: new Set(pack.roles.find((role) => role.id === post.role)?.rights ?? []),
    }
  })
}
