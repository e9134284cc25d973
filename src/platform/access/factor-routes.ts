import { Problem } from '../../kernel/problem.ts'
import type { Entry } from '../audit/write.ts'
import { fulfil, fulfilAfter, type Route } from '../http/handler.ts'
import type { Caller } from './caller.ts'
import { beginFactor, confirmFactor, removeFactor, renewRecovery, showFactor } from './contract.ts'
import * as factor from './second-factor.ts'
import { endSessions } from './session-list.ts'
import type { Sessions } from './sessions.ts'
import { base32, otpAddress } from './totp.ts'
import type { Vault } from './vault.ts'

const ISSUER = 'Fourbeams'

/** Setting up one's second factor, renewing its recovery codes, and giving it up. */
export function factorRoutes(sessions: Sessions, vault: Vault): Route[] {
  const entry = (kind: string, { place, accountId }: Caller, detail: Record<string, unknown> = {}): Entry => ({
    kind,
    place,
    subject: 'account',
    subjectId: accountId,
    detail,
  })

  return [
    fulfil(showFactor, async ({ tx, caller }) => {
      const state = await factor.findFactor(tx, caller.accountId)
      const on = state?.confirmed_at ? state : undefined
      return {
        since: on?.confirmed_at?.toISOString() ?? null,
        recoveryLeft: on?.recovery_left ?? 0,
        demanded: sessions.demandsFactor(caller.role),
      }
    }),

    fulfilAfter(
      beginFactor,
      ({ body: { password } }, { caller }) => sessions.prove(caller!, { password, factor: 'not-asked' }),
      async ({ tx, caller, now }) => {
        const secret = await factor.beginFactor(tx, vault, caller.accountId, now)
        if (!secret) throw new Problem('access.factor-there')
        return { secret: base32(secret), address: otpAddress(secret, caller.login, ISSUER) }
      },
    ),

    fulfil(confirmFactor, async ({ tx, caller, token, now, audit }, { body }) => {
      const state = await factor.findFactor(tx, caller.accountId)
      if (state?.confirmed_at) throw new Problem('access.factor-there')
      if (!state) throw new Problem('access.factor-missing')
      if (!(await factor.confirmFactor(tx, vault, caller.accountId, body.code, now))) {
        throw new Problem('access.wrong-code')
      }
      const recovery = await factor.renewRecovery(tx, caller.accountId)
      // They were opened with the password alone.
      const ended = await endSessions(tx, caller.accountId, token!)
      audit(entry('account.set-factor', caller, { ended }))
      return { recovery, ended }
    }),

    fulfilAfter(
      renewRecovery,
      ({ body }, { caller }) => sessions.prove(caller!, { ...body, factor: 'asked' }),
      async ({ tx, caller, audit }) => {
        if (!(await factor.findFactor(tx, caller.accountId))?.confirmed_at) throw new Problem('access.factor-missing')
        audit(entry('account.renew-recovery', caller))
        return { recovery: await factor.renewRecovery(tx, caller.accountId) }
      },
    ),

    fulfilAfter(
      removeFactor,
      ({ body }, { caller }) => sessions.prove(caller!, { ...body, factor: 'asked' }),
      async ({ tx, caller, audit }) => {
        if (sessions.demandsFactor(caller.role)) throw new Problem('access.factor-demanded')
        if (!(await factor.removeFactor(tx, caller.accountId))) throw new Problem('access.factor-missing')
        audit(entry('account.remove-factor', caller))
        return {}
      },
    ),
  ]
}
