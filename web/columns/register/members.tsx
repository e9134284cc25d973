import { useMediaQuery } from '@mantine/hooks'
import type { PackSection } from '../../lib/pack.ts'
import type { Card } from './facts.tsx'
import { MemberCards } from './member-cards.tsx'
import { MemberTable } from './member-table.tsx'
import classes from './members.module.css'
import { useWords } from './words.ts'

/** The members: those who live in the household, and below them those who left. */
export function Members({ card, sections }: { card: Card; sections: readonly PackSection[] }) {
  const t = useWords()
  const narrow = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const Shape = narrow ? MemberCards : MemberTable
  const living = card.members.filter(({ leftOn }) => leftOn === null)
  const left = card.members.filter(({ leftOn }) => leftOn !== null)
  return (
    <>
      <Shape label={t('card.members-now')} members={living} sections={sections} period={card.period} />
      {left.length > 0 && (
        <>
          <h3 className={classes.left}>{t('card.members-left')}</h3>
          <Shape label={t('card.members-left')} members={left} sections={sections} period={card.period} />
        </>
      )}
    </>
  )
}
