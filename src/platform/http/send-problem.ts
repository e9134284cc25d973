import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem, sentence } from '../../kernel/problem.ts'
import { postgresProblem } from '../db/refusal.ts'
import { detail, languageOf } from './language.ts'

type Told = { readonly defaultLanguage: string; readonly report: (reference: string, error: unknown) => void }

// What Fastify itself refuses, before a handler is reached.
const framework: Record<string, (language: string) => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('request.too-large', { limit: '1 MiB' }),
  FST_REQ_FILE_TOO_LARGE: () => new Problem('request.too-large', { limit: 'the allowed size' }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (language) =>
    new Problem('request.invalid', { detail: detail('json-expected', language) }),
}

/**
 * Answers with problem+json (RFC 9457): code, sentence in the caller's language, and the values in it. What is not a
 * Problem is told to the operator under a reference and to the caller as `server.failed`.
 */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, told: Told): FastifyReply {
  const language = languageOf(request, told)
  const problem = asProblem(postgresProblem(error), request, told, language)
  if (problem.code === 'request.too-many') reply.header('retry-after', String(problem.values.seconds))
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({
      type: `/help/problems#${problem.code}`,
      title: sentence(problem.code, problem.values, language),
      status: problem.status,
      code: problem.code,
      values: problem.values,
    })
}

function asProblem(error: unknown, request: FastifyRequest, told: Told, language: string): Problem {
  if (error instanceof Problem) return error
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string }
  if (code && framework[code]) return framework[code](language)
  // The form reader's own errors have no code: an upload that broke off, or that is no form at all.
  if (/multipart|Unexpected end of (form|file)|Part terminated early|Malformed part header/i.test(message ?? ''))
    return new Problem('request.invalid', { detail: detail('form-broken', language) })
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new Problem('request.invalid', { detail: message ?? '' })
  told.report(request.id, error)
  return new Problem('server.failed', { reference: request.id })
}
