import { Button } from '@mantine/core'
import { useState } from 'react'
import { listCards, revokeCard } from '../../../src/beams/register/paper/contract.ts'
import { type AnswerOf, useAnswer, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { nameOfLanguage } from '../../lib/i18n.ts'
import { ConfirmReason } from '../../ui/ConfirmReason.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import classes from './printed-cards.module.css'
import { useWords } from './words.ts'

type Line = AnswerOf<typeof listCards>['cards'][number]

/** The cards of a household on paper, each with how it stands; the valid one can be revoked. */
export function PrintedCards({ household }: { household: number }) {
  const t = useWords()
  const { data, error, refetch } = useAnswer(listCards, { params: { household } })
  const revoke = useChange(revokeCard, { invalidates: [listCards.id] })
  const [revoking, setRevoking] = useState<number>()
  const no = revoking ?? 0
  return (
    <section aria-labelledby="printed-cards">
      <h3 id="printed-cards" className={classes.title}>
        {t('cards.title')}
      </h3>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data?.cards.length === 0 && <p className={classes.quiet}>{t('cards.none')}</p>}
      <ul className={classes.list} aria-busy={!data && !error}>
        {data?.cards.map((card) => (
          <CardLine key={card.no} card={card} revoke={() => setRevoking(card.no)} />
        ))}
      </ul>
      <ConfirmReason
        opened={revoking !== undefined}
        close={() => setRevoking(undefined)}
        title={t('cards.revoke-title', { no })}
        verb={t('cards.revoke-go', { no })}
        confirm={(why) => revoke.mutateAsync({ params: { household, no }, body: { why } })}
      >
        <p>{t('cards.revoke-what')}</p>
      </ConfirmReason>
    </section>
  )
}

function CardLine({ card, revoke }: { card: Line; revoke: () => void }) {
  const t = useWords()
  const { moment } = useFormat()
  return (
    <li>
      <span>
        <strong>{t('cards.no', { no: card.no })}</strong>{' '}
        <StateMark tone={card.ending === null ? 'done' : card.ending === 'revoked' ? 'act' : 'plain'}>
          {t(`cards.${card.ending ?? 'valid'}`)}
        </StateMark>
        <span className={classes.quiet}>
          {t('cards.printed', {
            at: moment(card.issuedAt),
            by: card.by ?? t('cards.operator'),
            language: nameOfLanguage(card.language),
          })}
          {card.endedAt !== null && ` · ${t('cards.ended', { at: moment(card.endedAt) })}`}
          {card.ending === null && card.outdated && ` · ${t('cards.outdated')}`}
        </span>
        {card.why !== null && <q className={classes.why}>{card.why}</q>}
      </span>
      {card.ending === null && (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={t('cards.revoke-title', { no: card.no })}
          onClick={revoke}
        >
          {t('cards.revoke')}
        </Button>
      )}
    </li>
  )
}
