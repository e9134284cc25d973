import { open } from 'node:fs/promises'
import { Problem } from '../../kernel/problem.ts'
import type { Batch, Sheet, SheetLimits } from './sheet.ts'
import { textChunks } from './text-chunks.ts'
import { findEncoding } from './text-encoding.ts'

/** What may stand between cells, the likelier first. */
const delimiters = [',', '\t', ';', '|'] as const
/** Rows that the guess of the delimiter looks at. */
const SAMPLE_ROWS = 20

/**
 * Opens a CSV or TSV file: finds its encoding and its delimiter (`sep=` in the first line is obeyed, as spreadsheet
 * programs do). Throws `file.empty`, `file.nul-byte`, `file.unknown-encoding`, `file.web-page`.
 */
export async function openCsv(path: string, limits: SheetLimits): Promise<Sheet> {
  const file = await open(path)
  const { encoding, markBytes } = await findEncoding(file).finally(() => file.close())
  let sample: string | undefined
  for await (const chunk of textChunks(path, encoding, markBytes, limits.lineBytes)) {
    sample = chunk.text
    break
  }
  if (sample === undefined) throw new Problem('file.empty')
  if (/^\s*<(!doctype|html|head|meta|table|\?xml|style)\b/i.test(sample.slice(0, 500)))
    throw new Problem('file.web-page')
  const named = /^sep=([\x20-\x7e\t])(\r\n|\n|\r)/i.exec(sample)
  const delimiter = named?.[1] ?? guessDelimiter(sample, limits)
  const unit = encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1
  const start = markBytes + (named ? named[0].length * unit : 0)
  return {
    kind: 'csv',
    encoding,
    delimiter,
    rows: () => csvRows(textChunks(path, encoding, start, limits.lineBytes), delimiter, limits),
  }
}

async function* csvRows(
  chunks: AsyncIterable<{ text: string; tooLong: boolean }>,
  delimiter: string,
  limits: SheetLimits,
): AsyncGenerator<Batch> {
  const splitter = new CsvSplitter(delimiter, limits)
  let delivered = false
  for await (const { text, tooLong } of chunks) {
    if (tooLong) splitter.refuseLine()
    else splitter.feed(text)
    if (splitter.rows.length > 0) {
      delivered = true
      yield splitter.take()
    }
    if (splitter.problem) throw splitter.problem
  }
  splitter.finish()
  if (splitter.problem) throw splitter.problem
  if (!delivered) throw new Problem('file.empty')
}

/** The delimiter that splits the first rows into the most cells, most steadily; a comma when there is one column. */
function guessDelimiter(sample: string, limits: SheetLimits): string {
  let best = ','
  let bestScore = 0
  for (const delimiter of delimiters) {
    const splitter = new CsvSplitter(delimiter, { ...limits, columns: Number.POSITIVE_INFINITY }, SAMPLE_ROWS)
    splitter.feed(sample)
    const frequency = new Map<number, number>()
    for (const { length } of splitter.rows) frequency.set(length, (frequency.get(length) ?? 0) + 1)
    let score = 0
    for (const [cells, times] of frequency) score = Math.max(score, (cells - 1) * times)
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

/**
 * Splits text into rows of cells after RFC 4180, and forgives what people's files really contain: any line end, also
 * mixed; a quote inside a cell that does not begin with one is text; text after a closing quote is kept.
 * Lines without any quote take a fast path. A refusal is left in `problem`, so that the rows before it can be taken.
 */
export class CsvSplitter {
  rows: string[][] = []
  numbers: number[] = []
  problem: Problem | undefined
  readonly #delimiter: string
  readonly #delimiterCode: number
  readonly #limits: SheetLimits
  readonly #enough: number
  #row = 0
  /** The beginning of a row whose cell in quotes is not closed yet. */
  #pending = ''

  /** `enough` ends the work after so many rows, for looking at a sample. */
  constructor(delimiter: string, limits: SheetLimits, enough = Number.POSITIVE_INFINITY) {
    this.#delimiter = delimiter
    this.#delimiterCode = delimiter.charCodeAt(0)
    this.#limits = limits
    this.#enough = enough
  }

  /** The rows so far, as a batch; the splitter begins a new one. */
  take(): Batch {
    const batch = { firstRow: this.numbers[0] ?? 0, rows: this.rows, numbers: this.numbers }
    this.rows = []
    this.numbers = []
    return batch
  }

  /** Splits a piece that ends with a line end (the last piece of a file need not). */
  feed(piece: string): void {
    const text = this.#pending === '' ? piece : this.#pending + piece
    this.#pending = ''
    const end = text.length
    // Positions of the next of each kind at or behind `at`; `end` when there is none, so that they are looked for once.
    let feed = -1
    let carriage = -1
    let quote = -1
    let at = 0
    while (at < end && this.problem === undefined && this.rows.length < this.#enough) {
      if (feed < at) feed = find(text, '\n', at)
      if (carriage < at) carriage = find(text, '\r', at)
      if (quote < at) quote = find(text, '"', at)
      const stop = feed < carriage ? feed : carriage
      if (quote < stop) {
        at = this.#splitQuoted(text, at)
        if (at < 0) return
        continue
      }
      const line = text.slice(at, stop)
      if (line.length > this.#limits.lineBytes) this.refuseLine()
      else this.#accept(line === '' ? [] : line.split(this.#delimiter))
      at = stop + (stop === carriage && feed === stop + 1 ? 2 : 1)
    }
  }

  /** To be called behind the last piece: a quote that is still open is a refusal. */
  finish(): void {
    if (this.#pending !== '') this.problem ??= new Problem('file.unclosed-quote', { row: this.#row + 1 })
  }

  /** Refuses the next row for its length. */
  refuseLine(): void {
    this.problem =
      this.#pending === ''
        ? new Problem('file.line-too-long', { row: this.#row + 1, limit: this.#limits.lineBytes })
        : new Problem('file.unclosed-quote', { row: this.#row + 1 })
  }

  #accept(cells: string[]): void {
    this.#row++
    if (cells.length > this.#limits.columns) {
      this.problem = new Problem('file.too-many-columns', { row: this.#row, limit: this.#limits.columns })
      return
    }
    if (this.#row > this.#limits.rows) {
      this.problem = new Problem('file.too-many-rows', { limit: this.#limits.rows })
      return
    }
    if (isEmpty(cells)) return
    this.rows.push(cells)
    this.numbers.push(this.#row)
  }

  /** Splits the row at `at`, some cell of which has a quote. Returns where the next begins, or -1 if it is not complete. */
  #splitQuoted(text: string, at: number): number {
    const end = text.length
    const cells: string[] = []
    let i = at
    for (;;) {
      let cell = ''
      if (text.charCodeAt(i) === 34) {
        let from = i + 1
        for (;;) {
          const close = text.indexOf('"', from)
          if (close < 0) {
            this.#pending = text.slice(at)
            if (this.#pending.length > this.#limits.lineBytes) this.refuseLine()
            return -1
          }
          if (text.charCodeAt(close + 1) === 34) {
            cell += text.slice(from, close + 1)
            from = close + 2
            continue
          }
          cell += text.slice(from, close)
          i = close + 1
          break
        }
      }
      let stop = i
      let code = 0
      for (; stop < end; stop++) {
        code = text.charCodeAt(stop)
        if (code === this.#delimiterCode || code === 10 || code === 13) break
      }
      cells.push(stop === i ? cell : cell + text.slice(i, stop))
      i = stop + 1
      if (stop < end && code === this.#delimiterCode) continue
      this.#accept(cells)
      return code === 13 && text.charCodeAt(i) === 10 ? i + 1 : i
    }
  }
}

function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  return at < 0 ? text.length : at
}

function isEmpty(cells: string[]): boolean {
  for (let i = 0; i < cells.length; i++) if (cells[i] !== '') return false
  return true
}
