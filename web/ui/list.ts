import type { ReactNode } from 'react'
import { useChoice } from '../lib/choices.ts'

export type Column<Row> = {
  readonly id: string
  /** Heading; the unit stands here, not in the cells. */
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** Right-aligned with tabular figures. */
  readonly numeric?: boolean
  /** Least width in px; columns share what is left. */
  readonly width?: number
  /** On a phone: shown in the card (at most three such facts). The first column is always the card's title. */
  readonly card?: boolean
}

export type ListProps<Row> = {
  /** What is listed, for those who hear the table: “Households”. */
  label: string
  /** Missing while the first page is on its way: rows of grey bars are shown. */
  rows: readonly Row[] | undefined
  columns: readonly Column<Row>[]
  rowKey: (row: Row) => string | number
  /** The row in words, shown where its cell is cut off. */
  rowName: (row: Row) => string
  /** Address that a row opens. */
  rowTo?: ((row: Row) => string) | undefined
  /** The rest of the list: loaded when its end comes near, and by a button. */
  more?: { has: boolean; loading: boolean; load: () => void } | undefined
  /** Rows can be ticked: their keys, also of rows that are not in sight. */
  select?:
    | {
        readonly chosen: ReadonlySet<string | number>
        choose: (keys: readonly (string | number)[], on: boolean) => void
      }
    | undefined
  /** Shown when there are no rows: an EmptyState that says why. */
  empty: ReactNode
  error?: unknown
  retry?: (() => void) | undefined
}

/** Row height of all lists of this person: 36 px, or 28 px compact. */
export function useDensity(): ['normal' | 'compact', (density: 'normal' | 'compact') => void] {
  return useChoice<'normal' | 'compact'>('density', 'normal')
}
