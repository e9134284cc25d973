import { z } from 'zod'
import { route } from '../http/contract.ts'

/** Longest password taken: more would only cost time to hash. */
const password = z.string().min(1).max(200)

export const sessionAnswer = z.object({
  account: z.object({ login: z.string(), name: z.string(), language: z.string() }),
  post: z.object({
    id: z.number(),
    role: z.string(),
    place: z.object({ code: z.string(), name: z.string(), level: z.number() }),
  }),
  posts: z.array(
    z.object({
      id: z.number(),
      role: z.string(),
      place: z.object({ code: z.string(), name: z.string(), level: z.number() }),
    }),
  ),
  rights: z.array(z.string()),
  /** To be sent back as `x-page-token` with every change. */
  pageToken: z.string(),
})

export const signIn = route({
  id: 'session.open',
  method: 'POST',
  path: '/api/session',
  summary: 'Sign in with name and password',
  right: 'public',
  body: z.object({ login: z.string().min(1).max(100), password }).strict(),
  answer: sessionAnswer,
})

export const whoAmI = route({
  id: 'session.show',
  method: 'GET',
  path: '/api/session',
  summary: 'Who is signed in, under which post, with which rights',
  right: 'signed-in',
  answer: sessionAnswer,
})

export const choosePost = route({
  id: 'session.choose-post',
  method: 'PUT',
  path: '/api/session/post',
  summary: 'Act under another of your posts',
  right: 'signed-in',
  body: z.object({ post: z.number().int() }).strict(),
  answer: sessionAnswer,
})

export const chooseLanguage = route({
  id: 'session.choose-language',
  method: 'PUT',
  path: '/api/session/language',
  summary: 'Keep the language of the screens',
  right: 'signed-in',
  body: z.object({ language: z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,2}$/) }).strict(),
  answer: z.object({ language: z.string() }),
})

export const signOut = route({
  id: 'session.close',
  method: 'DELETE',
  path: '/api/session',
  summary: 'Sign out',
  right: 'signed-in',
  answer: z.object({}),
})

export const listSessions = route({
  id: 'session.list',
  method: 'GET',
  path: '/api/sessions',
  summary: 'Where you are signed in, the device seen last first',
  right: 'signed-in',
  answer: z.object({
    sessions: z.array(
      z.object({
        id: z.string(),
        /** The session that asks. */
        current: z.boolean(),
        /** The browser's name for itself, as sent at sign-in. */
        agent: z.string(),
        role: z.string(),
        place: z.string(),
        openedAt: z.string(),
        /** Last request, to the minute. */
        seenAt: z.string(),
        endsAt: z.string(),
      }),
    ),
  }),
})

export const endSession = route({
  id: 'session.end',
  method: 'DELETE',
  path: '/api/sessions/:session',
  summary: 'Sign out one of your devices',
  right: 'signed-in',
  params: z.object({ session: z.string().regex(/^[0-9a-f]{64}$/) }).strict(),
  answer: z.object({}),
})

export const endSessions = route({
  id: 'session.end-all',
  method: 'DELETE',
  path: '/api/sessions',
  summary: 'Sign out everywhere, or everywhere but here',
  right: 'signed-in',
  query: z.object({ keep: z.enum(['this']).optional() }).strict(),
  answer: z.object({ ended: z.number() }),
})

export const changePassword = route({
  id: 'account.change-password',
  method: 'PUT',
  path: '/api/account/password',
  summary: 'Change your password; all your other sessions end',
  right: 'signed-in',
  body: z.object({ password, fresh: password }).strict(),
  answer: z.object({ ended: z.number() }),
})
