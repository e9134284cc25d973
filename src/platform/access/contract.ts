import { z } from 'zod'
import { route } from '../http/contract.ts'

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
  body: z.object({ login: z.string().min(1).max(100), password: z.string().min(1).max(200) }).strict(),
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
