import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import classes from './ListTable.module.css'
import type { ListProps } from './list.ts'
import { useRowKeys } from './row-keys.ts'
import { Tick } from './Tick.tsx'
import { useTexts } from './texts/index.ts'

const skeleton = Array.from({ length: 6 }, (_, index) => index)

/** The rows of a list as cards with three chosen facts, for narrow screens. */
export function ListCards<Row>({ label, rows, columns, rowKey, rowName, rowTo, select }: ListProps<Row>) {
  const say = useTexts()
  const box = useRef<HTMLUListElement>(null)
  useRowKeys(box, rows?.length ?? 0, (index) => box.current?.children[index]?.scrollIntoView({ block: 'nearest' }))
  const [title, ...others] = columns
  const facts = others.filter((column) => column.card).slice(0, 3)
  return (
    <ul ref={box} className={classes.cards} aria-label={label} aria-busy={rows === undefined}>
      {rows === undefined &&
        skeleton.map((index) => (
          <li key={index} className={classes.card}>
            <span className={classes.bone}>{index === 0 && <span className="fb-hidden">{say('loading')}</span>}</span>
            <span className={classes.bone} />
          </li>
        ))}
      {rows?.map((row, index) => (
        <li key={rowKey(row)} className={classes.card} data-index={index} data-opens={rowTo ? true : undefined}>
          <div className={classes.cardTitle}>
            {select && <Tick select={select} row={rowKey(row)} name={rowName(row)} />}
            {rowTo ? (
              <Link to={rowTo(row)} data-row-link className={classes.cardLink} title={rowName(row)}>
                {title?.cell(row)}
              </Link>
            ) : (
              title?.cell(row)
            )}
          </div>
          <dl className={classes.cardFacts}>
            {facts.map((column) => (
              <div key={column.id}>
                <dt>{column.title}</dt>
                <dd>{column.cell(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  )
}
