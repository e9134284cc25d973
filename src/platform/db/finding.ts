import type { ProblemCode } from '../../kernel/problems.ts'

/** What a check found, as a sentence of the catalogue; `check` is its stable name. */
export type Finding = {
  readonly check: string
  readonly ok: boolean
  readonly sentence: { readonly code: ProblemCode; readonly values: Readonly<{ [name: string]: unknown }> }
}

/** A finding that holds `value` when all is well, else the sentence of a problem. */
export function finding(check: string, ok: boolean, value: string, code: ProblemCode, values = {}): Finding {
  return {
    check,
    ok,
    sentence: ok ? { code: 'check.in-order', values: { value } } : { code, values: { value, ...values } },
  }
}
