import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Problem } from '../../kernel/problem.ts'
import type { Contract } from './contract.ts'
import { detail, wordsOf } from './language.ts'

/**
 * Checks params, query and body against the contract. An unknown filter is refused, never ignored.
 * @param language of the words in the refusal
 */
export function readInput(
  contract: Contract,
  request: FastifyRequest,
  language: string,
): { params: unknown; query: unknown; body: unknown } {
  return {
    params: check(contract.params, request.params ?? {}, 'path', language),
    query: checkQuery(contract.query, request.query as Record<string, unknown>, language),
    body: contract.transfer === 'upload' ? {} : check(contract.body, request.body ?? {}, 'body', language),
  }
}

function checkQuery(schema: z.ZodType, query: Record<string, unknown>, language: string): unknown {
  const result = schema.safeParse(query, wordsOf(language))
  if (result.success) return storable(result.data, 'query', language)
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const shape = (schema as unknown as { shape?: Record<string, unknown> }).shape ?? {}
      throw new Problem('request.unknown-filter', { name: issue.keys[0], known: Object.keys(shape).join(', ') || '–' })
    }
  }
  throw invalid(result.error, 'query', language)
}

function check(schema: z.ZodType, value: unknown, where: string, language: string): unknown {
  const result = schema.safeParse(value, wordsOf(language))
  if (result.success) return storable(result.data, where, language)
  throw invalid(result.error, where, language)
}

/** Refuses texts that no column can hold: with the character zero, or with half a pair of surrogates. */
function storable(value: unknown, where: string, language: string): unknown {
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\u0000')) {
      throw new Problem('request.invalid', { detail: detail('unstorable', language, { at: where }) })
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) storable(part, `${where}.${name}`, language)
  }
  return value
}

function invalid(error: z.ZodError, where: string, language: string): Problem {
  const [issue] = error.issues
  const at = [where, ...(issue?.path ?? [])].join('.')
  // In every language the words end with what came instead.
  const missing = issue?.code === 'invalid_type' && /undefined$/.test(issue.message)
  return new Problem('request.invalid', {
    detail: missing ? detail('missing', language, { at }) : `${at}: ${issue?.message ?? ''}`,
  })
}
