import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'

/**
 * What makes a spreadsheet program take a text for a formula, the full-width forms included; behind any number of
 * quotes, because such a text must get one more, or reading could not tell it from one that was given a quote.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
const dangerous = /^'*[=+\-@\t\r\n\u0000\uff1d\uff0b\uff0d\uff20]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
const guarded = /^'+[=+\-@\t\r\n\u0000\uff1d\uff0b\uff0d\uff20]/
const plainNumber = /^[+-]?\d{1,15}(\.\d{1,15})?$/

/** A text that no spreadsheet program runs as a formula: one quote before what would be. Numbers such as -3 stay. */
export function guard(text: string): string {
  return dangerous.test(text) && !plainNumber.test(text) ? `'${text}` : text
}

/** Undoes exactly what `guard` does: `unguard(guard(text)) === text` for every text. */
export function unguard(text: string): string {
  return guarded.test(text) ? text.slice(1) : text
}

/**
 * What must stand in quotes: RFC 4180, and what a reader could otherwise take for something else (another delimiter,
 * a byte order mark, `sep=`, a web page, padding that programs trim).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
const needsQuotes = /[",;|\u0000-\u001f\ufeff]|^\s|\s$|^sep=|^</i

/**
 * One row of CSV with its line end. Cells are guarded against being run as formulas. UTF-8 has no half pairs and no
 * CSV reader takes NUL, so these become U+FFFD, the sign for what cannot be shown.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    if (i > 0) line += ','
    if (cell === null) continue
    if (typeof cell === 'number') {
      line += cell
      continue
    }
    const text = guard(cell.replaceAll('\u0000', '\ufffd').toWellFormed())
    line += needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  // A lone empty cell would be an empty line, which readers pass over.
  return cells.length === 1 && line === '' ? '""\r\n' : `${line}\r\n`
}

const PIECE = 64 * 1024

/**
 * Writes rows as CSV in UTF-8 to a stream and ends it. Waits whenever the receiver is slower, so memory stays flat.
 *
 * @param options.mark writes a byte order mark, without which Excel does not see that a file is UTF-8: on for people
 *   (the default), off for programs
 * @returns the number of rows written, the heading row included
 * @throws what the rows throw, or the receiver's error; the stream is then destroyed
 */
export async function writeCsv(
  out: Writable,
  rows: AsyncIterable<readonly (string | number | null)[]> | Iterable<readonly (string | number | null)[]>,
  options: { mark?: boolean } = {},
): Promise<{ rows: number }> {
  // Also keeps an error of the receiver from ending the process: it is thrown here instead.
  const done = finished(out, { readable: false })
  done.catch(() => {})
  let written = 0
  let piece = options.mark === false ? '' : '\ufeff'
  try {
    for await (const row of rows) {
      piece += csvLine(row)
      written++
      if (piece.length < PIECE) continue
      // A receiver that goes away never drains: then its closing ends the waiting.
      if (!out.write(piece)) await Promise.race([once(out, 'drain'), done])
      piece = ''
    }
    out.end(piece)
    await done
    return { rows: written }
  } catch (error) {
    out.destroy(error as Error)
    throw error
  }
}
