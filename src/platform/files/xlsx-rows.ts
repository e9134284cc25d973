import { Problem } from '../../kernel/problem.ts'
import type { Batch, CellNote, SheetLimits } from './sheet.ts'
import { asNumber, dateText } from './xlsx-styles.ts'
import { elements, richText } from './xlsx-texts.ts'
import { unescapeText, XmlCursor } from './xml.ts'
import { damaged, inflate, type ZipPart } from './zip.ts'

/** What the cells of a sheet refer to. */
export type Workbook = {
  readonly path: string
  /** Texts by number. */
  readonly texts: readonly string[]
  /** How each cell style shows a number. */
  readonly styles: Uint8Array
  readonly from1904: boolean
  readonly limits: SheetLimits
}

/** The format allows no more. */
const LAST_ROW = 1_048_576
/** A number has 15 certain digits in a spreadsheet; what is longer was rounded when it was typed. */
const DIGITS_END = 1e15
const BATCH_CELLS = 100_000
/** Stands for every type that is text. */
const TEXT = 1
const MERGED_LIMIT = 10_000

/** Reads the rows of one sheet in the order of the file. See `Sheet.rows` for what is thrown. */
export async function* sheetRows(workbook: Workbook, part: ZipPart): AsyncGenerator<Batch> {
  const scanner = new RowScanner(workbook, part.name)
  const rowLimit = workbook.limits.lineBytes * 8
  let delivered = false
  for await (const { buffer, end } of elements(inflate(workbook.path, part), 'row', rowLimit, part.name)) {
    scanner.open(buffer, end)
    for (let done = false; !done; ) {
      let problem: unknown
      try {
        done = scanner.scan()
      } catch (error) {
        problem = error
      }
      if (scanner.rows.length > 0) {
        delivered = true
        yield scanner.take()
      }
      // What stands before the damage is delivered before it is reported.
      if (problem !== undefined) throw problem
    }
  }
  if (!scanner.ended) throw damaged(part.name)
  if (!delivered) throw new Problem('file.empty')
  if (scanner.merged.length > 0) yield { firstRow: 0, rows: [], numbers: [], notes: scanner.merged }
}

class RowScanner {
  rows: string[][] = []
  numbers: number[] = []
  notes: CellNote[] = []
  readonly merged: CellNote[] = []
  /** Whether the end of the sheet was seen; else the file was cut. */
  ended = false
  readonly #book: Workbook
  readonly #cursor: XmlCursor
  readonly #dates = new Map<number, string | undefined>()
  #row = 0
  #count = 0
  /** Cells in this batch, empty ones included: a few bytes of XML can ask for two thousand of those. */
  #cells = 0
  /** The cell being read. */
  #column = 0
  #style = 0
  #type = 0
  #formula = false

  constructor(book: Workbook, part: string) {
    this.#book = book
    this.#cursor = new XmlCursor(part)
  }

  take(): Batch {
    const { rows, numbers, notes } = this
    this.rows = []
    this.numbers = []
    this.notes = []
    this.#cells = 0
    return notes.length > 0 ? { firstRow: numbers[0]!, rows, numbers, notes } : { firstRow: numbers[0]!, rows, numbers }
  }

  /** Begins with a stretch of XML that is cut behind a row. */
  open(buffer: Buffer, end: number): void {
    this.#cursor.open(buffer, 0, end)
  }

  /**
   * Reads on; false when there is more but the batch is full. Sizes that the sheet declares, such as `dimension`, are
   * not believed.
   */
  scan(): boolean {
    const cursor = this.#cursor
    while (cursor.tag()) {
      if (!cursor.closing && cursor.is('row')) this.#readRow()
      else if (!cursor.closing && cursor.is('mergeCell')) this.#readMerged()
      else {
        const root = cursor.is('worksheet')
        const { closing } = cursor
        cursor.skipAttributes()
        if (root && closing) this.ended = true
      }
      if (this.#cells > BATCH_CELLS) return false
    }
    return true
  }

  #readRow(): void {
    const cursor = this.#cursor
    let number = this.#row + 1
    while (cursor.attribute()) {
      if (cursor.attributeTo - cursor.attributeFrom === 1 && cursor.buffer[cursor.attributeFrom] === 114) {
        number = whole(cursor.buffer, cursor.valueFrom, cursor.valueTo)
      }
    }
    if (!(number >= 1 && number <= LAST_ROW)) throw damaged(cursor.part)
    this.#row = number
    this.#count++
    if (this.#count > this.#book.limits.rows) throw new Problem('file.too-many-rows', { limit: this.#book.limits.rows })
    if (cursor.selfClosed) return
    const cells: string[] = []
    const notes = this.notes.length
    let filled = false
    this.#column = -1
    for (;;) {
      if (!cursor.tag()) throw damaged(cursor.part)
      if (cursor.closing) {
        const done = cursor.is('row')
        cursor.skipAttributes()
        if (done) break
        continue
      }
      if (!cursor.is('c')) {
        cursor.skipAttributes()
        cursor.skipElement()
        continue
      }
      const text = this.#readCell()
      if (text === '' && !this.#formula) continue
      const column = this.#column
      if (column >= this.#book.limits.columns) {
        throw new Problem('file.too-many-columns', { row: number, limit: this.#book.limits.columns })
      }
      while (cells.length < column) cells.push('')
      cells[column] = text
      filled = true
      if (this.#formula) this.#note('formula')
    }
    if (filled || this.notes.length > notes) {
      this.#cells += cells.length
      this.rows.push(cells)
      this.numbers.push(number)
    }
  }

  /** Reads a cell whose start tag was found; leaves where it stands and whether it is a formula. */
  #readCell(): string {
    const cursor = this.#cursor
    this.#column++
    this.#style = 0
    this.#type = 0
    this.#formula = false
    while (cursor.attribute()) {
      if (cursor.attributeTo - cursor.attributeFrom !== 1) continue
      const { buffer, valueFrom, valueTo } = cursor
      const name = buffer[cursor.attributeFrom]
      if (name === 114) this.#column = columnOf(buffer, valueFrom, valueTo)
      else if (name === 115) this.#style = whole(buffer, valueFrom, valueTo)
      // Types of one letter are s, b, e, n and d; the longer ones, str and inlineStr, are texts.
      else if (name === 116) this.#type = valueTo - valueFrom === 1 ? buffer[valueFrom]! : TEXT
    }
    if (this.#column < 0) throw damaged(cursor.part)
    let text = ''
    if (cursor.selfClosed) return text
    for (;;) {
      if (!cursor.tag()) throw damaged(cursor.part)
      if (cursor.closing) {
        const done = cursor.is('c')
        cursor.skipAttributes()
        if (done) return text
      } else if (cursor.is('v')) {
        cursor.skipAttributes()
        if (!cursor.selfClosed) text = this.#value()
      } else if (cursor.is('is')) {
        cursor.skipAttributes()
        if (!cursor.selfClosed) text = richText(cursor, 'is')
      } else {
        if (cursor.is('f')) this.#formula = true
        cursor.skipAttributes()
        cursor.skipElement()
      }
    }
  }

  /** The text of the value at the cursor. */
  #value(): string {
    const cursor = this.#cursor
    const type = this.#type
    // Most values are whole numbers (texts are referred to by number), read without making a string of them.
    const from = cursor.at
    let number = 0
    let i = from
    for (; i < cursor.end; i++) {
      const digit = cursor.buffer[i]! - 48
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
    }
    const digits = i - from
    const isWhole = digits > 0 && digits < 16 && cursor.buffer[i] === 60 && cursor.buffer[i + 1] === 47
    if (type === 115) {
      const text = isWhole ? this.#book.texts[number] : undefined
      if (text === undefined) throw damaged(cursor.part)
      cursor.at = i
      return text
    }
    if (type === 0 || type === 110) {
      if (isWhole) {
        cursor.at = i
        return this.#numberText(number)
      }
      const raw = cursor.text().trim()
      const value = raw === '' ? Number.NaN : Number(raw)
      return Number.isFinite(value) ? this.#numberText(value) : raw
    }
    const text = cursor.text()
    if (type === 98) return text.trim() === '1' ? 'TRUE' : text.trim() === '0' ? 'FALSE' : text
    if (type === 101) this.#note('error')
    if (type === 100) return text.replace(/T00:00:00(\.0+)?Z?$/, '')
    return unescapeText(text)
  }

  #numberText(value: number): string {
    const kind = this.#book.styles[this.#style] ?? asNumber
    if (kind === asNumber) {
      if (value >= DIGITS_END || value <= -DIGITS_END) this.#note('lost-digits')
      return String(value)
    }
    if (!Number.isInteger(value)) return dateText(value, kind, this.#book.from1904) ?? String(value)
    // A year has 365 days and a column thousands of births: dates repeat.
    const key = value * 4 + kind
    let text = this.#dates.get(key)
    if (text === undefined) {
      text = dateText(value, kind, this.#book.from1904) ?? String(value)
      if (this.#dates.size < 100_000) this.#dates.set(key, text)
    }
    return text
  }

  #note(kind: CellNote['kind']): void {
    this.notes.push({ row: this.#row, column: this.#column, kind })
  }

  #readMerged(): void {
    const cursor = this.#cursor
    while (cursor.attribute()) {
      if (cursor.attributeName() !== 'ref') continue
      const range = /^([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?$/.exec(cursor.value())
      if (!range) throw damaged(cursor.part)
      const [column, toColumn] = [columnNumber(range[1]!), columnNumber(range[3] ?? range[1]!)]
      const row = Number(range[2])
      if (this.merged.length >= MERGED_LIMIT) continue
      this.merged.push({ row, column, kind: 'merged', toRow: Number(range[4] ?? row), toColumn })
    }
  }
}

/** A whole number written in digits; NaN for anything else. */
function whole(buffer: Buffer, from: number, to: number): number {
  let number = from < to && to - from < 10 ? 0 : Number.NaN
  for (let i = from; i < to; i++) {
    const digit = buffer[i]! - 48
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : Number.NaN
  }
  return number
}

/** The column (from 0) of a reference such as `AB12`; -1 when it is none. */
function columnOf(buffer: Buffer, from: number, to: number): number {
  let column = 0
  for (let i = from; i < to && i < from + 4; i++) {
    const letter = buffer[i]! - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}

function columnNumber(letters: string): number {
  let column = 0
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}
