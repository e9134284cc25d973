import { setImmediate as breathe } from 'node:timers/promises'
import ExcelJS from 'exceljs'
import { type Counted, headings, households } from './sheet-work.ts'

/** The work of the spreadsheet scenarios that is done by exceljs; apart, so that only its own process pays for it. */

/** Writes a workbook as office programs do: texts shared, days as numbers with a date format. */
export async function makeXlsx(path: string, rows: number): Promise<void> {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true, useStyles: true })
  const sheet = book.addWorksheet('Households')
  sheet.columns = headings.map((header, k) => ({ header, style: k % 6 === 3 ? { numFmt: 'yyyy-mm-dd' } : {} }))
  let written = 0
  for (const cells of households(rows)) {
    sheet.addRow(cells).commit()
    if (++written % 500 === 0) await breathe()
  }
  sheet.commit()
  await book.commit()
}

/** The streaming reader of exceljs. */
export async function readExceljs(path: string): Promise<Counted> {
  let rows = 0
  let cells = 0
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, {
    entries: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    styles: 'cache',
    worksheets: 'emit',
  })
  for await (const sheet of reader) {
    for await (const row of sheet) {
      rows++
      for (const value of row.values as ExcelJS.CellValue[]) if (value !== undefined && value !== null) cells++
    }
  }
  return { rows, cells }
}
