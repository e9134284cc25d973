import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate as breathe } from 'node:timers/promises'
import type ExcelJS from 'exceljs'
import { Problem } from '../../kernel/problem.ts'
import { escapeText } from './xml.ts'

/**
 * A column of a sheet to write. `text` cells have the text format, so that a program does not turn an ID into a number
 * or a code into a date, also in the empty rows of a template.
 */
export type OutColumn = {
  readonly heading: string
  readonly kind?: 'text' | 'number'
  /** In characters; without it by the heading. */
  readonly width?: number
  /** The only values that people may enter; the program offers them as a list. */
  readonly choices?: readonly string[]
  /** Shown when the pointer rests on the heading. */
  readonly note?: string
}

/** A cell: texts are written as texts, never as formulas; numbers as numbers. */
export type OutCell = string | number | null

/** A row; `faults` colours cells (columns from 0) and says why in a comment. */
export type OutRow = { readonly cells: readonly OutCell[]; readonly faults?: readonly OutFault[] }
export type OutFault = { readonly column: number; readonly sentence: string }

/** A sheet of plain text, for explanations. The first row is bold. */
export type TextSheet = { readonly name: string; readonly rows: readonly (readonly string[])[] }

/** The format has room for one row less than this below the headings. */
const LAST_ROW = 1_048_576
const LONGEST_TEXT = 32_767
/** Programs become very slow with more comments; the colour and the last column still show every fault. */
const COMMENTS = 2_000
/** Bytes that may wait to be packed. */
const BACKLOG = 1024 * 1024

const bold = { bold: true }
const headingFill = fill('FFE8EEF4')
const faultFill = fill('FFFFD9D2')
// One object for all cells alike: the writer knows a style again by its object, and computes any other anew.
const styles = {
  text: { good: { numFmt: '@' }, fault: { numFmt: '@', fill: faultFill } },
  number: { good: {}, fault: { fill: faultFill } },
}

/**
 * Writes a workbook to a stream and ends it: the sheet with a frozen heading row, a sheet of explanations if wanted.
 * Rows are written as they come; memory stays flat, also when the receiver is slow.
 *
 * @param book.faultHeading gives the sheet one more last column, with the sentences of the row's faults
 * @returns the number of rows below the heading
 * @throws Problem `file.too-many-rows` beyond 1,048,575 rows; what the rows throw; the receiver's error. The stream is
 *   then destroyed.
 */
export async function writeXlsx(
  out: Writable,
  book: {
    sheet: string
    columns: readonly OutColumn[]
    rows: AsyncIterable<OutRow> | Iterable<OutRow>
    faultHeading?: string
    explanations?: TextSheet
  },
): Promise<{ rows: number }> {
  // Loaded when needed: it takes a third of a second, which every start of the command line would pay.
  const { default: Excel } = await import('exceljs')
  const workbook = new Excel.stream.xlsx.WorkbookWriter({
    stream: out,
    useStyles: true,
    useSharedStrings: false,
  })
  workbook.creator = workbook.lastModifiedBy = 'Fourbeams'
  // Also keeps an error of the receiver from ending the process: it is thrown here instead.
  const done = finished(out, { readable: false })
  done.catch(() => {})
  try {
    const sheet = workbook.addWorksheet(sheetName(book.sheet), { views: [{ state: 'frozen', ySplit: 1 }] })
    const columns: readonly OutColumn[] = book.faultHeading
      ? [...book.columns, { heading: book.faultHeading, width: 60 }]
      : book.columns
    sheet.columns = columns.map(({ heading, kind, width }) => ({
      width: width ?? Math.min(40, Math.max(10, displayWidth(heading) + 3)),
      style: styles[kind ?? 'text'].good,
    }))
    writeHeadings(sheet, columns)
    offerChoices(workbook, sheet, columns)
    let rows = 0
    let comments = 0
    for await (const { cells, faults = [] } of book.rows) {
      rows++
      if (rows >= LAST_ROW) throw new Problem('file.too-many-rows', { limit: LAST_ROW - 1 })
      const row = sheet.addRow([])
      for (let i = 0; i < cells.length; i++) {
        const value = cellValue(cells[i]!)
        if (value === null) continue
        const cell = row.getCell(i + 1)
        cell.value = value
        cell.style = styles[columns[i]?.kind ?? 'text'].good
      }
      for (const { column, sentence } of faults) {
        const cell = row.getCell(column + 1)
        cell.style = styles[columns[column]?.kind ?? 'text'].fault
        if (comments++ < COMMENTS) cell.note = plainText(sentence)
      }
      if (book.faultHeading && faults.length > 0) {
        const sentences = [...new Set(faults.map(({ sentence }) => sentence))].join('\n')
        row.getCell(columns.length).value = cellValue(sentences)
      }
      row.commit()
      if (rows % 100 === 0) await caughtUp(sheet, out, done)
    }
    sheet.commit()
    if (book.explanations) writeTexts(workbook, book.explanations)
    await Promise.race([workbook.commit(), done])
    await done
    return { rows }
  } catch (error) {
    out.destroy(error as Error)
    throw error
  }
}

type WorksheetWriter = ReturnType<InstanceType<typeof ExcelJS.stream.xlsx.WorkbookWriter>['addWorksheet']>

function writeHeadings(sheet: WorksheetWriter, columns: readonly OutColumn[]): void {
  const row = sheet.getRow(1)
  for (const [index, { heading, note }] of columns.entries()) {
    const cell = row.getCell(index + 1)
    cell.value = cellValue(heading)
    cell.font = bold
    cell.fill = headingFill
    cell.alignment = { wrapText: true, vertical: 'top' }
    if (note) cell.note = plainText(note)
  }
  row.commit()
}

/** The lists of choices stand in a sheet that programs do not show: within the rule itself only 255 characters fit. */
function offerChoices(
  workbook: InstanceType<typeof ExcelJS.stream.xlsx.WorkbookWriter>,
  sheet: WorksheetWriter,
  columns: readonly OutColumn[],
): void {
  const lists = columns.flatMap(({ choices }, column) => (choices && choices.length > 0 ? [{ column, choices }] : []))
  if (lists.length === 0) return
  const name = 'choices'
  const hidden = workbook.addWorksheet(name, { state: 'veryHidden' })
  for (let i = 0; i < Math.max(...lists.map(({ choices }) => choices.length)); i++) {
    hidden.addRow(lists.map(({ choices }) => cellValue(choices[i] ?? null))).commit()
  }
  hidden.commit()
  const rules = (sheet as unknown as { dataValidations: { add(range: string, rule: object): void } }).dataValidations
  for (const [index, { column, choices }] of lists.entries()) {
    const [letter, source] = [letters(column), letters(index)]
    rules.add(`${letter}2:${letter}${LAST_ROW}`, {
      type: 'list',
      allowBlank: true,
      showErrorMessage: true,
      formulae: [`${name}!$${source}$1:$${source}$${choices.length}`],
    })
  }
}

function writeTexts(workbook: InstanceType<typeof ExcelJS.stream.xlsx.WorkbookWriter>, texts: TextSheet): void {
  const sheet = workbook.addWorksheet(sheetName(texts.name))
  const count = Math.max(0, ...texts.rows.map((row) => row.length))
  sheet.columns = Array.from({ length: count }, (_, column) => ({
    width: Math.min(80, Math.max(10, ...texts.rows.map((row) => displayWidth(row[column] ?? '') + 2))),
    style: { alignment: { wrapText: true, vertical: 'top' as const } },
  }))
  for (const [index, cells] of texts.rows.entries()) {
    const row = sheet.addRow(cells.map(cellValue))
    if (index === 0) row.font = bold
    row.commit()
  }
  sheet.commit()
}

/** Waits while more is written than packed or received, which the workbook writer itself does not do. */
async function caughtUp(sheet: WorksheetWriter, out: Writable, done: Promise<void>): Promise<void> {
  await breathe()
  if (out.errored || out.destroyed) await done
  const { pipes = [] } = (sheet as unknown as { stream?: { pipes?: OldWritable[] } }).stream ?? {}
  for (const pipe of pipes) {
    while ((pipe._writableState?.length ?? 0) > BACKLOG) await Promise.race([once(pipe, 'drain'), done])
  }
  if (out.writableNeedDrain) await Promise.race([once(out, 'drain'), done])
}

/** The packer inside is a stream of an old make, which tells its backlog only here. */
type OldWritable = Writable & { readonly _writableState?: { readonly length: number } }

function cellValue(value: OutCell): ExcelJS.CellValue {
  if (value === null || value === '') return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  const text = plainText(value)
  // Only this form tells programs to keep the space at the ends.
  return /^\s|\s$|[\r\n]/.test(text) ? { richText: [{ text }] } : text
}

function plainText(text: string): string {
  const escaped = escapeText(text.toWellFormed())
  return escaped.length <= LONGEST_TEXT ? escaped : `${escaped.slice(0, LONGEST_TEXT - 1).toWellFormed()}\u2026`
}

/** Programs refuse these characters and more than 31 of any. */
function sheetName(name: string): string {
  const clean = [
    ...name
      .replaceAll(/[[\]:*?/\\]/g, ' ')
      .replaceAll(/^'|'$/g, '')
      .trim(),
  ]
  return clean.slice(0, 31).join('') || 'Sheet'
}

/** Characters of East Asian scripts take twice the room. */
function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += character.codePointAt(0)! >= 0x2e80 ? 2 : 1
  return width
}

function letters(column: number): string {
  return (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26))
}

function fill(argb: string): ExcelJS.Fill {
  return { type: 'pattern', pattern: 'solid', fgColor: { argb } }
}
