import { Link, useNavigate } from '@tanstack/react-router'
import { type ColumnDef, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, useEffect, useMemo, useRef } from 'react'
import classes from './ListTable.module.css'
import type { Column, ListProps } from './list.ts'
import { useRowKeys } from './row-keys.ts'
import { Tick } from './Tick.tsx'
import { useTexts } from './texts/index.ts'

const features = tableFeatures({})
const skeleton = Array.from({ length: 12 }, (_, index) => index)

/** The rows of a list as a table. Only those in sight are in the document. */
export function ListRows<Row>({
  label,
  rows,
  columns,
  rowKey,
  rowName,
  rowTo,
  more,
  select,
  density,
}: ListProps<Row> & { density: 'normal' | 'compact' }) {
  const say = useTexts()
  const navigate = useNavigate()
  const scroller = useRef<HTMLDivElement>(null)
  const height = density === 'compact' ? 28 : 36
  const data = rows ?? noRows

  const definitions = useMemo(
    () => columns.map((column): ColumnDef<typeof features, object> => define(column as Column<unknown>)),
    [columns],
  )
  const table = useTable({ features, columns: definitions, data: data as unknown as object[] })
  const modelRows = table.getRowModel().rows

  const virtual = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    getItemKey: (index) => rowKey(data[index] as Row),
  })
  // Another row height moves every row.
  useEffect(() => virtual.measure(), [height, virtual])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1

  const { has = false, loading = false, load } = more ?? {}
  useEffect(() => {
    if (has && !loading && last >= data.length - 15) load?.()
  }, [has, loading, load, last, data.length])

  useRowKeys(scroller, data.length, (index) => virtual.scrollToIndex(index, { align: 'auto' }))

  const open = (event: MouseEvent, row: Row) => {
    // A click on something that acts by itself, or the end of selecting text, is not a click on the row.
    if (!rowTo || (event.target as HTMLElement).closest('a, button, input, label')) return
    if (String(getSelection())) return
    void navigate({ to: rowTo(row) })
  }

  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const numeric = new Map(columns.map((column) => [column.id, column.numeric]))
  const widest = columns.reduce((sum, column) => sum + (column.width ?? 120), 0)
  return (
    <div ref={scroller} className={classes.scroller} data-scroll-restoration-id={`list ${label}`}>
      <table
        className={classes.table}
        aria-label={label}
        aria-busy={rows === undefined}
        aria-rowcount={has ? -1 : data.length + 1}
        style={{ minWidth: widest }}
      >
        <colgroup>
          {select && <col style={{ width: 40 }} />}
          {columns.map((column) => (
            <col key={column.id} style={{ width: `${((column.width ?? 120) / widest) * 100}%` }} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {select && (
                <th scope="col" className={classes.heading}>
                  <input
                    type="checkbox"
                    className={classes.tick}
                    aria-label={say('chooseAll')}
                    checked={data.length > 0 && data.every((row) => select.chosen.has(rowKey(row as Row)))}
                    disabled={data.length === 0}
                    onChange={(event) =>
                      select.choose(
                        data.map((row) => rowKey(row as Row)),
                        event.currentTarget.checked,
                      )
                    }
                  />
                </th>
              )}
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  className={numeric.get(header.column.id) ? `${classes.heading} ${classes.numeric}` : classes.heading}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {rows === undefined &&
            skeleton.map((index) => (
              <tr key={index} className={classes.row} style={{ height }}>
                {select && <td />}
                {columns.map((column) => (
                  <td key={column.id}>
                    <span className={classes.bone}>
                      {index === 0 && <span className="fb-hidden">{say('loading')}</span>}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          {before > 0 && (
            <tr style={{ height: before }}>
              <td colSpan={columns.length + (select ? 1 : 0)} className={classes.gap} />
            </tr>
          )}
          {items.map((item) => {
            const modelRow = modelRows[item.index]!
            const row = data[item.index] as Row
            return (
              <tr
                key={item.key}
                ref={virtual.measureElement}
                className={classes.row}
                data-index={item.index}
                data-opens={rowTo ? true : undefined}
                aria-rowindex={item.index + 2}
                style={{ height }}
                onClick={(event) => open(event, row)}
              >
                {select && (
                  <td>
                    <Tick select={select} row={rowKey(row)} name={rowName(row)} />
                  </td>
                )}
                {modelRow.getAllCells().map((cell, at) => {
                  const content = <table.FlexRender cell={cell} />
                  const className = numeric.get(cell.column.id) ? classes.numeric : undefined
                  if (at > 0) {
                    return (
                      <td key={cell.id} className={className}>
                        <div className={classes.cell}>{content}</div>
                      </td>
                    )
                  }
                  return (
                    <th key={cell.id} scope="row" className={className}>
                      <div className={classes.cell}>
                        {rowTo ? (
                          <Link to={rowTo(row)} data-row-link title={rowName(row)}>
                            {content}
                          </Link>
                        ) : (
                          content
                        )}
                      </div>
                    </th>
                  )
                })}
              </tr>
            )
          })}
          {after > 0 && (
            <tr style={{ height: after }}>
              <td colSpan={columns.length + (select ? 1 : 0)} className={classes.gap} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

const noRows: readonly never[] = []

function define(column: Column<unknown>): ColumnDef<typeof features, object> {
  return { id: column.id, header: column.title, cell: ({ row }) => column.cell(row.original) }
}
