import { z } from 'zod'
import { route } from '../../http/contract.ts'

const placeCode = z.string().regex(/^[0-9A-Z]{1,40}$/)
const day = z.iso.date()
const role = z.string().min(1).max(60)
const account = z.object({ account: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }).strict()
const post = z.object({
  id: z.number(),
  role: z.string(),
  place: z.object({ code: z.string(), name: z.string(), level: z.number() }),
  from: z.string(),
  /** Day from which no longer in post. */
  to: z.string().nullable(),
})

export const listUsers = route({
  id: 'user.list',
  method: 'GET',
  path: '/api/users',
  summary: 'Who holds a post at your place or below, in the order of places',
  right: 'user.manage',
  query: z
    .object({
      place: placeCode.optional(),
      /** Beginning of a sign-in name or a name. */
      text: z.string().trim().min(1).max(60).optional(),
      role: z
        .string()
        .max(1000)
        .transform((text) => text.split(',').filter(Boolean))
        .optional(),
      /** Without it all posts that have not ended. */
      state: z.enum(['open', 'disabled', 'ended']).optional(),
      /** The `next` of the page before. */
      after: z.string().max(60).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    })
    .strict(),
  answer: z.object({
    users: z.array(
      z.object({
        account: z.number(),
        login: z.string(),
        name: z.string(),
        disabled: z.boolean(),
        /** The password was set by somebody else and has not been changed yet. */
        temporary: z.boolean(),
        factor: z.boolean(),
        post,
      }),
    ),
    next: z.string().nullable(),
  }),
})

export const listRoles = route({
  id: 'user.roles',
  method: 'GET',
  path: '/api/users/roles',
  summary: 'The roles that you may give, and the level at which each sits',
  right: 'user.manage',
  answer: z.object({ roles: z.array(z.object({ id: z.string(), level: z.number() })) }),
})

export const showUser = route({
  id: 'user.show',
  method: 'GET',
  path: '/api/users/:account',
  summary: 'An account: its posts within your reach, where it is signed in, and what you may do about it',
  right: 'user.manage',
  params: account,
  answer: z.object({
    account: z.number(),
    login: z.string(),
    name: z.string(),
    createdAt: z.string(),
    disabledAt: z.string().nullable(),
    lockedUntil: z.string().nullable(),
    temporary: z.boolean(),
    factor: z.boolean(),
    posts: z.array(post.extend({ ended: z.boolean() })),
    /** How many posts it holds outside your reach. */
    elsewhere: z.number(),
    /** Whether you may rule over it, or why not: it is you, it has a post elsewhere, or one that you may not give. */
    manage: z.enum(['yes', 'self', 'elsewhere', 'above']),
    /** Empty for an account that you may not rule over. */
    sessions: z.array(
      z.object({ id: z.string(), agent: z.string(), role: z.string(), openedAt: z.string(), seenAt: z.string() }),
    ),
  }),
})

const newPost = {
  role,
  place: placeCode,
  /** First day in post; today when it is left out. */
  from: day.optional(),
  to: day.optional(),
}

export const addUser = route({
  id: 'user.add',
  method: 'POST',
  path: '/api/users',
  summary: 'Make an account with a post; its password is shown once and must be changed at the first sign-in',
  right: 'user.manage',
  grave: 'always',
  body: z
    .object({
      login: z
        .string()
        .trim()
        .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,59}$/u),
      name: z.string().trim().min(1).max(60),
      ...newPost,
    })
    .strict(),
  answer: z.object({ account: z.number(), password: z.string() }),
})

export const addUserPost = route({
  id: 'user.add-post',
  method: 'POST',
  path: '/api/users/:account/posts',
  summary: 'Give an account one more post',
  right: 'user.manage',
  grave: 'always',
  params: account,
  body: z.object(newPost).strict(),
  answer: z.object({ post: z.number() }),
})

export const endUserPost = route({
  id: 'user.end-post',
  method: 'POST',
  path: '/api/users/:account/posts/:post/end',
  summary: 'End a post, from today or from a later day on',
  right: 'user.manage',
  grave: 'always',
  params: account.extend({ post: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
  body: z.object({ on: day.optional() }).strict(),
  answer: z.object({ to: z.string() }),
})

export const disableUser = route({
  id: 'user.disable',
  method: 'POST',
  path: '/api/users/:account/disable',
  summary: 'Close an account and sign it out everywhere',
  right: 'user.manage',
  grave: 'always',
  params: account,
  answer: z.object({ ended: z.number() }),
})

export const enableUser = route({
  id: 'user.enable',
  method: 'POST',
  path: '/api/users/:account/enable',
  summary: 'Open an account again, also one locked after wrong passwords',
  right: 'user.manage',
  grave: 'always',
  params: account,
  answer: z.object({}),
})

export const resetUserPassword = route({
  id: 'user.reset-password',
  method: 'POST',
  path: '/api/users/:account/password',
  summary: 'Set a password that is shown once and must be changed at the next sign-in; all sessions end',
  right: 'user.manage',
  grave: 'always',
  params: account,
  answer: z.object({ password: z.string(), ended: z.number() }),
})

export const resetUserFactor = route({
  id: 'user.reset-factor',
  method: 'POST',
  path: '/api/users/:account/second-factor/removal',
  summary: 'Take away the second factor of a lost device; all sessions end',
  right: 'user.manage',
  grave: 'always',
  params: account,
  answer: z.object({ ended: z.number() }),
})

export const endUserSessions = route({
  id: 'user.end-sessions',
  method: 'DELETE',
  path: '/api/users/:account/sessions',
  summary: 'Sign somebody out, everywhere or of one session',
  right: 'user.manage',
  grave: 'always',
  params: account,
  query: z
    .object({
      session: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    })
    .strict(),
  answer: z.object({ ended: z.number() }),
})
