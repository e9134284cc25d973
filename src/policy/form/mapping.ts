import { fold } from '../fold.ts'
import type { Form } from '../pack.ts'
import { columnsOf } from './columns.ts'

/** What a heading of a spreadsheet probably means. */
export type Guess = {
  readonly heading: string
  /** The field, if one is likely. */
  readonly field?: string
  /** 1: the heading is a name of the field as written; below: after brackets, numbers or signs were left out; 0: none. */
  readonly score: number
}

/**
 * Guesses the field behind each heading: names in any language, ids and further headings of the form, compared
 * without spaces, punctuation, brackets and case. Each field is given once, to the heading that fits it best; of equals
 * the first wins, so a doubled heading shows up as one without a field.
 */
export function guessMapping(form: Form, headings: readonly string[]): Guess[] {
  const exact = new Map<string, string>()
  const loose = new Map<string, string>()
  for (const { field } of columnsOf(form)) {
    for (const word of [field.id, ...Object.values(field.name), ...(field.headings ?? [])]) {
      exact.set(fold(word), exact.get(fold(word)) ?? field.id)
      const core = squeeze(word)
      if (core !== '') loose.set(core, loose.get(core) ?? field.id)
    }
  }
  const offers = headings.flatMap((heading, index) => {
    const found: { index: number; field: string; score: number }[] = []
    const offer = (field: string | undefined, score: number) => field && found.push({ index, field, score })
    offer(exact.get(fold(heading)), 1)
    offer(loose.get(squeeze(heading)), 0.9)
    offer(loose.get(squeeze(withoutNumber(heading))), 0.8)
    return found
  })
  const guesses: Guess[] = headings.map((heading) => ({ heading, score: 0 }))
  const used = new Set<string>()
  for (const { index, field, score } of offers.sort((a, b) => b.score - a.score || a.index - b.index)) {
    if (used.has(field) || guesses[index]!.field) continue
    used.add(field)
    guesses[index] = { heading: headings[index]!, field, score }
  }
  return guesses
}

/** Letters and digits only, without what stands in brackets (units, mostly) and the star of needed columns. */
function squeeze(heading: string): string {
  return fold(heading)
    .replace(/[([{\u3010\u3014\u300a<][^)\]}\u3011\u3015\u300b>]*[)\]}\u3011\u3015\u300b>]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Without the number that paper forms put in front: `A1`, `12.`, `3、`. */
function withoutNumber(heading: string): string {
  return fold(heading).replace(/^(?:[a-z]?\d{1,3}(?:[.-]\d{1,3})*)[\s.,:\u3001)\u2013-]*/u, '')
}
