/**
 * What a spreadsheet on disk looks like to the rest of the house, whether it is XLSX or CSV. Rows come in batches,
 * because a promise for each row would cost more than the row.
 */
export type Sheet = {
  readonly kind: 'xlsx' | 'csv'
  /** The encoding that was found: `utf-8`, `utf-16le`, `utf-16be` or `gb18030`; always `utf-8` for XLSX. */
  readonly encoding: string
  /** CSV only: the character between cells. */
  readonly delimiter?: string
  /** XLSX only: the names of all sheets that hold cells, in the order of the workbook. */
  readonly sheets?: readonly string[]
  /** XLSX only: the name of the sheet that `rows` reads. */
  readonly sheet?: string
  /**
   * Reads from the beginning, each time it is called. Throws a Problem where the file is damaged, after everything
   * that stands before the damage has been delivered; a file without any text is `file.empty`.
   */
  rows(): AsyncGenerator<Batch>
}

/** Some rows that stand near each other. A row in which no cell has text is not delivered, but it is counted. */
export type Batch = {
  /** The number of the first row here (0 when there is none), counted from 1 as a spreadsheet program shows it. */
  readonly firstRow: number
  /** Cells as text, untrimmed; a row ends with its last filled cell, so rows may be shorter than the heading row. */
  readonly rows: string[][]
  /** The number of each row. */
  readonly numbers: number[]
  /** What the reader noticed about single cells. */
  readonly notes?: CellNote[]
}

/**
 * - `formula`: the text is the result stored with a formula (empty when none was stored)
 * - `lost-digits`: a number of more than 15 digits, typed as a number: the program kept only 15 of them
 * - `error`: an error value such as `#N/A`
 * - `merged`: only the first cell of this range has the text. Known at the end of the file only, so these notes come
 *   in a last batch that has no rows
 */
export type CellNoteKind = 'formula' | 'lost-digits' | 'error' | 'merged'

/** A note on a cell, or on the range from it to `toRow` and `toColumn`. Rows count from 1, columns from 0. */
export type CellNote = {
  readonly row: number
  readonly column: number
  readonly kind: CellNoteKind
  readonly toRow?: number
  readonly toColumn?: number
}

/** How far a reader goes before it refuses a file. Bytes unless said otherwise. */
export type SheetLimits = {
  /** One line, or one cell in quotes with all its lines. */
  readonly lineBytes: number
  readonly columns: number
  readonly rows: number
  /** All parts of an XLSX together, after inflating. */
  readonly inflatedBytes: number
  /** How many times its packed size a part may grow, once it is larger than `ratioFromBytes`. */
  readonly ratio: number
  readonly ratioFromBytes: number
  /** Parts in the archive. */
  readonly parts: number
  /** Distinct texts of an XLSX, which must stay in memory: their number and their bytes. */
  readonly texts: number
  readonly textBytes: number
}

const MiB = 1024 * 1024

export const sheetLimits: SheetLimits = {
  lineBytes: MiB,
  columns: 2_000,
  rows: 10_000_000,
  inflatedBytes: 2048 * MiB,
  ratio: 200,
  ratioFromBytes: 64 * MiB,
  parts: 10_000,
  texts: 5_000_000,
  textBytes: 256 * MiB,
}

/**
 * A copy of a cell's text that does not hold its surroundings in memory. The engine makes a cut-out of 13 characters
 * or more point into the text it was cut from: whoever keeps cells beyond their batch (the IDs of a million rows)
 * would keep the whole file. Use this on what is kept.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
