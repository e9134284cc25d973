import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { NOWHERE } from '../../kernel/place-code.ts'
import { Problem } from '../../kernel/problem.ts'
import { type Caller, demandProof, demandRight } from '../access/caller.ts'
import type { Sessions } from '../access/sessions.ts'
import { type ChainOf, type Entry, writeEntries } from '../audit/write.ts'
import type { Database } from '../db/database.ts'
import { answerSchema } from './answer-schema.ts'
import type { Contract } from './contract.ts'
import type { Context, Download, Route, Upload } from './handler.ts'
import { readInput } from './input.ts'
import { parseJson } from './json-body.ts'
import { detail, languageOf, rememberCaller } from './language.ts'
import { securityHeaders } from './security-headers.ts'
import { sendProblem } from './send-problem.ts'

export type ServerParts = {
  readonly db: Database
  readonly sessions: Sessions
  readonly chainOf: ChainOf
  readonly routes: readonly Route[]
  readonly now: () => Date
  readonly defaultLanguage: string
  /** Whether browsers reach us by HTTPS; the cookie is then sent only so. */
  readonly secure: boolean
  readonly maxUploadBytes: number
  /** Requests a minute from one address; those where each may be a guess take a twentieth of it. */
  readonly requestsPerMinute: number
  /** Where unexpected errors are told; never to the caller. */
  readonly report: (reference: string, error: unknown) => void
}

/** Name of the session's cookie. */
export const COOKIE = 'fourbeams_session'
const SAFE = new Set(['GET', 'HEAD'])
/** Routes that check a password, a code or a printed token, so that each request may be a guess. */
const GUESSABLE = new Set([
  'session.open',
  'session.prove',
  'account.change-password',
  'account.begin-factor',
  'account.confirm-factor',
  'account.renew-recovery',
  'account.remove-factor',
  'card.check',
])

/**
 * The HTTP application as a value: build it, inject requests or listen, close it. A request is one transaction; the
 * answer leaves after commit, with the listed fields only.
 */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: 1_048_576,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    // Addresses that the router itself refuses, such as a broken percent sign.
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, parts),
  })
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) =>
    parseJson(body),
  )
  await app.register(cookie)
  const security = securityHeaders(parts.secure)
  app.addHook('onRequest', (_request, reply, next) => {
    reply.headers(security)
    next()
  })
  await app.register(multipart, { limits: { files: 1, fields: 10, fileSize: parts.maxUploadBytes } })
  await app.register(rateLimit, {
    max: parts.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, limit) =>
      new Problem('request.too-many', { seconds: Math.ceil(limit.ttl / 1000) }),
  })

  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, parts))
  app.setNotFoundHandler((request, reply) => sendProblem(new Problem('request.not-found'), request, reply, parts))
  for (const route of parts.routes) addRoute(app, route, parts)
  return app
}

function addRoute(app: FastifyInstance, { contract, before, handle }: Route, parts: ServerParts): void {
  // A download may note in the audit what left the house, so it writes.
  const readOnly = contract.method === 'GET' && contract.transfer !== 'download'
  app.route({
    method: contract.method,
    url: contract.path,
    ...(contract.transfer === 'download' ? {} : { schema: { response: { 200: answerSchema(contract) } } }),
    ...(GUESSABLE.has(contract.id) ? { config: { rateLimit: { max: Math.ceil(parts.requestsPerMinute / 20) } } } : {}),
    handler: async (request, reply) => {
      const token = request.cookies[COOKIE]
      const caller = await parts.sessions.find(token)
      rememberCaller(request, caller)
      const language = languageOf(request, parts)
      demandRight(caller, contract.right)
      if (!SAFE.has(request.method)) demandOwnPage(request, token, caller, parts)
      const input = readInput(contract, request, language)
      if (isGrave(contract, input.query)) demandProof(caller!, parts.now())
      const upload = contract.transfer === 'upload' ? await readUpload(request, language) : undefined
      const agent = request.headers['user-agent'] ?? ''
      const found = await before?.({ ...input, ...(upload ? { upload } : {}) } as never, { agent, caller })

      const entries: Entry[] = []
      const later: (() => void | Promise<void>)[] = []
      const answer = await parts.db.transaction(
        caller?.scope ?? NOWHERE,
        async (tx) => {
          const context: Context = {
            tx,
            caller: caller as Caller,
            now: parts.now(),
            requestId: request.id,
            token,
            language,
            audit: (entry) => entries.push(entry),
            afterCommit: (work) => later.push(work),
            setSession: (fresh) => setCookie(reply, fresh, parts),
          }
          const result = await handle(context, { ...input, ...(upload ? { upload } : {}), before: found } as never)
          if (entries.length > 0) {
            const actor = {
              accountId: caller?.accountId ?? null,
              postId: caller?.postId ?? null,
              requestId: request.id,
              at: context.now,
            }
            writeEntries(tx, actor, entries, parts.chainOf)
          }
          return result
        },
        // A read that leaves a trace in the audit, such as showing an identity number, is declared as POST.
        { readOnly, bulk: contract.bulk ?? false },
      )
      for (const work of later) await work()
      if (contract.transfer === 'download') return sendDownload(reply, answer as Download)
      return reply.header('cache-control', 'no-store').send(answer)
    },
  })
}

function isGrave({ grave }: Contract, query: unknown): boolean {
  return grave === 'always' || (grave !== undefined && (query as Record<string, unknown>)[grave.query] === grave.is)
}

/** A change counts only when it comes from our own page: the cookie alone does not prove that. */
function demandOwnPage(
  request: FastifyRequest,
  token: string | undefined,
  caller: Caller | undefined,
  parts: ServerParts,
): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Problem('access.bad-token')
  if (!caller || !token) return
  const sent = request.headers['x-page-token']
  if (!parts.sessions.pageTokenFits(token, typeof sent === 'string' ? sent : undefined))
    throw new Problem('access.bad-token')
}

function setCookie(reply: FastifyReply, token: string | undefined, parts: ServerParts): void {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: parts.secure } as const
  if (token) reply.setCookie(COOKIE, token, options)
  else reply.clearCookie(COOKIE, options)
}

async function readUpload(request: FastifyRequest, language: string): Promise<Upload> {
  const file = request.isMultipart() ? await request.file() : undefined
  if (!file) throw new Problem('request.invalid', { detail: detail('form-expected', language) })
  // A part may come without a name; a name may hold what no column can.
  const fileName = (file.filename ?? '').replace(/\p{Cc}/gu, '').toWellFormed()
  return { fileName: [...fileName].slice(0, 200).join('') || 'file', content: file.file }
}

function sendDownload(reply: FastifyReply, download: Download) {
  return reply
    .header('cache-control', 'no-store')
    .header('content-type', download.type)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(download.fileName)}`)
    .send(download.content)
}
