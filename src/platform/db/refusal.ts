import { Problem } from '../../kernel/problem.ts'

type PostgresError = Error & { code?: string; constraint?: string; syscall?: string }

// What the database refuses for a reason that a person can act on. The constraint is the rule; this is its sentence.
const byConstraint: Record<string, () => Problem> = {
  account_login_key: () => new Problem('access.login-taken', { login: '' }),
}

const busy = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08001',
  '53100',
])

/** Turns a refusal of the database into a Problem; anything unknown stays what it is and becomes `server.failed`. */
export function postgresProblem(error: unknown): unknown {
  const { code, constraint, message, syscall } = error as PostgresError
  if (constraint && byConstraint[constraint]) return byConstraint[constraint]()
  if ((code && busy.has(code)) || syscall === 'connect' || /Connection terminated|not queryable/.test(message ?? '')) {
    return new Problem('server.busy')
  }
  // A character that no text can hold, such as zero. Requests are checked for it; files may bring one from afar.
  if (code === '22021' || code === '22P05') {
    return new Problem('request.invalid', { detail: 'a text contains a character that is no character' })
  }
  if (code === '40001' || code === '40P01') return new Problem('request.conflict')
  return error
}
