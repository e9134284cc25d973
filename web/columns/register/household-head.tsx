import { Button, NativeSelect } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { ConfirmReason } from '../../ui/ConfirmReason.tsx'
import { Note } from '../../ui/notices.tsx'
import { RecordHead } from '../../ui/RecordHead.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import type { Card } from './facts.tsx'
import { useBoundField } from './filter-parts.ts'
import { PlacePath } from './place-path.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type HouseholdHeadProps = {
  card: Card
  name: string
  onPeriod: (period: string) => void
  /** Sensitive values stand in full on the page. */
  revealed: boolean
  onReveal: (why: string) => Promise<unknown>
  onHide: () => void
  /** What else can be done here; the past is only looked at, so without it there is nothing to do. */
  actions?: ReactNode
}

/** Who this is, where, how it stands in one sentence, and the few facts that are asked first. */
export function HouseholdHead({ card, name, onPeriod, revealed, onReveal, onHide, actions }: HouseholdHeadProps) {
  const t = useWords()
  const { pack, codeName, codesOf, formatMoney } = usePack()
  const { day, number } = useFormat()
  const { may } = useSession()
  const [asking, setAsking] = useState(false)
  const status = useBoundField('household.status')?.list ?? ''
  const cause = useBoundField('household.cause')?.list ?? ''
  const means = codesOf(status).find(({ code }) => code === card.status)?.means
  const sentence = t('card.sentence', {
    since: t('card.since', { date: day(card.registeredOn) }),
    members: t('count.members', { n: card.size }),
    cause: t('card.main-cause', { cause: codeName(cause, card.cause) }),
  })
  const here = card.path.at(-1) ?? card.place
  return (
    <>
      <RecordHead
        name={<Title name={name} title={t('card.title', { name: '\u0000' })} />}
        place={
          <>
            {t('card.number')} {card.number} · <PlacePath above={card.path.slice(0, -1)} here={here} linkHere />
          </>
        }
        state={
          <>
            <StateMark tone={means === 'exited' ? 'done' : 'plain'}>{codeName(status, card.status)}</StateMark>
            <span>{sentence}</span>
          </>
        }
        facts={[
          {
            name: t('column.income-unit', { symbol: pack.currency.symbol }),
            value: formatMoney(card.income, 'short'),
          },
          { name: t('card.members'), value: number(card.size) },
          ...(card.periods.length <= 1 ? [{ name: t('card.facts-of'), value: card.period }] : []),
        ]}
        action={
          <>
            {card.periods.length > 1 && (
              <NativeSelect
                size="sm"
                label={t('card.facts-of')}
                value={card.period}
                data={[...card.periods]}
                onChange={(event) => onPeriod(event.currentTarget.value)}
              />
            )}
            {actions}
            {actions !== undefined && may('identity.reveal') && !revealed && (
              <Button variant="default" onClick={() => setAsking(true)}>
                {t('reveal.button')}
              </Button>
            )}
          </>
        }
      />
      {revealed && (
        <Note
          tone="soon"
          action={
            <Button variant="default" size="compact-md" onClick={onHide}>
              {t('reveal.hide')}
            </Button>
          }
        >
          {t('reveal.done')}
        </Note>
      )}
      <ConfirmReason
        opened={asking}
        close={() => setAsking(false)}
        title={t('reveal.title')}
        verb={t('reveal.go')}
        confirm={onReveal}
      >
        <p>{t('reveal.what')}</p>
      </ConfirmReason>
    </>
  )
}

/** The title's words around the name, which is in the language of the programme. */
function Title({ title, name }: { title: string; name: string }) {
  const [before, after] = title.split('\u0000')
  return (
    <>
      {before}
      <Theirs>{name}</Theirs>
      {after}
    </>
  )
}
