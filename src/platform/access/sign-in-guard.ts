const MOST_STRANGERS = 10_000

/**
 * What stands before the password check. Sign-ins under one name wait for each other, so that a burst of guesses gets
 * no more tries than one after the other would; and names without an account are locked like those with one. Kept in
 * memory: a restart forgets strangers, not the accounts, whose failures stand in the database.
 */
export function createSignInGuard(mostFailures: number) {
  const turns = new Map<string, Promise<unknown>>()
  const strangers = new Map<string, { failed: number; lockedUntil: Date | undefined }>()
  const keyOf = (login: string) => login.trim().toLowerCase()

  return {
    /** Runs `work` after everything that was begun earlier under the same name. */
    inTurn<T>(login: string, work: () => Promise<T>): Promise<T> {
      const key = keyOf(login)
      const before = turns.get(key) ?? Promise.resolve()
      const mine = before.then(work, work)
      turns.set(key, mine)
      const leave = () => {
        if (turns.get(key) === mine) turns.delete(key)
      }
      mine.then(leave, leave)
      return mine
    },

    strangerLockedUntil(login: string): Date | undefined {
      return strangers.get(keyOf(login))?.lockedUntil
    },

    /** Counts a failure under a name that nobody can sign in with; locked until `until` when there were too many. */
    countStranger(login: string, until: Date): void {
      const key = keyOf(login)
      const failed = (strangers.get(key)?.failed ?? 0) + 1
      const full = failed >= mostFailures
      // Written anew each time, so that the oldest stand first and are forgotten first.
      strangers.delete(key)
      strangers.set(key, { failed: full ? 0 : failed, lockedUntil: full ? until : undefined })
      if (strangers.size > MOST_STRANGERS) strangers.delete(strangers.keys().next().value!)
    },
  }
}
