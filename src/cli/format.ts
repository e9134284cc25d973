import { InvalidArgumentError } from 'commander'

/** `csv` or `xlsx`, by the name of a file. */
export function formatOf(file: string): 'csv' | 'xlsx' {
  if (/\.csv$/i.test(file)) return 'csv'
  if (/\.xlsx$/i.test(file)) return 'xlsx'
  throw new InvalidArgumentError('The file must end in .csv or .xlsx.')
}
