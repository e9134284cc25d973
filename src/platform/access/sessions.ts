import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Day, dayOf } from '../../kernel/calendar.ts'
import { NOWHERE, subtree } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import { type Database, type Statement, sql, type Tx } from '../db/database.ts'
import { type Account, clearFailures, lockUnchanged, postsHeld } from './accounts.ts'
import { type Caller, demandProof } from './caller.ts'
import { createCredentials, type Shown } from './credentials.ts'
import { createRecentCallers } from './recent-callers.ts'
import { hashOfToken } from './session-list.ts'
import type { Vault } from './vault.ts'

const HOURS = 3_600_000
export const SESSION_HOURS = 12

/** What sessions need to know of the rest of the house. */
export type AccessSettings = {
  readonly now: () => Date
  readonly utcOffset: number
  /** Key for the tokens that prove that a change comes from our own page. */
  readonly tokenKey: Buffer
  readonly vault: Vault
  /** Whether a role may be acted under only with a second factor. */
  readonly demandsFactor: (role: string) => boolean
  /** The rights of a role on this installation; none for a role the pack does not know. */
  readonly rightsOf: (role: string) => ReadonlySet<string>
}

export type Sessions = ReturnType<typeof createSessions>

const sessionStatement: Statement = {
  name: 'session',
  text: `select s.account_id, a.login, a.name, a.language, s.post_id, p.role, p.place_code, s.seen_at,
                s.expires_at, coalesce(s.proved_at, s.created_at) as proved_at, a.password_temporary as temporary,
                f.account_id is not null as has_factor
         from session s join account a using (account_id) join post p using (post_id)
           left join second_factor f on f.account_id = s.account_id and f.confirmed_at is not null
         where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null
           and p.from_on <= $3 and (p.to_on is null or p.to_on > $3)`,
}

// To the minute is enough for a list of sessions, and spares a write with every request.
const SEEN_EVERY_MS = 60_000
const seenStatement: Statement = {
  name: 'session-seen',
  text: 'update session set seen_at = $2 where token_hash = $1',
}

type SessionRow = {
  account_id: number
  login: string
  name: string
  language: string
  post_id: number
  role: string
  place_code: string
  seen_at: Date
  expires_at: Date
  proved_at: Date
  temporary: boolean
  has_factor: boolean
}

/** Opens, recognises and closes sessions. The token lives in a cookie; the database knows its hash only. */
export function createSessions(db: Database, settings: AccessSettings) {
  const today = (): Day => dayOf(settings.now(), settings.utcOffset)
  const credentials = createCredentials(db, settings.vault, settings.now)
  const recent = createRecentCallers({ writes: db.writes, now: settings.now, today })

  return {
    /**
     * Checks a password, and the code where there is a second factor, and opens a session under the account's highest
     * post.
     * @returns the token for the cookie
     */
    open(
      login: string,
      { password, code }: { password: string; code?: string | undefined },
      agent: string,
    ): Promise<{ token: string; caller: Caller }> {
      const shown = { password, code, factor: 'asked' } as const
      return credentials.prove(login, shown, 'access.wrong-credentials', async (account) => {
        const now = settings.now()
        const token = randomBytes(32).toString('base64url')
        await db.transaction(NOWHERE, async (tx) => {
          // A password that was changed meanwhile ended all sessions; this one must not come after.
          if (!(await lockUnchanged(tx, account))) throw new Problem('access.wrong-credentials')
          await clearFailures(tx, account.account_id)
          const [post] = await postsHeld(tx, account.account_id, today())
          if (!post) throw new Problem('access.no-post')
          await tx.run(sql`
          insert into session (token_hash, account_id, post_id, created_at, seen_at, expires_at, agent)
          values (${hashOfToken(token)}, ${account.account_id}, ${post.post_id}, ${now}, ${now},
                  ${new Date(now.getTime() + SESSION_HOURS * HOURS)}, ${agent.slice(0, 200)})`)
        })
        return { token, caller: (await this.find(token))! }
      })
    },

    demandsFactor: settings.demandsFactor,

    /** The caller's account, when what is shown fits. Wrong ones count as at sign-in. */
    prove(caller: Caller, shown: Shown): Promise<Account> {
      return credentials.prove(caller.login, shown, 'access.wrong-password', async (account) => account)
    },

    /**
     * As `prove`, by what is shown before a grave act: the code where there is a second factor, else the password. Where
     * nothing is shown it throws when something has to be.
     * @returns whether something was shown
     */
    async proveAgain(caller: Caller, { password, code }: Omit<Shown, 'factor'>): Promise<boolean> {
      if (password === undefined && code === undefined) {
        demandProof(caller, settings.now())
        return false
      }
      if (caller.factor === 'on') {
        if (code === undefined) throw new Problem('access.code-needed')
        await this.prove(caller, { code, factor: 'asked' })
      } else await this.prove(caller, { password: password ?? '', factor: 'not-asked' })
      return true
    },

    /** Remembers that whoever holds this session has just proved who they are. */
    async keepProof(tx: Tx, token: string, now: Date): Promise<void> {
      await tx.run(sql`update session set proved_at = ${now} where token_hash = ${hashOfToken(token)}`)
    },

    /** Whose token this is, or nothing when the session is over, the account closed or the post ended. */
    async find(token: string | undefined): Promise<Caller | undefined> {
      if (!token) return undefined
      const now = settings.now()
      const known = recent.get(token)
      if (known) return known
      const writes = db.writes()
      const [row] = await db.once<SessionRow>(sessionStatement, [hashOfToken(token), now, today()])
      if (!row) return undefined
      const seenLong = now.getTime() - row.seen_at.getTime() >= SEEN_EVERY_MS
      if (seenLong) await db.once(seenStatement, [hashOfToken(token), now])
      const caller = callerOf(row, settings)
      const seenAt = seenLong ? now : row.seen_at
      recent.keep(token, caller, {
        writes,
        from: now,
        until: Math.min(row.expires_at.getTime(), seenAt.getTime() + SEEN_EVERY_MS),
        on: today(),
      })
      return caller
    },

    /** Acts under another post that the account holds. Returns the caller as of then. */
    async choosePost(tx: Tx, token: string, caller: Caller, postId: number): Promise<Caller> {
      const posts = await postsHeld(tx, caller.accountId, today())
      const post = posts.find((one) => one.post_id === postId)
      if (!post) throw new Problem('request.not-found')
      await tx.run(sql`update session set post_id = ${postId} where token_hash = ${hashOfToken(token)}`)
      return callerOf(
        {
          ...post,
          account_id: caller.accountId,
          login: caller.login,
          name: caller.name,
          language: caller.language,
          has_factor: caller.factor === 'on',
          proved_at: caller.provedAt!,
          temporary: caller.temporary ?? false,
        },
        settings,
      )
    },

    async close(tx: Tx, token: string): Promise<void> {
      await tx.run(sql`delete from session where token_hash = ${hashOfToken(token)}`)
    },

    /** Sessions that have run out are of no use to anybody. */
    async sweep(tx: Tx): Promise<number> {
      return tx.run(sql`delete from session where expires_at <= ${settings.now()}`)
    },

    /** The proof that our own page must send with every change; bound to the session. */
    pageToken(token: string): string {
      return createHmac('sha256', settings.tokenKey).update(token).digest('base64url')
    },

    pageTokenFits(token: string, sent: string | undefined): boolean {
      const expected = Buffer.from(this.pageToken(token))
      const given = Buffer.from(sent ?? '')
      return expected.length === given.length && timingSafeEqual(expected, given)
    },
  }
}

function callerOf(row: Omit<SessionRow, 'seen_at' | 'expires_at'>, settings: AccessSettings): Caller {
  return {
    accountId: row.account_id,
    login: row.login,
    name: row.name,
    language: row.language,
    postId: row.post_id,
    role: row.role,
    place: row.place_code,
    scope: subtree(row.place_code),
    rights: settings.rightsOf(row.role),
    temporary: row.temporary,
    provedAt: row.proved_at,
    factor: row.has_factor ? 'on' : settings.demandsFactor(row.role) ? 'wanted' : 'none',
  }
}
