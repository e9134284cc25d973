import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Problem } from '../../kernel/problem.ts'
import type { Contract } from './contract.ts'

/** Checks params, query and body against the contract. An unknown filter is refused, never ignored. */
export function readInput(
  contract: Contract,
  request: FastifyRequest,
): { params: unknown; query: unknown; body: unknown } {
  return {
    params: check(contract.params, request.params ?? {}, 'path'),
    query: checkQuery(contract.query, request.query as Record<string, unknown>),
    body: contract.transfer === 'upload' ? {} : check(contract.body, request.body ?? {}, 'body'),
  }
}

function checkQuery(schema: z.ZodType, query: Record<string, unknown>): unknown {
  const result = schema.safeParse(query)
  if (result.success) return storable(result.data, 'query')
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const shape = (schema as unknown as { shape?: Record<string, unknown> }).shape ?? {}
      throw new Problem('request.unknown-filter', { name: issue.keys[0], known: Object.keys(shape).join(', ') || '–' })
    }
  }
  throw invalid(result.error, 'query')
}

function check(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value)
  if (result.success) return storable(result.data, where)
  throw invalid(result.error, where)
}

/** Refuses texts that no column can hold: with the character zero, or with half a pair of surrogates. */
function storable(value: unknown, where: string): unknown {
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\u0000')) {
      throw new Problem('request.invalid', { detail: `${where}: contains a character that is no character` })
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) storable(part, `${where}.${name}`)
  }
  return value
}

function invalid(error: z.ZodError, where: string): Problem {
  const [issue] = error.issues
  const at = [where, ...(issue?.path ?? [])].join('.')
  const missing = issue?.code === 'invalid_type' && / undefined$/.test(issue.message)
  return new Problem('request.invalid', { detail: missing ? `${at} is missing` : `${at}: ${issue?.message ?? ''}` })
}
