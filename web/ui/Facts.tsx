import type { ReactNode } from 'react'
import classes from './Facts.module.css'
import { useTexts } from './texts/index.ts'

export type FactLine = {
  readonly id: string
  /** Number of the field on the paper form. */
  readonly number?: string | undefined
  readonly name: string
  readonly unit?: string | undefined
  /** Nothing, or an empty text, is shown as “not recorded”. */
  readonly value: ReactNode
  /** Right-aligned with tabular figures. */
  readonly numeric?: boolean | undefined
}

/** Facts as a list of names and values, in the order and with the numbers of the paper form. */
export function Facts({ facts }: { facts: readonly FactLine[] }) {
  const say = useTexts()
  return (
    <dl className={classes.facts}>
      {facts.map(({ id, number, name, unit, value, numeric }) => (
        <div key={id} className={classes.fact}>
          <dt>
            {number && <span className={classes.number}>{number}</span>}
            <span>
              {name}
              {unit && <span className={classes.unit}> ({unit})</span>}
            </span>
          </dt>
          <dd className={numeric ? classes.numeric : undefined}>
            {value === null || value === undefined || value === '' ? (
              <span className={classes.missing}>{say('noValue')}</span>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

type SectionProps = {
  id?: string
  number?: string
  title: string
  level?: 2 | 3
  aside?: ReactNode
  children: ReactNode
}

/** A section of a form or page with its number and title; `aside` stands at the right of the title. */
export function Section({ id, number, title, level = 2, aside, children }: SectionProps) {
  const Heading = `h${level}` as const
  return (
    <section id={id} className={classes.section} aria-label={level === 2 ? title : undefined}>
      <div className={classes.sectionHead}>
        <Heading className={classes.heading}>
          {number && <span className={classes.number}>{number}</span>}
          {title}
        </Heading>
        {aside}
      </div>
      {children}
    </section>
  )
}
