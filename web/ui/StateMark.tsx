import type { ReactNode } from 'react'
import classes from './StateMark.module.css'

/** `act`: act now; `soon`: late soon; `done`: needs nothing more; `going`: under way; `plain`: everything else. */
export type Tone = 'act' | 'soon' | 'done' | 'going' | 'plain'

const shapes: Readonly<Record<Tone, ReactNode>> = {
  act: <path d="M6 1 11.5 11H.5z" />,
  soon: <path d="M6 .5 11.5 6 6 11.5.5 6z" />,
  done: <path d="M1 6.4 4.4 10 11 2.6" fill="none" stroke="currentColor" strokeWidth="2" />,
  going: (
    <>
      <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1a5 5 0 0 1 0 10z" />
    </>
  ),
  plain: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
}

/** A state as shape, colour and word together: whoever sees no colour still sees the state. */
export function StateMark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.mark} data-tone={tone}>
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true" fill="currentColor">
        {shapes[tone]}
      </svg>
      {children}
    </span>
  )
}
