import type { Import } from './import-state.tsx'
import classes from './import-steps.module.css'
import { useWords } from './words.ts'

export const steps = ['upload', 'columns', 'check', 'start', 'result'] as const
export type Step = (typeof steps)[number]

/** The step that an import stands at; everything before it is done. */
export function stepOf({ state, counts }: Pick<Import, 'state' | 'counts'>): Step {
  switch (state) {
    case 'mapping':
      return 'columns'
    case 'checking':
    case 'refused':
      return 'check'
    case 'checked':
      return 'start'
    case 'applying':
      return 'start'
    case 'cancelled':
      return counts.registered > 0 ? 'start' : 'result'
    default:
      return 'result'
  }
}

/** The steps of an import, with the one it stands at. */
export function ImportSteps({ run }: { run: Pick<Import, 'state' | 'counts'> }) {
  const t = useWords()
  const here = steps.indexOf(stepOf(run))
  const over = run.state === 'done'
  return (
    <ol className={classes.steps} aria-label={t('import.steps')}>
      {steps.map((step, index) => {
        const done = index < here || (over && index === here)
        return (
          <li
            key={step}
            className={classes.step}
            data-done={done || undefined}
            aria-current={index === here ? 'step' : undefined}
          >
            <span className={classes.number} aria-hidden="true">
              {done ? '✓' : index + 1}
            </span>
            <span className={classes.name}>
              {t(`import.step.${step}`)}
              {done && <span className="fb-hidden"> ({t('import.step.done')})</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
