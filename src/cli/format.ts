import { InvalidArgumentError } from 'commander'

/** `csv` or `xlsx`, by the name of a file. */
export function formatOf(file: string): 'csv' | 'xlsx' {
  if (/\.csv$/i.test(file)) return 'csv'
  if (/\.xlsx$/i.test(file)) return 'xlsx'
  throw new InvalidArgumentError('The file must end in .csv or .xlsx.')
}

/** A file name that says which spreadsheet it will be; refuses any other. */
export function spreadsheetName(file: string): string {
  formatOf(file)
  return file
}
