import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Crumb } from './Page.tsx'
import classes from './RecordHead.module.css'

type RecordHeadProps = {
  name: string
  /** Where the record belongs, from the top down. */
  place: readonly Crumb[]
  /** The state in a sentence, usually beginning with a StateMark. */
  state: ReactNode
  /** Two or three facts, no more. */
  facts: readonly { readonly name: string; readonly value: ReactNode }[]
  action?: ReactNode
}

/** The head of a record: name, place, state in a sentence, two or three facts, one primary action. */
export function RecordHead({ name, place, state, facts, action }: RecordHeadProps) {
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <h1>{name}</h1>
        <p className={classes.place}>
          {place.map((crumb, index) => (
            <span key={`${crumb.to ?? ''} ${crumb.name}`}>
              {index > 0 && <span aria-hidden="true"> › </span>}
              {crumb.to ? <Link to={crumb.to}>{crumb.name}</Link> : crumb.name}
            </span>
          ))}
        </p>
        <p className={classes.state}>{state}</p>
      </div>
      {action && <div className={classes.action}>{action}</div>}
      <dl className={classes.facts}>
        {facts.map((fact) => (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </header>
  )
}
