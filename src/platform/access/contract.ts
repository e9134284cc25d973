import { z } from 'zod'
import { route } from '../http/contract.ts'

/** Six digits of the device, or a recovery code, with or without its dashes. */
const code = z.string().min(1).max(40)

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
  /** What the post carries; nothing of it can be done while a second factor is wanted. */
  rights: z.array(z.string()),
  factor: z.enum(['on', 'none', 'wanted']),
  /** The password was set by somebody else: nothing can be done before it is changed. */
  temporary: z.boolean(),
  /** To be sent back as `x-page-token` with every change. */
  pageToken: z.string(),
})

export const signIn = route({
  id: 'session.open',
  method: 'POST',
  path: '/api/session',
  summary: 'Sign in with name and password, and a code where the account has a second factor',
  right: 'public',
  body: z.object({ login: z.string().min(1).max(100), password, code: code.optional() }).strict(),
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

export const proveAgain = route({
  id: 'session.prove',
  method: 'POST',
  path: '/api/session/proof',
  summary:
    'Before a grave act show who you are: by a code where you have a second factor, else the password; by nothing, ask whether that is needed',
  right: 'signed-in',
  body: z.object({ password: password.optional(), code: code.optional() }).strict(),
  answer: z.object({}),
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

export const showFactor = route({
  id: 'account.show-factor',
  method: 'GET',
  path: '/api/account/second-factor',
  summary: 'Whether you have a second factor, and how many recovery codes are left',
  right: 'signed-in',
  answer: z.object({ since: z.string().nullable(), recoveryLeft: z.number(), demanded: z.boolean() }),
})

export const beginFactor = route({
  id: 'account.begin-factor',
  method: 'POST',
  path: '/api/account/second-factor',
  summary: 'Make the secret of a second factor; it counts once a code of it is confirmed',
  right: 'signed-in',
  body: z.object({ password }).strict(),
  answer: z.object({
    /** Base32, for devices without a camera. */
    secret: z.string(),
    /** What the square code holds. */
    address: z.string(),
  }),
})

export const confirmFactor = route({
  id: 'account.confirm-factor',
  method: 'PUT',
  path: '/api/account/second-factor',
  summary: 'Take the second factor into use; all your other sessions end',
  right: 'signed-in',
  body: z.object({ code }).strict(),
  answer: z.object({ recovery: z.array(z.string()), ended: z.number() }),
})

export const renewRecovery = route({
  id: 'account.renew-recovery',
  method: 'POST',
  path: '/api/account/second-factor/recovery',
  summary: 'Make new recovery codes; those before are void',
  right: 'signed-in',
  body: z.object({ password, code }).strict(),
  answer: z.object({ recovery: z.array(z.string()) }),
})

export const removeFactor = route({
  id: 'account.remove-factor',
  method: 'POST',
  path: '/api/account/second-factor/removal',
  summary: 'Give up the second factor, where your role does not demand it',
  right: 'signed-in',
  body: z.object({ password, code }).strict(),
  answer: z.object({}),
})
