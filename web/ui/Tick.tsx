import classes from './ListTable.module.css'
import type { ListProps } from './list.ts'
import { useTexts } from './texts/index.ts'

type TickProps = { select: NonNullable<ListProps<never>['select']>; row: string | number; name: string }

/** The box that takes a row into what is chosen. */
export function Tick({ select, row, name }: TickProps) {
  const say = useTexts()
  return (
    <input
      type="checkbox"
      className={classes.tick}
      aria-label={say('chooseRow', { name })}
      checked={select.chosen.has(row)}
      onChange={(event) => select.choose([row], event.currentTarget.checked)}
    />
  )
}
