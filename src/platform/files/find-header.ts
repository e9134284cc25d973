import { Problem } from '../../kernel/problem.ts'

/** Official sheets begin with a title, a unit, a date; a heading row further down than this is none. */
const LOOK_AT = 20

/**
 * A heading as one line: what people break and pad to make it fit its column is taken out of the way. Break and
 * padding become one space, so compare without spaces where a script writes none.
 */
export function headingText(cell: string): string {
  return cell.replaceAll(/\s+/g, ' ').trim()
}

/**
 * Finds the heading row: of the first 20 rows the one with the most known headings, the upper one of equals.
 *
 * @param known says whether a heading (as `headingText` gives it) is one that the caller expects
 * @returns `at`, its index in `rows`; its headings; and those that stand in it more than once, which no mapping by
 *   name can tell apart
 * @throws Problem `file.no-heading`
 */
export function findHeader(
  rows: readonly (readonly string[])[],
  known: (heading: string) => boolean,
): { at: number; headings: string[]; doubled: string[] } {
  let at = -1
  let most = 0
  for (const [index, row] of rows.slice(0, LOOK_AT).entries()) {
    const hits = new Set(row.map(headingText).filter((heading) => heading !== '' && known(heading))).size
    if (hits > most) {
      at = index
      most = hits
    }
  }
  if (at < 0) throw new Problem('file.no-heading', { rows: LOOK_AT })
  const headings = rows[at]!.map(headingText)
  const seen = new Set<string>()
  const doubled = new Set<string>()
  for (const heading of headings) {
    if (heading !== '' && seen.has(heading)) doubled.add(heading)
    seen.add(heading)
  }
  return { at, headings, doubled: [...doubled] }
}

/**
 * Whether a row is a total under the table and no record: its first filled cell is one of the words that the caller
 * gives, spaces within and a colon behind it aside.
 */
export function isTotalRow(row: readonly string[], words: readonly string[]): boolean {
  const first = row.find((cell) => cell.trim() !== '')
  if (first === undefined) return false
  const plain = (text: string) =>
    text
      .replaceAll(/[\s\u3000]+/g, '')
      .replace(/[:\uff1a]$/, '')
      .toLowerCase()
  const cell = plain(first)
  return words.some((word) => plain(word) === cell)
}
