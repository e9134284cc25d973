import type { ProblemCode } from '../../../kernel/problems.ts'

/** What is wrong with a row: the code of the sentence, the field it is about, and what the sentence needs. */
export type RowFault = {
  readonly code: ProblemCode
  readonly field?: string
  readonly values: Readonly<Record<string, unknown>>
}
