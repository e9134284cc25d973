import { CloseButton } from '@mantine/core'
import classes from './FilterChips.module.css'
import { useTexts } from './texts/index.ts'

export type Chip = {
  readonly id: string
  /** What is cut by: “Status”. */
  readonly name: string
  /** To what: “Poor”. */
  readonly value: string
  /** A filter that nobody understands is shown as a fault until it is removed. */
  readonly faulty?: boolean
  readonly remove: () => void
}

/** The filters in use as chips, each with its cross, and one way to clear them all. Nothing when there are none. */
export function FilterChips({ chips, clear }: { chips: readonly Chip[]; clear: () => void }) {
  const say = useTexts()
  if (chips.length === 0) return null
  return (
    <ul className={classes.chips} aria-label={say('filters')}>
      {chips.map((chip) => (
        <li key={chip.id} className={classes.chip} data-faulty={chip.faulty || undefined}>
          <span>
            <span className={classes.name}>{chip.name}</span> {chip.value}
          </span>
          <CloseButton
            size="sm"
            className={classes.close}
            aria-label={say('removeFilter', { name: `${chip.name} ${chip.value}` })}
            onClick={chip.remove}
          />
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" className={classes.clear} onClick={clear}>
            {say('clearFilters')}
          </button>
        </li>
      )}
    </ul>
  )
}
