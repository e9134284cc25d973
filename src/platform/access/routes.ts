import { dayOf } from '../../kernel/calendar.ts'
import type { Tx } from '../db/database.ts'
import { fulfil, fulfilAfter, type Route } from '../http/handler.ts'
import { postsHeld, setLanguage } from './accounts.ts'
import type { Caller } from './caller.ts'
import { chooseLanguage, choosePost, proveAgain, signIn, signOut, whoAmI } from './contract.ts'
import type { Sessions } from './sessions.ts'

export function accessRoutes(sessions: Sessions, utcOffset: number): Route[] {
  const answer = async (tx: Tx, caller: Caller, token: string, now: Date) => {
    const posts = await postsHeld(tx, caller.accountId, dayOf(now, utcOffset))
    const briefs = posts.map((post) => ({
      id: post.post_id,
      role: post.role,
      place: { code: post.place_code, name: post.place_name, level: post.level },
    }))
    return {
      account: { login: caller.login, name: caller.name, language: caller.language },
      post: briefs.find((post) => post.id === caller.postId)!,
      posts: briefs,
      rights: [...caller.rights].sort(),
      factor: caller.factor ?? 'none',
      temporary: caller.temporary ?? false,
      pageToken: sessions.pageToken(token),
    }
  }

  return [
    fulfilAfter(
      signIn,
      ({ body }, { agent }) => sessions.open(body.login, body, agent),
      async ({ tx, now, setSession, audit }, { before: { token, caller } }) => {
        setSession(token)
        audit({ kind: 'session.open', place: caller.place, subject: 'account', subjectId: caller.accountId })
        return answer(tx, caller, token, now)
      },
    ),

    fulfil(whoAmI, async ({ tx, caller, token, now }) => answer(tx, caller, token!, now)),

    fulfil(choosePost, async ({ tx, caller, token, now }, { body }) => {
      const chosen = await sessions.choosePost(tx, token!, caller, body.post)
      return answer(tx, chosen, token!, now)
    }),

    fulfil(chooseLanguage, async ({ tx, caller }, { body }) => {
      await setLanguage(tx, caller.accountId, body.language)
      return { language: body.language }
    }),

    fulfilAfter(
      proveAgain,
      ({ body }, { caller }) => sessions.proveAgain(caller!, body),
      async ({ tx, token, now }, { before: shown }) => {
        if (shown) await sessions.keepProof(tx, token!, now)
        return {}
      },
    ),

    fulfil(signOut, async ({ tx, caller, token, setSession, audit }) => {
      await sessions.close(tx, token!)
      setSession(undefined)
      audit({ kind: 'session.close', place: caller.place, subject: 'account', subjectId: caller.accountId })
      return {}
    }),
  ]
}
