import { NOWHERE } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import type { Database } from '../db/database.ts'
import { type Account, countFailure, findAccount } from './accounts.ts'
import { passwordFits } from './password.ts'
import { createSignInGuard } from './sign-in-guard.ts'

const MOST_FAILURES = 5
const LOCK_MINUTES = 15

/** Where a password is checked: at sign-in, and again before it is changed. Both count towards the same lock. */
export function createCredentials(db: Database, now: () => Date) {
  const guard = createSignInGuard(MOST_FAILURES)

  return {
    /**
     * Does `work` for whoever knows the password of an open account, before anybody else is heard under the same name.
     * Throws `access.locked` while there were too many wrong passwords, else `refusal` when the password does not fit.
     */
    prove<T>(
      login: string,
      password: string,
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
          await passwordFits(undefined, password)
          throw new Problem('access.locked', { until: lockedUntil.toISOString() })
        }
        if (!(await passwordFits(usable?.password_hash, password))) {
          const until = new Date(at.getTime() + LOCK_MINUTES * 60_000)
          if (usable) {
            await db.transaction(NOWHERE, (tx) => countFailure(tx, usable.account_id, MOST_FAILURES, until))
          } else guard.countStranger(login, until)
          throw new Problem(refusal)
        }
        return work(usable!)
      })
    },
  }
}
