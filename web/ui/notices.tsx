import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { asProblem } from '../lib/problem.ts'
import classes from './notices.module.css'
import { useTexts } from './texts/index.ts'

/** A refusal in the page: the sentence that says what happened and what to do, with its code small. */
export function ProblemNotice({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const say = useTexts()
  const problem = asProblem(error)
  return (
    <div role="alert" className={classes.problem}>
      <p className={classes.sentence}>
        <strong className="fb-hidden">{say('problem')}: </strong>
        {problem.title}
      </p>
      <p className={classes.code}>
        <code>{problem.code}</code>
      </p>
      {retry && (
        <Button variant="default" size="compact-sm" onClick={retry}>
          {say('tryAgain')}
        </Button>
      )}
    </div>
  )
}

/** Nothing to show: why that is, and what to do about it. */
export function EmptyState({ why, action, children }: { why: ReactNode; action?: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <p className={classes.why}>{why}</p>
      {children && <p className={classes.todo}>{children}</p>}
      {action && <div>{action}</div>}
    </div>
  )
}

type NoteProps = { tone?: 'plain' | 'act' | 'soon' | 'done'; action?: ReactNode; children: ReactNode }

/** A sentence that stands out from the page: plain, to act on now, late soon, or done. */
export function Note({ tone = 'plain', action, children }: NoteProps) {
  return (
    <div role="status" className={classes.note} data-tone={tone}>
      <div className={classes.noteWords}>{children}</div>
      {action}
    </div>
  )
}

/** The line on every page of an invented nation. */
export function SyntheticBanner() {
  const say = useTexts()
  return (
    <aside className={classes.synthetic} aria-label={say('syntheticName')}>
      {say('synthetic')}
    </aside>
  )
}
