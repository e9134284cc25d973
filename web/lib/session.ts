import { useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  choosePost,
  endSessions,
  type sessionAnswer,
  signIn,
  signOut,
  whoAmI,
} from '../../src/platform/access/contract.ts'
import type { Right } from '../../src/platform/http/contract.ts'
import { type AnswerOf, call, useAnswer } from './api.ts'
import { changeLanguage, rememberedLanguage } from './i18n.ts'
import { wire } from './wire.ts'

export type Session = z.output<typeof sessionAnswer>

/**
 * Who is signed in. `session` is missing while it is asked for and when nobody is signed in; `may` says whether the
 * post carries a right (the server decides anyway: this only hides what would be refused).
 */
export function useSession(): { session: Session | undefined; loading: boolean; may: (right: Right) => boolean } {
  const { data, isPending } = useAnswer(whoAmI, {}, { staleTime: 60_000 })
  if (data) wire.pageToken = data.pageToken
  return {
    session: data,
    loading: isPending,
    may: (right) =>
      right === 'public' || (data !== undefined && (right === 'signed-in' || data.rights.includes(right))),
  }
}

/**
 * Signs in; the answer is the session, known to all pages at once. Where the account has a second factor and no code is
 * given the refusal is `access.code-needed`.
 */
export function useSignIn() {
  const client = useQueryClient()
  return async (login: string, password: string, code?: string): Promise<Session> => {
    const session = await call(signIn, { body: { login, password, ...(code === undefined ? {} : { code }) } })
    client.clear()
    take(client, session)
    if (!rememberedLanguage()) changeLanguage(session.account.language)
    return session
  }
}

/**
 * Signs out, here or everywhere, leaves the pages by `leave`, and forgets everything that was loaded for this person. The pages are left
 * first: otherwise they would ask again at once for what was forgotten.
 */
export function useSignOut() {
  const client = useQueryClient()
  return async (leave: () => Promise<void>, { everywhere = false } = {}): Promise<void> => {
    await (everywhere ? call(endSessions, {}) : call(signOut, {}))
    wire.pageToken = undefined
    await leave()
    client.clear()
  }
}

/** Acts under another post: everything seen before belonged to the old one and is forgotten. */
export function useChoosePost() {
  const client = useQueryClient()
  return async (post: number): Promise<void> => {
    const session = await call(choosePost, { body: { post } })
    client.removeQueries({
      predicate: (query) => query.queryKey[0] !== 'pack.show' && query.queryKey[0] !== 'pack.about',
    })
    take(client, session)
  }
}

function take(client: ReturnType<typeof useQueryClient>, session: AnswerOf<typeof whoAmI>): void {
  wire.pageToken = session.pageToken
  client.setQueryData([whoAmI.id, {}], session)
}
