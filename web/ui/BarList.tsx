import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFormat } from '../lib/format.ts'
import classes from './BarList.module.css'

export type Bar = {
  readonly id: string
  readonly name: string
  readonly value: number
  readonly to?: string
  readonly search?: Record<string, string>
}

type BarListProps = {
  /** A question. */
  title: string
  /** What the bars say, in a sentence. */
  sentence: string
  /** What is counted; stands over the numbers. */
  unit: string
  bars: readonly Bar[]
  /** Of what the shares are shares. */
  total: number
  foot?: ReactNode
}

/** A question, its answer in a sentence, and the numbers as bars from zero; each bar opens the rows behind it. */
export function BarList({ title, sentence, unit, bars, total, foot }: BarListProps) {
  const format = useFormat()
  const largest = Math.max(1, ...bars.map(({ value }) => value))
  return (
    <section className={classes.box} aria-label={title}>
      <h2>{title}</h2>
      <p className={classes.sentence}>{sentence}</p>
      <table className={classes.table}>
        <thead className="fb-hidden">
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{unit}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ id, name, value, to, search }) => (
            <tr key={id}>
              <th scope="row">
                {to ? (
                  <Link to={to} search={(search ?? {}) as never}>
                    {name}
                  </Link>
                ) : (
                  name
                )}
              </th>
              <td>
                <span className={classes.value}>
                  {format.number(value)}
                  <span className={classes.share}>{total > 0 && format.share(value / total)}</span>
                </span>
                <span className={classes.track} aria-hidden="true">
                  <span className={classes.bar} style={{ width: `${(value / largest) * 100}%` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {foot && <p className={classes.foot}>{foot}</p>}
    </section>
  )
}
