import { type ProblemCode, problems } from './problems.ts'
import { fill } from './text.ts'
import { problemsZh } from './texts/problems.zh-CN.ts'

/**
 * What went wrong, in words for the person who must act: what happened and what to do. A Problem is the only kind
 * of refusal that leaves the system; its code is stable for ever, its sentence is translated by code.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly values: Readonly<Record<string, unknown>>
  readonly status: number

  constructor(code: ProblemCode, values: Record<string, unknown> = {}) {
    super(sentence(code, values, 'en'))
    this.name = 'Problem'
    this.code = code
    this.values = values
    this.status = problems[code].status
  }
}

/** The sentence of a problem or fault in a language. */
export function sentence(code: ProblemCode, values: Readonly<Record<string, unknown>>, language: string): string {
  const template = language.startsWith('zh') ? problemsZh[code] : problems[code].en
  return fill(template, values)
}
