import { useMediaQuery } from '@mantine/hooks'
import { ListCards } from './ListCards.tsx'
import { ListRows } from './ListRows.tsx'
import classes from './ListTable.module.css'
import { type ListProps, useDensity } from './list.ts'
import { ProblemNotice } from './notices.tsx'
import { useTexts } from './texts/index.ts'

/**
 * A list of any length. Rows off the screen are not in the document; the next pages come as the end comes near; on a
 * phone rows become cards. Keys: j and k move, Enter opens, Esc leaves. Keeps its place when one comes back.
 */
export function ListTable<Row>(props: ListProps<Row>) {
  const say = useTexts()
  const [density] = useDensity()
  const narrow = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const { rows, error, retry, more } = props
  if (error !== undefined && error !== null && !rows) return <ProblemNotice error={error} retry={retry} />
  if (rows?.length === 0 && !more?.has) return props.empty
  return (
    <div className={classes.list} data-density={density}>
      {narrow ? <ListCards {...props} /> : <ListRows {...props} density={density} />}
      {error !== undefined && error !== null && <ProblemNotice error={error} retry={retry} />}
      {rows && (
        <p className={classes.foot} aria-live="polite">
          {more?.loading && say('loadingMore')}
          {more?.has && !more.loading && (
            <button type="button" className={classes.more} onClick={more.load}>
              {say('loadMore')}
            </button>
          )}
          {!more?.has && say('allShown', { count: rows.length })}
        </p>
      )}
    </div>
  )
}
