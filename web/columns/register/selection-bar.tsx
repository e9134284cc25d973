import { Button } from '@mantine/core'
import { exportHouseholds } from '../../../src/beams/register/household/contract.ts'
import { addressOf } from '../../lib/api.ts'
import { useSession } from '../../lib/session.ts'
import classes from './register-page.module.css'
import { useWords } from './words.ts'

/** Most households that travel in an address. */
export const mostChosen = 500

/** What can be done with the households that are ticked, on whatever page of the list they stand. */
export function SelectionBar({ chosen, clear }: { chosen: ReadonlySet<number>; clear: () => void }) {
  const t = useWords()
  const { may } = useSession()
  if (chosen.size === 0) return null
  const tooMany = chosen.size > mostChosen
  const address = (shape: 'list' | 'cards') =>
    addressOf(exportHouseholds, { query: { households: [...chosen].map(String), format: 'xlsx', shape } })
  return (
    <div className={classes.selection} role="status">
      <span>
        {tooMany ? t('select.too-many', { n: chosen.size, most: mostChosen }) : t('select.chosen', { n: chosen.size })}
      </span>
      {may('household.export') && !tooMany && (
        <>
          <Button component="a" href={address('list')} download variant="default" size="compact-md">
            {t('select.export-list')}
          </Button>
          <Button component="a" href={address('cards')} download variant="default" size="compact-md">
            {t('select.export-cards')}
          </Button>
        </>
      )}
      <Button variant="subtle" size="compact-md" onClick={clear}>
        {t('select.clear')}
      </Button>
    </div>
  )
}
