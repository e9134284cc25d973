import { createHash } from 'node:crypto'
import { sql, type Tx } from '../db/database.ts'

/** What the database knows of a token: 32 bytes of SHA-256. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Names a session in lists and addresses without opening it: the hash in hex. */
export const sessionIdOf = (token: string): string => hashOfToken(token).toString('hex')

export type SessionLine = {
  /** As by `sessionIdOf`. */
  id: string
  role: string
  place_name: string
  created_at: Date
  seen_at: Date
  expires_at: Date
  agent: string
}

/** The living sessions of an account, the one seen last first. */
export async function listSessions(tx: Tx, accountId: number, now: Date): Promise<SessionLine[]> {
  return tx.all<SessionLine>(sql`
    select encode(s.token_hash, 'hex') as id, p.role, l.name as place_name, s.created_at, s.seen_at, s.expires_at,
           s.agent
    from session s join post p using (post_id) join place l on l.code = p.place_code
    where s.account_id = ${accountId} and s.expires_at > ${now}
    order by s.seen_at desc, s.created_at desc, s.token_hash`)
}

/** Ends one session of an account. Says whether there was such a one. */
export async function endSession(tx: Tx, accountId: number, id: string): Promise<boolean> {
  return (
    (await tx.run(sql`
      delete from session where token_hash = ${Buffer.from(id, 'hex')} and account_id = ${accountId}`)) > 0
  )
}

/**
 * Ends the sessions of an account: all of them, or all but the one of a token.
 * @returns how many there were
 */
export async function endSessions(tx: Tx, accountId: number, but?: string): Promise<number> {
  const others = but === undefined ? sql`true` : sql`token_hash <> ${hashOfToken(but)}`
  return tx.run(sql`delete from session where account_id = ${accountId} and ${others}`)
}
