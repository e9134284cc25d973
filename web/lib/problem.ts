import { sayOf } from './texts/index.ts'

/**
 * A refusal as the web sees it: the server's problem+json, or the network's silence. `title` is a sentence for the
 * person: what happened and what to do.
 */
export class ApiProblem extends Error {
  readonly code: string
  readonly title: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly values: Readonly<Record<string, unknown>>

  constructor(code: string, title: string, status: number, values: Record<string, unknown> = {}) {
    super(title)
    this.name = 'ApiProblem'
    this.code = code
    this.title = title
    this.status = status
    this.values = values
  }
}

/** No answer came: no network, or the server is not running. */
export function unreachable(): ApiProblem {
  return new ApiProblem('network.unreachable', sayOf('unreachable'), 0)
}

/** Reads the refusal of an answer that is not a success; a foreign answer (a proxy's page, say) gets words too. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const told = (await response.json().catch(() => undefined)) as
    | { code?: string; title?: string; values?: Record<string, unknown> }
    | undefined
  if (told?.code && told.title) return new ApiProblem(told.code, told.title, response.status, told.values)
  return new ApiProblem('network.foreign-answer', sayOf('foreignAnswer', { status: response.status }), response.status)
}

/** Anything that was thrown, as a problem. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem(
    'page.failed',
    sayOf('pageFailed', { detail: error instanceof Error ? error.message : String(error) }),
    0,
  )
}
