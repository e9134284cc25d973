import { z } from 'zod'
import type { Contract } from './contract.ts'

/**
 * The JSON schema by which an answer is written. Only what it lists leaves: a field that a query returns by mistake
 * is dropped here.
 */
export function answerSchema(contract: Contract): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(contract.answer, {
    target: 'draft-7',
    io: 'output',
    unrepresentable: 'throw',
  })
  return schema
}
