import { Problem } from '../../kernel/problem.ts'
import { fulfil, fulfilAfter, type Route } from '../http/handler.ts'
import { lockUnchanged, setPassword } from './accounts.ts'
import { changePassword, endSession, endSessions, listSessions } from './contract.ts'
import { hashPassword } from './password.ts'
import * as list from './session-list.ts'
import type { Sessions } from './sessions.ts'

/** What everybody may do about the own account: its password, and where it is signed in. */
export function ownAccountRoutes(sessions: Sessions): Route[] {
  return [
    fulfil(listSessions, async ({ tx, caller, token, now }) => {
      const here = list.sessionIdOf(token!)
      const lines = await list.listSessions(tx, caller.accountId, now)
      return {
        sessions: lines.map((line) => ({
          id: line.id,
          current: line.id === here,
          agent: line.agent,
          role: line.role,
          place: line.place_name,
          openedAt: line.created_at.toISOString(),
          seenAt: line.seen_at.toISOString(),
          endsAt: line.expires_at.toISOString(),
        })),
      }
    }),

    fulfil(endSession, async ({ tx, caller, token, setSession, audit }, { params }) => {
      if (!(await list.endSession(tx, caller.accountId, params.session))) throw new Problem('request.not-found')
      if (params.session === list.sessionIdOf(token!)) setSession(undefined)
      audit({
        kind: 'session.end',
        place: caller.place,
        subject: 'account',
        subjectId: caller.accountId,
        detail: { ended: 1 },
      })
      return {}
    }),

    fulfil(endSessions, async ({ tx, caller, token, setSession, audit }, { query }) => {
      const stays = query.keep === 'this'
      const ended = await list.endSessions(tx, caller.accountId, stays ? token! : undefined)
      if (!stays) setSession(undefined)
      audit({
        kind: 'session.end',
        place: caller.place,
        subject: 'account',
        subjectId: caller.accountId,
        detail: { ended },
      })
      return { ended }
    }),

    fulfilAfter(
      changePassword,
      async ({ body: { password, fresh } }, { caller }) => {
        const account = await sessions.prove(caller!, { password, factor: 'not-asked' })
        if (fresh.normalize('NFC') === password.normalize('NFC')) throw new Problem('access.same-password')
        return { account, passwordHash: await hashPassword(fresh, account.login) }
      },
      async ({ tx, caller, token, audit }, { before: { account, passwordHash } }) => {
        // Somebody else may have set another meanwhile; the one that was proved is then not the present one.
        if (!(await lockUnchanged(tx, account))) throw new Problem('access.wrong-password')
        await setPassword(tx, account.account_id, passwordHash, false)
        const ended = await list.endSessions(tx, account.account_id, token!)
        audit({
          kind: 'account.change-password',
          place: caller.place,
          subject: 'account',
          subjectId: account.account_id,
          detail: { ended },
        })
        return { ended }
      },
    ),
  ]
}
