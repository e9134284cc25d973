import type { Day } from '../../kernel/calendar.ts'
import type { Form, Pack } from '../pack.ts'
import { type Column, columnsOf } from './columns.ts'
import { type CellReader, cellReader } from './read-cell.ts'

/** A column and the function that reads its cells. */
export type ReadColumn = Column & { readonly read: CellReader }

/**
 * Compiles a form to one function for each of its columns, in template order. `today` is the day of the programme on
 * which the file is read; dates after it are refused.
 */
export function compileReader(pack: Pack, form: Form, options: { readonly today: Day }): readonly ReadColumn[] {
  return columnsOf(form).map((column) => ({ ...column, read: cellReader(pack, column.field, options.today) }))
}
