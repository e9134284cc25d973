import { Problem } from '../../kernel/problem.ts'

const DEEPEST = 64

/**
 * Reads the JSON of a request. Stricter than the language: a name that stands twice in one object, names that mean the
 * object's own workings, and nesting deeper than any contract are refused, because two readers of such a text need not
 * agree on what it says.
 *
 * Throws `request.invalid`.
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw refuse('the body is empty')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse('the body is not JSON')
  }
  demandPlain(text)
  return value
}

/** Looks through a text that is JSON for what JSON.parse lets pass. */
function demandPlain(text: string): void {
  // One entry for each open bracket: the names so far, or nothing for a list.
  const open: (Set<string> | undefined)[] = []
  // Strings and brackets; numbers, words and spaces lie between and tell nothing.
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[[\]{}]/g)) {
    if (token === '[' || token === '{') {
      open.push(token === '{' ? new Set() : undefined)
      if (open.length > DEEPEST) throw refuse(`the body is nested deeper than ${DEEPEST}`)
    } else if (token === ']' || token === '}') open.pop()
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1)) as string
      const names = open.at(-1)!
      if (names.has(name)) throw refuse(`“${name.slice(0, 60)}” stands twice in the same object`)
      if (name === '__proto__') throw refuse('“__proto__” is no name of a field')
      names.add(name)
    }
  }
}

function refuse(detail: string): Problem {
  return new Problem('request.invalid', { detail })
}
