import { NOWHERE } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import type { Database } from '../db/database.ts'
import { type Account, countFailure, findAccount } from './accounts.ts'
import { passwordFits } from './password.ts'
import { takeCode } from './second-factor.ts'
import { createSignInGuard } from './sign-in-guard.ts'
import type { Vault } from './vault.ts'

const MOST_FAILURES = 5
const LOCK_MINUTES = 15

/**
 * What somebody shows: the password, and the code of the second factor or that none is asked for here. Who is signed
 * in already may show the code alone.
 */
export type Shown = {
  readonly password?: string | undefined
  readonly code?: string | undefined
  readonly factor: 'asked' | 'not-asked'
}

/** Where passwords and codes are checked: at sign-in, and before they are changed. All count towards the same lock. */
export function createCredentials(db: Database, vault: Vault, now: () => Date) {
  const guard = createSignInGuard(MOST_FAILURES)

  return {
    /**
     * Does `work` for whoever knows the password of an open account, before anybody else is heard under the same name.
     * Throws `access.locked` while there were too many wrong ones, `refusal` when the password does not fit, and where
     * the second factor is asked for `access.code-needed` and `access.wrong-code`.
     */
    prove<T>(
      login: string,
      { password, code, factor }: Shown,
      refusal: 'access.wrong-credentials' | 'access.wrong-password',
      work: (account: Account) => Promise<T>,
    ): Promise<T> {
      return guard.inTurn(login, async () => {
        const account = await db.transaction(NOWHERE, (tx) => findAccount(tx, login))
        const at = now()
        const usable = account && !account.disabled_at ? account : undefined
        // Whoever cannot sign in is locked out like everybody else, or the lock would tell which accounts there are.
        const lockedUntil = usable ? usable.locked_until : guard.strangerLockedUntil(login)
        if (lockedUntil && lockedUntil > at) {
          await passwordFits(undefined, password ?? '')
          throw new Problem('access.locked', { until: lockedUntil.toISOString() })
        }
        const until = new Date(at.getTime() + LOCK_MINUTES * 60_000)
        const fail = (accountId: number) =>
          db.transaction(NOWHERE, (tx) => countFailure(tx, accountId, MOST_FAILURES, until))
        const codeAlone = password === undefined && factor === 'asked' && usable !== undefined
        if (!codeAlone && !(await passwordFits(usable?.password_hash, password ?? ''))) {
          if (usable) await fail(usable.account_id)
          else guard.countStranger(login, until)
          throw new Problem(refusal)
        }
        if (factor === 'asked') {
          // Committed before anything else is done, so that a code is used up even when what it was for fails.
          const taken = await db.transaction(NOWHERE, (tx) => takeCode(tx, vault, usable!.account_id, code, at))
          if (taken === 'missing') throw new Problem('access.code-needed')
          // The factor was given up meanwhile, and nothing else was shown.
          if (taken === 'not-asked' && codeAlone) throw new Problem(refusal)
          if (taken === 'wrong') {
            await fail(usable!.account_id)
            throw new Problem('access.wrong-code')
          }
        }
        return work(usable!)
      })
    },
  }
}
