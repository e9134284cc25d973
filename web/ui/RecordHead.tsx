import type { ReactNode } from 'react'
import classes from './RecordHead.module.css'

type RecordHeadProps = {
  /** Who or what this is; the page's only h1. */
  name: ReactNode
  /** Where it belongs, from the top down, with what it is numbered by. */
  place: ReactNode
  /** The state in a sentence, usually beginning with a StateMark. */
  state: ReactNode
  /** Two or three facts, no more. */
  facts: readonly { readonly name: string; readonly value: ReactNode }[]
  /** One primary action, and what the record is looked at through: a period. */
  action?: ReactNode
}

/** The head of a record: name, place, state in a sentence, two or three facts, one primary action. */
export function RecordHead({ name, place, state, facts, action }: RecordHeadProps) {
  return (
    <header className={classes.head}>
      <div>
        <h1 className={classes.name}>{name}</h1>
        <p className={classes.place}>{place}</p>
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
